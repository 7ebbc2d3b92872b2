import { useQuery } from "@tanstack/react-query";
import { Link, useLocation } from "@tanstack/react-router";
import clsx from "clsx";
import { num } from "#/kit/format";
import { isHere, orgPath } from "#/shell/nav";
import { useSession } from "#/shell/session";
import { figuresQuery } from "./data";
import { t } from "./words";

/** The pages of the module, under the title of each. */
export function Places() {
  const { tenant } = useSession();
  const figures = useQuery(figuresQuery).data;
  const at = useLocation().pathname;
  const places = [
    { path: "policies", label: t("table") },
    { path: "policies/reviews", label: t("reviews"), count: figures?.overdue },
    { path: "policies/board", label: t("board") },
    { path: "policies/acknowledgments", label: t("acknowledgments") },
    { path: "policies/exceptions", label: t("exceptions"), count: figures?.reopened },
    { path: "policies/settings", label: t("settings") },
  ];
  return (
    <nav
      aria-label={t("places")}
      data-noprint
      className="no-bar relative flex h-10 shrink-0 gap-4 overflow-x-auto border-b border-line px-4"
    >
      {places.map((p) => {
        const on = isHere(at, orgPath(tenant.slug, p.path), p.path === "policies");
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
