import clsx from "clsx";
import { type KeyboardEvent, useRef, useState } from "react";
import type { RiskCell } from "#/api/api";
import { num } from "#/kit/format";
import { levelOf, type Scale, steps } from "./data";
import type { Level } from "./Level";
import { t } from "./words";

const tones: Record<Level, string> = {
  critical: "bg-bad-soft text-bad-text",
  high: "bg-warn-soft text-warn-text",
  medium: "bg-info-soft text-info-text",
  low: "bg-ok-soft text-ok-text",
  unscored: "bg-surface",
};
type Place = { likelihood: number; impact: number };
const ways: Record<string, readonly [likelihood: number, impact: number]> = {
  ArrowRight: [1, 0],
  ArrowLeft: [-1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};

type GridProps = {
  scale: Scale;
  cells: readonly RiskCell[];
  chosen?: Partial<Place>;
  /** Without it the map is only looked at. */
  onPick?: (place: Place) => void;
};

/** Likelihood times impact, five by five, in the colours of the levels. The arrow keys go from cell to cell. */
export function MapGrid({ scale, cells, chosen, onPick }: GridProps) {
  const body = useRef<HTMLTableSectionElement>(null);
  const [at, setAt] = useState<Place>({ likelihood: chosen?.likelihood ?? 3, impact: chosen?.impact ?? 3 });
  const counts = new Map(cells.map((c) => [`${c.likelihood} ${c.impact}`, c.count]));
  const move = (e: KeyboardEvent) => {
    const way = ways[e.key];
    if (!way) return;
    e.preventDefault();
    e.stopPropagation();
    const to = { likelihood: within(at.likelihood + way[0]), impact: within(at.impact + way[1]) };
    setAt(to);
    body.current?.querySelector<HTMLElement>(`[data-cell="${to.likelihood} ${to.impact}"]`)?.focus();
  };
  return (
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
      <tbody ref={body} onKeyDown={onPick && move}>
        {[...steps].reverse().map((impact) => (
          <tr key={impact}>
            <th scope="row" className="truncate pe-1 text-end font-normal text-fg-3">
              {t(`impact_${impact}`)}
            </th>
            {steps.map((likelihood) => {
              const n = counts.get(`${likelihood} ${impact}`) ?? 0;
              const level = levelOf(likelihood * impact, scale);
              const on = chosen?.likelihood === likelihood && chosen.impact === impact;
              const said = t("in_cell", { n, l: likelihood, i: impact, level: t(level) });
              const look = clsx("tnum flex h-8 w-full items-center justify-center rounded-md", n > 0 && "font-semibold", tones[level]);
              return (
                <td key={likelihood}>
                  {onPick ? (
                    <button
                      type="button"
                      data-cell={`${likelihood} ${impact}`}
                      tabIndex={at.likelihood === likelihood && at.impact === impact ? 0 : -1}
                      aria-pressed={on}
                      aria-label={said}
                      title={said}
                      onFocus={() => setAt({ likelihood, impact })}
                      onClick={() => onPick({ likelihood, impact })}
                      className={clsx(look, on && "outline-2 outline-ring")}
                    >
                      {n > 0 ? num(n) : ""}
                    </button>
                  ) : (
                    <span title={said} className={look}>
                      <span className="sr-only">{t(level)} </span>
                      {n > 0 ? num(n) : ""}
                    </span>
                  )}
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
  );
}

const within = (n: number) => Math.min(5, Math.max(1, n));
