import clsx from "clsx";
import type { ReactNode } from "react";
import { num } from "./format";
import { Help } from "./Tip";

export type Bar = { id: string; label: string; count: number; color?: string };
type Props = {
  title: string;
  /** How the figures are made. */
  how?: ReactNode;
  bars: readonly Bar[];
  /** The bar whose rows are shown now. */
  chosen?: string | undefined;
  /** Shows the rows that a bar counts; undefined shows all again. */
  onPick: (id: string | undefined) => void;
  none?: string;
};

/** Counts beside each other. Each is a button that shows what it counts; pressed again it shows all. */
export function Bars({ title, how, bars, chosen, onPick, none }: Props) {
  const most = Math.max(1, ...bars.map((b) => b.count));
  return (
    <section aria-label={title} className="min-w-0">
      <h2 className="mb-1.5 flex items-center gap-1.5 text-xs font-medium text-fg-2">
        {title} {how && <Help>{how}</Help>}
      </h2>
      {bars.length === 0 && <p className="text-xs text-pretty text-fg-3">{none}</p>}
      <ul>
        {bars.map((b) => {
          const on = b.id === chosen;
          return (
            <li key={b.id}>
              <button
                type="button"
                aria-pressed={on}
                disabled={b.count === 0 && !on}
                onClick={() => onPick(on ? undefined : b.id)}
                className={clsx(
                  "grid h-6 w-full grid-cols-[minmax(0,min(52%,11rem))_1fr_auto] items-center gap-2 rounded-md px-1.5 text-start text-xs",
                  on ? "bg-accent-soft text-accent-text" : "enabled:hover:bg-hover",
                  b.count === 0 && !on && "text-fg-3",
                )}
              >
                <span className="truncate" title={b.label}>
                  {b.label}
                  <span className="sr-only">: </span>
                </span>
                <span className="h-2 overflow-hidden rounded-full">
                  {b.count > 0 && (
                    <span
                      className="block h-full min-w-1 rounded-full"
                      style={{ width: `${(b.count / most) * 100}%`, background: b.color ?? "var(--accent)" }}
                    />
                  )}
                </span>
                <span className="tnum min-w-4 text-end">{num(b.count)}</span>
              </button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
