import { Link } from "@tanstack/react-router";
import { ArrowUpRight } from "lucide-react";
import type { Dashboard } from "#/api/api";
import { Kpi } from "#/kit/Card";
import { Sparkline } from "#/kit/charts";
import { num, percent } from "#/kit/format";
import { orgPath } from "#/shell/nav";
import { useSession } from "#/shell/session";
import { change, inScope, moved, recent } from "./data";
import { t } from "./words";

/** The controls that the figure counts, as the list is asked for them. */
const needing = ["gap", "needs_evidence", "unproven"];

/** The four figures on top: each with how it moved, how it is made, and the list behind it. */
export function Kpis({ d }: { d: Dashboard }) {
  const { trend, controls, evidence, overall, defined } = d;
  const met = moved(trend.overall.progress);
  const ready = moved(trend.overall.readiness);
  return (
    <div className="grid grid-cols-2 gap-3 @xl:gap-4 @4xl:grid-cols-4">
      <Kpi
        label={t("met")}
        value={percent(overall.progress)}
        delta={points(met)}
        trend={good(met)}
        how={defined.progress}
        spark={<Sparkline values={recent(trend.overall.progress)} color="var(--ok)" />}
        link={<Behind d={d} path="frameworks" name={t("met")} />}
      />
      <Kpi
        label={t("attention")}
        value={num(controls.attention)}
        delta={week(controls.attention_change)}
        trend={good(negated(controls.attention_change))}
        how={defined.needing}
        spark={<Sparkline values={recent(trend.attention)} color="var(--warn)" />}
        link={<Behind d={d} path="controls" search={{ effective: needing, ...inScope(d) }} name={t("attention")} />}
      />
      <Kpi
        label={t("expiring")}
        value={num(evidence.expiring)}
        delta={week(evidence.expiring_change)}
        trend={good(negated(evidence.expiring_change))}
        how={defined.expiring}
        spark={<Sparkline values={recent(trend.expiring)} color="var(--bad)" />}
        link={<Behind d={d} path="evidence" search={{ status: ["expiring_soon"], sort: "expires_on" }} name={t("expiring")} />}
      />
      <Kpi
        label={t("readiness")}
        value={percent(overall.readiness)}
        delta={points(ready)}
        trend={good(ready)}
        how={defined.readiness}
        spark={<Sparkline values={recent(trend.overall.readiness)} color="var(--info)" />}
        link={<Behind d={d} path="controls" search={{ counts: "controls", ...inScope(d) }} name={t("readiness")} />}
      />
    </div>
  );
}

const negated = (n: number | null | undefined) => (n == null ? undefined : -n);
const good = (n: number | undefined) => (n === undefined || n === 0 ? undefined : n > 0 ? "good" : "bad");

function points(moved: number | undefined) {
  if (moved === undefined) return undefined;
  return moved === 0 ? t("same_month") : t("points_month", { points: change(moved / 100) });
}

function week(moved: number | null) {
  if (moved === null) return undefined;
  return moved === 0 ? t("same_week") : t("since_week", { change: change(moved) });
}

/** The way to the list behind a figure, for those who may read records. */
function Behind({ d, path, search, name }: { d: Dashboard; path: string; search?: Record<string, unknown>; name: string }) {
  const { tenant } = useSession();
  if (!d.due) return null;
  return (
    <Link
      data-noprint
      to={orgPath(tenant.slug, path)}
      search={search ?? {}}
      aria-label={t("open_list", { name })}
      title={t("open_list", { name })}
    >
      <ArrowUpRight size={14} aria-hidden />
    </Link>
  );
}
