import clsx from "clsx";
import type { RiskFigures } from "#/api/api";
import { num } from "#/kit/format";
import { Tabs } from "#/kit/Tabs";
import { levelOf, MAPS, type MapOf, steps } from "./data";
import type { Filter } from "./fields";
import type { Level } from "./Level";
import { t } from "./words";

const tones: Record<Level, string> = {
  critical: "bg-bad-soft text-bad-text",
  high: "bg-warn-soft text-warn-text",
  medium: "bg-info-soft text-info-text",
  low: "bg-ok-soft text-ok-text",
  unscored: "bg-surface",
};

type Props = { figures: RiskFigures; filter: Filter; onPick: (place: Pick<Filter, "of" | "likelihood" | "impact">) => void };

/** The map of likelihood and impact. A cell is a button that shows the risks in it; pressed again it shows all. */
export function HeatMap({ figures, filter, onPick }: Props) {
  const of: MapOf = filter.of ?? "residual";
  const cells = new Map(figures.maps[of].map((c) => [`${c.likelihood} ${c.impact}`, c.count]));
  return (
    <section aria-label={t("heat_map")} className="shrink-0 border-b border-line px-3 pb-3">
      <Tabs
        label={t("heat_map")}
        tabs={MAPS.map((m) => ({ value: m, label: t(m), count: figures.maps[m].reduce((n, c) => n + c.count, 0) }))}
        value={of}
        onChange={(m) => onPick({ of: m, likelihood: filter.likelihood, impact: filter.impact })}
      >
        <p className="px-1 pt-2 text-xs text-fg-3">
          {t(`${of}_more`)}. {t("heat_help")}
        </p>
        <table className="mt-2 w-full max-w-2xl table-fixed border-separate border-spacing-1 text-xs">
          <thead className="sr-only">
            <tr>
              <th scope="col">{t("impact")}</th>
              {steps.map((l) => (
                <th key={l} scope="col">
                  {t(`likelihood_${l}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {[...steps].reverse().map((i) => (
              <tr key={i}>
                <th scope="row" className="truncate pe-1 text-end font-normal text-fg-3">
                  {t(`impact_${i}`)}
                </th>
                {steps.map((l) => {
                  const n = cells.get(`${l} ${i}`) ?? 0;
                  const level = levelOf(l * i, figures.scale);
                  const on = filter.likelihood === l && filter.impact === i;
                  return (
                    <td key={l}>
                      <button
                        type="button"
                        aria-pressed={on}
                        aria-label={t("in_cell", { n, l, i, level: t(level) })}
                        onClick={() => onPick(on ? {} : { of, likelihood: l, impact: i })}
                        className={clsx(
                          "tnum block h-8 w-full rounded-md font-semibold",
                          tones[level],
                          on && "outline-2 outline-ring",
                          n === 0 && "font-normal",
                        )}
                      >
                        {n > 0 ? num(n) : ""}
                      </button>
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
          <tfoot aria-hidden>
            <tr>
              <td />
              {steps.map((l) => (
                <td key={l} className="truncate pt-0.5 text-center text-fg-3">
                  {t(`likelihood_${l}`)}
                </td>
              ))}
            </tr>
          </tfoot>
        </table>
      </Tabs>
    </section>
  );
}
