import { useQuery } from "@tanstack/react-query";
import { ChartColumn, Network, ShieldAlert } from "lucide-react";
import { useMemo } from "react";
import { Button } from "#/kit/Button";
import { Facet } from "#/kit/Filters";
import { useMedia, useStored } from "#/kit/hooks";
import { RecordPage } from "#/kit/register/RecordPage";
import { RegisterPage } from "#/kit/register/RegisterPage";
import { useSession } from "#/shell/session";
import { biaRecord } from "./BiaRecord";
import { Charts } from "./Charts";
import { figuresQuery, spreadQuery, TIERS } from "./data";
import { type Filter, processes } from "./fields";
import { t } from "./words";

/** All business processes: figures, charts, list, and the open one beside it. */
export function BiaList() {
  const { person } = useSession();
  const views = useMemo(() => viewsFor(person), [person]);
  const f = useQuery(figuresQuery).data;
  const needed = useQuery(spreadQuery).data?.needed ?? [];
  const wide = useMedia("(width >= 640px)");
  const [chosen, setCharts] = useStored<boolean | null>("bia.charts", null);
  const charts = chosen ?? wide;
  return (
    <RegisterPage
      of={processes}
      record={biaRecord}
      views={views}
      stats={[
        ...TIERS.map((tier) => ({ id: tier, label: t(tier), count: f?.tiers[tier], search: { tier: [tier] } })),
        { id: "unassigned", label: t("unassigned"), count: f?.nobodys, search: { owner: "none" } },
        {
          id: "late",
          label: t("late_view"),
          icon: <ShieldAlert size={13} className="text-warn-text" />,
          count: f?.late,
          search: { late: true },
        },
        { id: "unreviewed", label: t("unreviewed"), count: f?.unreviewed, search: { unreviewed: true } },
        { id: "overdue", label: t("overdue"), count: f?.overdue, search: { overdue: true } },
      ]}
      empty={{ title: t("empty"), more: t("empty_more") }}
      actions={
        <Button variant="ghost" aria-pressed={charts} onClick={() => setCharts(!charts)}>
          <ChartColumn size={14} /> <span className="max-sm:sr-only">{charts ? t("charts_hide") : t("charts_show")}</span>
        </Button>
      }
      filters={({ filter, patch }) => (
        <>
          {filter.depends_on && (
            <Facet
              single
              label={t("depends_on")}
              icon={<Network />}
              value={[filter.depends_on]}
              options={needed.map((n) => ({ value: n.id, label: n.title, count: n.count }))}
              onChange={(v) => patch({ depends_on: v?.at(-1) })}
            />
          )}
          {(filter.from || filter.to) && (
            <Facet
              single
              label={t("score")}
              value={["here"]}
              options={[{ value: "here", label: t("score_band", { from: filter.from ?? 1, to: filter.to ?? 100 }) }]}
              onChange={() => patch({ from: undefined, to: undefined })}
            />
          )}
        </>
      )}
      above={({ filter, patch }) => charts && f && f.total > 0 && <Charts f={f} filter={filter} patch={patch} />}
    />
  );
}

/** A process on a page of its own. */
export const BiaPage = () => <RecordPage of={processes} record={biaRecord} />;

const viewsFor = (person: string): { id: string; name: string; icon?: React.ReactNode; search: Filter }[] => [
  { id: "all", name: t("all"), search: {} },
  { id: "critical", name: t("critical"), search: { tier: ["critical"] } },
  { id: "mine", name: t("mine"), search: { owner: person } },
  { id: "incomplete", name: t("incomplete"), search: { tier: ["incomplete"] } },
  { id: "late", name: t("late_view"), icon: <ShieldAlert size={13} />, search: { late: true } },
];
