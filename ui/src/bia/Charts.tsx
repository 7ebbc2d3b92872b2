import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { ProcessFigures } from "#/api/api";
import { type Bar, Bars } from "#/kit/Bars";
import { RECOVERIES, UNKNOWN } from "#/kit/care";
import { useWidth } from "#/kit/hooks";
import { UNSAID } from "#/kit/register/fields";
import type { Patch } from "#/kit/register/RegisterPage";
import { manyOf } from "#/kit/search";
import { Tabs } from "#/kit/Tabs";
import { spreadQuery } from "./data";
import type { Filter } from "./fields";
import { t } from "./words";

type Props = { f: ProcessFigures; filter: Filter; patch: Patch<Filter> };

const only = (values: readonly string[] | undefined) => (values?.length === 1 ? values[0] : undefined);
const TIMES = [...RECOVERIES.map((r) => r.value), UNSAID] as const;
/** The recovery time that was picked, as the filter takes it. */
const times = (picked: string | undefined) => manyOf(picked, TIMES);
const timeBars = (counts: Record<string, number>): Bar[] => [
  ...RECOVERIES.map((r) => ({ id: r.value, label: r.label, count: counts[r.value] ?? 0 })),
  { id: UNSAID, label: UNKNOWN, count: counts[""] ?? 0, color: "var(--fg-3)" },
];

/** The processes in five charts. A bar shows the processes that it counts; pressed again it shows all. */
export function Charts({ f, filter, patch }: Props) {
  const spread = useQuery(spreadQuery).data;
  const [box, width] = useWidth<HTMLElement>(1200, 8);
  const [tab, setTab] = useState("rto");
  const band = filter.from && filter.to ? `${filter.from}-${filter.to}` : undefined;
  const all = [
    {
      id: "rto",
      title: t("rto_chart"),
      chart: (
        <Bars
          title={t("rto_chart")}
          how={t("rto_chart_how")}
          bars={timeBars(f.rto)}
          chosen={only(filter.rto)}
          onPick={(v) => patch({ rto: times(v) })}
        />
      ),
    },
    {
      id: "rpo",
      title: t("rpo_chart"),
      chart: (
        <Bars
          title={t("rpo_chart")}
          how={t("rpo_chart_how")}
          bars={timeBars(f.rpo)}
          chosen={only(filter.rpo)}
          onPick={(v) => patch({ rpo: times(v) })}
        />
      ),
    },
    {
      id: "scores",
      title: t("scores"),
      chart: (
        <Bars
          title={t("scores")}
          how={f.defined}
          bars={f.scores.toReversed().map((b) => ({ id: `${b.from}-${b.to}`, label: t("score_band", b), count: b.count }))}
          chosen={band}
          onPick={(v) => {
            const [from, to] = v?.split("-").map(Number) ?? [];
            patch({ from, to });
          }}
        />
      ),
    },
    {
      id: "owners",
      title: t("owners"),
      chart: (
        <Bars
          title={t("owners")}
          how={t("owners_how")}
          bars={(spread?.owners ?? []).slice(0, 9).map((o) => ({
            id: o.id || UNSAID,
            label: o.name || t("unassigned"),
            count: o.count,
            color: o.id ? undefined : "var(--fg-3)",
          }))}
          chosen={filter.owner}
          onPick={(owner) => patch({ owner })}
        />
      ),
    },
    {
      id: "needed",
      title: t("needed"),
      chart: (
        <Bars
          title={t("needed")}
          how={t("needed_how")}
          bars={(spread?.needed ?? []).map((n) => ({ id: n.id, label: n.title, count: n.count }))}
          chosen={filter.depends_on}
          onPick={(depends_on) => patch({ depends_on })}
          none={t("needed_none")}
        />
      ),
    },
  ];
  const wide = width >= 1000;
  return (
    <section ref={box} aria-label={t("charts")} className="shrink-0 border-b border-line px-4 py-3">
      {wide ? (
        <div className="grid grid-cols-5 gap-x-6">
          {all.map((c) => (
            <div key={c.id} className="min-w-0">
              {c.chart}
            </div>
          ))}
        </div>
      ) : (
        <Tabs label={t("charts")} value={tab} onChange={setTab} tabs={all.map((c) => ({ value: c.id, label: c.title }))}>
          <div className="pt-3">{all.find((c) => c.id === tab)?.chart}</div>
        </Tabs>
      )}
    </section>
  );
}
