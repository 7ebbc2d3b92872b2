import clsx from "clsx";
import type { ReactNode } from "react";
import { num } from "../format";
import { sameSearch } from "../Views";

export type StatCard<F> = {
  id: string;
  label: string;
  icon?: ReactNode;
  count: number | undefined;
  search: F;
  /** How the figure is made, on hover. */
  how?: string;
};
type Props<F extends object> = { cards: readonly StatCard<F>[]; filter: F; onPick: (search: F | undefined) => void };

/** Figures above a list. Each is a button that shows what it counts; pressed again it shows all. */
export function StatCards<F extends object>({ cards, filter, onPick }: Props<F>) {
  return (
    <div data-noprint className="no-bar flex shrink-0 gap-2 overflow-x-auto border-b border-line px-3 py-2.5">
      {cards.map((c) => {
        const on = sameSearch(c.search, filter);
        return (
          <button
            key={c.id}
            type="button"
            title={c.how}
            aria-pressed={on}
            onClick={() => onPick(on ? undefined : c.search)}
            className={clsx(
              "flex min-w-24 shrink-0 flex-col gap-0.5 rounded-lg border px-3 py-1.5 text-start hover:bg-hover",
              on ? "border-accent bg-accent-soft" : "border-line bg-surface",
            )}
          >
            <span className="flex items-center gap-1.5 text-xs whitespace-nowrap text-fg-2">
              {c.icon}
              {c.label}
            </span>
            <span className="tnum text-lg leading-6 font-semibold">{c.count === undefined ? "–" : num(c.count)}</span>
          </button>
        );
      })}
    </div>
  );
}
