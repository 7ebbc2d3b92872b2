import type { RiskFigures } from "#/api/api";
import { shortDate } from "#/kit/format";
import { StackedBars } from "#/kit/StackedBars";
import { Help } from "#/kit/Tip";
import { t } from "./words";

const colors = { low: "var(--ok)", medium: "var(--info)", high: "var(--warn)", critical: "var(--bad)" };
const layers = ["low", "medium", "high", "critical"] as const;

/** How many risks of each level there were on each of the last weeks' days. */
export const Trend = ({ figures: { weeks } }: { figures: RiskFigures }) => (
  <div className="px-1 pt-2">
    <p className="mb-3 flex items-center gap-1.5 text-xs text-fg-3">
      {t("trend")} <Help label={t("trend")}>{t("trend_more")}</Help>
    </p>
    <StackedBars
      title={t("trend")}
      axis={t("week")}
      labels={weeks.map((w) => w.day)}
      label={(day) => shortDate(day)}
      layers={layers.map((l) => ({ name: t(l), color: colors[l], values: weeks.map((w) => w[l]) }))}
    />
  </div>
);
