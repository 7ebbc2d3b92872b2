import type { LossFigures, LossPoint, LossStates, RiskAppetite } from "#/api/api";
import { CurveChart } from "#/kit/CurveChart";
import { LegendKey } from "#/kit/charts";
import { percent } from "#/kit/format";
import { type Currency, money, shortMoney } from "#/kit/money";
import { Help } from "#/kit/Tip";
import { STATES, type State } from "./lossData";
import { t } from "./lossWords";

const colors: Record<State, string> = { inherent: "var(--fg-3)", residual: "var(--accent)" };

/** What lists and panels call now: as it is today where that is known, else before controls. */
export const current = (f: LossStates): LossFigures | undefined => f.residual ?? f.inherent;

type CurveProps = { points: readonly LossPoint[]; currency: Currency; appetite?: RiskAppetite; height?: number };

/** How likely a year costs more than an amount, before controls and today. */
export function LossCurve({ points, currency, appetite, height }: CurveProps) {
  const shown = STATES.filter((s) => points.some((p) => p[s] !== undefined));
  const bears = appetite && appetite.amount > 0 && appetite.currency === currency.currency ? appetite.amount : 0;
  return (
    <div>
      <div className="mb-1 flex flex-wrap items-center gap-x-4 gap-y-1 text-xs text-fg-2">
        {shown.map((s) => (
          <LegendKey key={s} color={colors[s]} dash={s === "inherent"}>
            {t(s)}
          </LegendKey>
        ))}
      </div>
      <CurveChart
        title={t("curve")}
        heading={t("more_than")}
        amounts={points.map((p) => p.amount)}
        curves={shown.map((s) => ({ name: t(s), color: colors[s], dash: s === "inherent", chances: points.map((p) => p[s] ?? 0) }))}
        amount={(v) => shortMoney(v, currency)}
        mark={bears > 0 ? { at: bears, label: t("appetite_of", { amount: shortMoney(bears, currency) }) } : undefined}
        height={height}
      />
    </div>
  );
}

type FiguresProps = { figures: LossStates; currency: Currency; how: string; appetite?: RiskAppetite };

/** The figures that a person reads first, each with how it is made. */
export function LossKeyFigures({ figures, currency, how, appetite }: FiguresProps) {
  const f = current(figures);
  if (!f) return null;
  const before = figures.residual && figures.inherent ? figures.inherent : undefined;
  const amount = (v: number) => shortMoney(v, currency);
  return (
    <dl className="grid grid-cols-3 gap-x-4 gap-y-3">
      <Figure label={t("expected_short")} help={how} value={amount(f.expected)} title={money(f.expected, currency)}>
        {before && t("was", { amount: amount(before.expected) })}
      </Figure>
      <Figure label={t("p95")} help={t("p95_help")} value={amount(f.p95)} title={money(f.p95, currency)}>
        {before && t("was", { amount: amount(before.p95) })}
      </Figure>
      {f.above !== undefined && appetite ? (
        <Figure
          label={t("above_label")}
          help={t("above_help")}
          value={percent(f.above, 1)}
          title={t("above", { amount: amount(appetite.amount) })}
        >
          {before?.above !== undefined && t("was", { amount: percent(before.above, 1) })}
        </Figure>
      ) : (
        <Figure label={t("any")} help={t("any_help")} value={percent(f.any, 1)}>
          {before && t("was", { amount: percent(before.any, 1) })}
        </Figure>
      )}
    </dl>
  );
}

type FigureProps = { label: string; help: string; value: string; title?: string; children?: string | false };

const Figure = ({ label, help, value, title, children }: FigureProps) => (
  <div className="flex min-w-0 flex-col">
    <dt className="mb-auto text-xs text-pretty text-fg-3">
      {label}
      <span className="ms-1.5 inline-flex align-[-3px]">
        <Help>{help}</Help>
      </span>
    </dt>
    <dd>
      <div className="tnum text-lg font-semibold tracking-[-0.015em]" title={title}>
        {value}
      </div>
      <div className="tnum text-2xs text-pretty text-fg-3">{children}</div>
    </dd>
  </div>
);

const rows = ["median", "p90", "p95", "p99"] as const;

/** The percentiles of a year, state beside state. */
export function LossPercentiles({ figures, currency }: { figures: LossStates; currency: Currency }) {
  const shown = STATES.filter((s) => figures[s]);
  return (
    <table className="w-full text-xs">
      <thead className="text-fg-3">
        <tr>
          <th scope="col" className="py-1 text-start font-normal">
            {t("percentiles")}
            <span className="ms-1.5 inline-flex align-[-3px]">
              <Help>{t("percentiles_help")}</Help>
            </span>
          </th>
          {shown.map((s) => (
            <th key={s} scope="col" className="py-1 text-end font-normal">
              {t(s)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody className="tnum">
        {rows.map((r) => (
          <tr key={r} className="border-t border-line">
            <th scope="row" className="py-1 text-start font-normal text-fg-2">
              {t(r)}
            </th>
            {shown.map((s) => (
              <td key={s} className="py-1 text-end" title={money(figures[s]?.[r] ?? 0, currency)}>
                {shortMoney(figures[s]?.[r] ?? 0, currency)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
