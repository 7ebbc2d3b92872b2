import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { CircleDashed, Gauge, Grid3x3, Layers, Shield, TriangleAlert } from "lucide-react";
import { type ComponentProps, useMemo } from "react";
import { type Risk, type RiskSet, risk } from "#/api/api";
import { BulkTags } from "#/kit/about/BulkTags";
import { FieldFacets, useFields } from "#/kit/about/Fields";
import { TagFacet } from "#/kit/about/Tags";
import { Button } from "#/kit/Button";
import { Facet } from "#/kit/Filters";
import { useStored } from "#/kit/hooks";
import { PersonFacet } from "#/kit/PersonFacet";
import { aimOf, BulkChoice, BulkDay, BulkOwner, now, useBulk } from "#/kit/register/bulk";
import { Register } from "#/kit/register/Register";
import { StatusIcon } from "#/kit/Status";
import { countSelected } from "#/kit/selection";
import { useSession } from "#/shell/session";
import { exportColumns, riskCard, riskColumns } from "./columns";
import { figuresQuery, refreshAll } from "./data";
import { HeatMap } from "./HeatMap";
import { RiskStatus, riskLook, treatmentName } from "./Level";
import { LibraryButton } from "./Library";
import { RiskForm } from "./RiskForm";
import { RiskSidecar } from "./RiskSidecar";
import { type Filter, filterOf, LEVELS, SAYABLE, STATUSES, TREATMENTS } from "./search";
import { t } from "./words";

const route = getRouteApi("/o/$slug/risks");
const untreated: Filter["status"] = ["open", "in_progress", "off_track"];
type Props = ComponentProps<typeof Register<Risk, Filter>>;

/** All risks: figures, map, list, and the open one beside it. */
export function RiskList() {
  const { open, new: adding, view, ...filter } = route.useSearch();
  const go = route.useNavigate();
  const { person } = useSession();
  const fields = useFields("risk");
  const columns = useMemo(() => riskColumns(fields), [fields]);
  const views = useMemo(() => viewsFor(person), [person]);
  const figures = useQuery(figuresQuery).data;
  const [map, setMap] = useStored("risk.map", true);
  const notClosed = STATUSES.filter((s) => s !== "closed");
  return (
    <Register<Risk, Filter>
      list="risk"
      title={t("risks")}
      lower={t("risks_lower")}
      icon={<TriangleAlert />}
      count={(n) => t("count", { n })}
      filter={filter}
      place={{ open, new: adding, view }}
      go={(f, place, push) => go({ search: { ...f, ...place }, replace: !push })}
      parse={filterOf}
      fetch={(f) => (page, limit) => risk.list({ ...f, page, limit })}
      facets={(q) => risk.facets({ q })}
      columns={columns}
      card={riskCard}
      rowLabel={(r) => r.ref}
      views={views}
      stats={[
        ...LEVELS.map((l) => ({ id: l, label: t(l), count: figures?.levels[l], search: { level: [l], status: notClosed } })),
        { id: "off_track", label: t("off_track"), count: figures?.statuses.off_track, search: { status: ["off_track" as const] } },
        { id: "overdue", label: t("late"), count: figures?.overdue, search: { overdue: true } },
      ]}
      filters={Filters}
      export={(format, ids) => risk.export({ ...filter, format, columns: exportColumns(ids) })}
      exportAll={risk.export({ ...filter, format: "xlsx" })}
      importTarget="risks"
      add={t("add")}
      empty={{ title: t("empty"), more: t("empty_more"), actions: <LibraryButton /> }}
      actions={
        <>
          <Button variant="ghost" aria-pressed={map} onClick={() => setMap(!map)}>
            <Grid3x3 size={14} /> {map ? t("heat_hide") : t("heat_show")}
          </Button>
          <LibraryButton />
        </>
      }
      above={
        map &&
        figures &&
        figures.total > 0 && (
          <HeatMap
            figures={figures}
            filter={filter}
            onPick={(at) =>
              void go({
                search: {
                  ...filter,
                  status: at.likelihood ? notClosed : undefined,
                  of: at.of,
                  likelihood: at.likelihood,
                  impact: at.impact,
                  open,
                },
                replace: true,
              })
            }
          />
        )
      }
      bulk={(p) => <Bulk {...p} />}
      sidecar={(id, beside) => <RiskSidecar id={id} beside={beside} />}
      form={(p) => <RiskForm {...p} />}
    />
  );
}

function viewsFor(person: string): Props["views"] {
  return [
    { id: "all", name: t("all"), search: {} },
    { id: "open", name: t("open"), icon: <StatusIcon s="in_progress" size={13} />, search: { status: untreated } },
    { id: "mine", name: t("mine"), search: { owner: person } },
    { id: "accepted", name: t("accepted"), icon: <StatusIcon s="accepted" size={13} />, search: { status: ["accepted"] } },
    { id: "unscored", name: t("unscored"), search: { level: ["unscored"] } },
  ];
}

const Filters: Props["filters"] = ({ filter, patch, counts }) => (
  <>
    <Facet
      label={t("status")}
      icon={<CircleDashed />}
      value={filter.status}
      options={STATUSES.map((s) => ({ value: s, label: t(s), icon: <StatusIcon s={riskLook[s]} />, count: counts.of("status", s) }))}
      onChange={(v) => patch({ status: v && STATUSES.filter((s) => v.includes(s)) })}
    />
    <Facet
      label={t("level")}
      icon={<Gauge />}
      value={filter.level}
      options={LEVELS.map((l) => ({ value: l, label: t(l), count: counts.of("level", l) }))}
      onChange={(v) => patch({ level: v && LEVELS.filter((l) => v.includes(l)) })}
    />
    <PersonFacet label={t("owner")} value={filter.owner} counts={counts.values("owner")} onChange={(owner) => patch({ owner })} />
    <Facet
      single
      label={t("category")}
      icon={<Layers />}
      value={filter.category === undefined ? undefined : [filter.category]}
      options={(counts.values("category") ?? []).map((v) => ({
        value: v.value || "none",
        label: v.value || t("category_none"),
        count: v.count,
      }))}
      onChange={(v) => patch({ category: v?.at(-1) })}
    />
    <Facet
      label={t("treatment")}
      icon={<Shield />}
      value={filter.treatment}
      options={TREATMENTS.map((v) => ({ value: v, label: treatmentName(v), count: counts.of("treatment", v) }))}
      onChange={(v) => patch({ treatment: v && TREATMENTS.filter((x) => v.includes(x)) })}
    />
    {(filter.likelihood || filter.impact) && (
      <Facet
        single
        label={t("place")}
        icon={<Grid3x3 />}
        value={["here"]}
        options={[
          { value: "here", label: t("place_of", { of: t(filter.of ?? "residual"), l: filter.likelihood ?? "–", i: filter.impact ?? "–" }) },
        ]}
        onChange={() => patch({ of: undefined, likelihood: undefined, impact: undefined })}
      />
    )}
    <TagFacet kind="risk" value={filter.tag} onChange={(tag) => patch({ tag })} />
    <FieldFacets kind="risk" value={filter.field} onChange={(field) => patch({ field })} />
  </>
);

/** What can be done with the chosen risks: one step each, that one Undo takes back. */
function Bulk({ selected, total, filter, done }: Parameters<Props["bulk"]>[0]) {
  const run = useBulk<Risk>({ list: "risk", selected, done, refresh: refreshAll });
  const send = (set: RiskSet, shown: Partial<Risk> = {}, said?: (n: number) => string) =>
    run(() => risk.bulk({ body: { ...aimOf(selected, filter), set } }), shown, said);
  return (
    <>
      <BulkChoice
        label={t("status")}
        choices={SAYABLE.map((s) => ({ value: s, label: <RiskStatus s={s} /> }))}
        onPick={(status) => now(send({ status }, { status }))}
      />
      <BulkOwner onPick={(owner, owner_name) => now(send({ owner }, { owner, owner_name }))} />
      <BulkChoice
        label={t("treatment")}
        icon={<Shield size={14} />}
        choices={TREATMENTS.map((v) => ({ value: v, label: treatmentName(v) }))}
        onPick={(treatment) => now(send({ treatment }, { treatment }))}
      />
      <BulkDay label={t("due_on")} n={countSelected(selected, total)} send={(due_on) => send({ due_on }, { due_on })} />
      <BulkTags kind="risk" selected={selected} send={(set, said) => now(send(set, {}, said))} />
    </>
  );
}
