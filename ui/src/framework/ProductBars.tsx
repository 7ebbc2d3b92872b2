import clsx from "clsx";
import type { FrameworkProduct } from "#/api/api";
import { StackBar } from "#/kit/charts";
import { percent } from "#/kit/format";
import { ORGANISATION } from "#/kit/products";
import { type CONTROL_STATUSES, statusColor, statusName } from "#/kit/Status";
import { Help } from "#/kit/Tip";
import { t } from "./words";

/** How the colours stand in the bar: from done to not at all. */
const order = [
  "implemented",
  "in_progress",
  "gap",
  "not_started",
  "not_applicable",
] as const satisfies readonly (typeof CONTROL_STATUSES)[number][];

type Props = { items: readonly FrameworkProduct[]; value: string | undefined; onChange: (scope: string | undefined) => void };

/** A bar for each product that answers to the framework: its controls by the status claimed there. */
export function ProductBars({ items, value, onChange }: Props) {
  if (items.length < 2) return null;
  return (
    <section aria-label={t("products")} className="shrink-0 border-b border-line px-5 pt-2 pb-2.5">
      <p className="mb-1 flex items-center gap-1.5 text-xs text-fg-3">
        {t("products_bars")} <Help label={t("products_how")}>{t("products_how")}</Help>
      </p>
      <ul className="grid gap-x-8 gap-y-0.5 @container sm:grid-cols-2 xl:grid-cols-3">
        {items.map((p) => {
          const scope = p.scope === ORGANISATION ? undefined : p.scope;
          const name = scope ? p.name : t("whole");
          return (
            <li key={p.scope}>
              <button
                type="button"
                aria-pressed={scope === value}
                onClick={() => onChange(scope)}
                className={clsx(
                  "-mx-2 flex h-8 w-[calc(100%+16px)] items-center gap-3 rounded-md px-2 text-start hover:bg-hover aria-pressed:bg-active",
                )}
              >
                <span className="w-32 shrink-0 truncate text-xs font-medium" title={name}>
                  {name}
                </span>
                <span className="min-w-0 flex-1">
                  <StackBar
                    label={name}
                    height={6}
                    parts={order.map((s) => ({ name: statusName(s), value: p.claims[s] ?? 0, color: statusColor(s) }))}
                  />
                </span>
                <span className="tnum w-10 text-end text-xs text-fg-2">{percent(p.readiness.progress)}</span>
              </button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
