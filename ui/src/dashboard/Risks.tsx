import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { risk } from "#/api/api";
import { Card } from "#/kit/Card";
import { LegendKey, StackBar } from "#/kit/charts";
import { num } from "#/kit/format";
import { shortMoney } from "#/kit/money";
import { Help } from "#/kit/Tip";
import { orgPath } from "#/shell/nav";
import { useSession } from "#/shell/session";
import { t } from "./words";

const LEVELS = ["critical", "high", "medium", "low", "unscored"] as const;
const colors = { critical: "var(--bad)", high: "var(--warn)", medium: "var(--info)", low: "var(--ok)", unscored: "var(--active)" };

/** The risks that are not closed, by level. Who reads records gets from each figure to the risks that it counts. */
export function RiskCard({ links }: { links?: boolean }) {
  const { tenant } = useSession();
  const figures = useQuery({ queryKey: ["risk", "figures"], queryFn: () => risk.figures() }).data;
  if (!figures || figures.total === 0) return null;
  const parts = LEVELS.map((l) => ({ level: l, name: t(`risk_${l}`), value: figures.levels[l] ?? 0, color: colors[l] }));
  return (
    <Card title={t("risks")} help={figures.defined} aside={figures.overdue > 0 && t("risks_overdue", { n: figures.overdue })}>
      <StackBar parts={parts} label={parts.map((p) => `${p.name}: ${num(p.value)}`).join(", ")} />
      <ul className="mt-3 flex flex-wrap gap-x-5 gap-y-1 text-sm">
        {parts.map((p) => {
          const figure = (
            <LegendKey color={p.color}>
              {p.name} <span className="tnum font-semibold">{num(p.value)}</span>
            </LegendKey>
          );
          return (
            <li key={p.level}>
              {links ? (
                <Link
                  to={orgPath(tenant.slug, "risks")}
                  search={{ level: [p.level], status: ["open", "in_progress", "off_track", "mitigated", "accepted"] }}
                  className="hover:underline"
                >
                  {figure}
                </Link>
              ) : (
                figure
              )}
            </li>
          );
        })}
      </ul>
      <Costs />
    </Card>
  );
}

/** What the risks that are said in money cost in a year. It names none of them. */
function Costs() {
  const p = useQuery({ queryKey: ["risk", "portfolio"], queryFn: () => risk.portfolio() }).data;
  const figures = p?.figures.residual;
  if (!p || !figures || p.said === 0) return null;
  return (
    <p className="mt-3 flex flex-wrap items-center gap-x-1.5 border-t border-line pt-3 text-sm text-fg-2">
      {t("risks_cost", { n: p.said, mean: shortMoney(figures.expected, p), bad: shortMoney(figures.p90, p) })}
      <Help label={t("risks_cost_how")}>{p.how}</Help>
    </p>
  );
}
