import { Link, useLocation } from "@tanstack/react-router";
import clsx from "clsx";
import { num } from "#/kit/format";
import { isHere, orgPath } from "./nav";
import { useSession } from "./session";

/** A page that belongs together with others. `count` is what is wrong there, shown where it is not 0. */
export type PlaceLink = { path: string; label: string; count?: number | undefined };

/** Pages that belong together, under the title of each: the first may have others below its address. */
export function Places({ label, places }: { label: string; places: readonly PlaceLink[] }) {
  const { tenant } = useSession();
  const at = useLocation().pathname;
  return (
    <nav aria-label={label} data-noprint className="no-bar relative flex h-10 shrink-0 gap-4 overflow-x-auto border-b border-line px-4">
      {places.map((p) => {
        const on = isHere(at, orgPath(tenant.slug, p.path), true);
        return (
          <Link
            key={p.path}
            to={orgPath(tenant.slug, p.path)}
            aria-current={on ? "page" : undefined}
            className={clsx(
              "relative flex h-full items-center gap-1.5 text-sm font-medium whitespace-nowrap outline-offset-[-2px]",
              on
                ? "text-fg after:absolute after:inset-x-0 after:bottom-0 after:h-0.5 after:rounded-full after:bg-accent"
                : "text-fg-2 hover:text-fg",
            )}
          >
            {p.label}
            {p.count !== undefined && p.count > 0 && (
              <span className="tnum rounded-full bg-bad-soft px-1.5 text-2xs font-semibold text-bad-text">{num(p.count)}</span>
            )}
          </Link>
        );
      })}
    </nav>
  );
}
