import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { BookOpenCheck, CalendarSync, CircleDashed, Layers, ScrollText } from "lucide-react";
import { type ComponentProps, useMemo } from "react";
import { type Policy, type PolicySet, policy } from "#/api/api";
import { BulkTags } from "#/kit/about/BulkTags";
import { FieldFacets, useFields } from "#/kit/about/Fields";
import { TagFacet } from "#/kit/about/Tags";
import { Facet } from "#/kit/Filters";
import { PersonFacet } from "#/kit/PersonFacet";
import { aimOf, BulkChoice, BulkOwner, now, useBulk } from "#/kit/register/bulk";
import { Register } from "#/kit/register/Register";
import { POLICY_STATUSES, StatusIcon, StatusLabel, statusName } from "#/kit/Status";
import { useSession } from "#/shell/session";
import { exportColumns, policyCard, policyColumns } from "./columns";
import { figuresQuery, refreshAll } from "./data";
import { LibraryButton } from "./Library";
import { Places } from "./Places";
import { PolicyForm } from "./PolicyForm";
import { PolicySidecar } from "./PolicySidecar";
import { type Filter, filterOf, REVIEWS } from "./search";
import { t } from "./words";

const route = getRouteApi("/o/$slug/policies");
type Props = ComponentProps<typeof Register<Policy, Filter>>;

/** What is on the list unless somebody asks for more: an archived policy is in nobody's way. */
const living = POLICY_STATUSES.filter((s) => s !== "archived");
const asked = (f: Filter): Filter => (f.status ? f : { ...f, status: [...living] });

/** All policies: figures, views, the list, and the open one beside it. */
export function PolicyList() {
  const { open, new: adding, view, ...filter } = route.useSearch();
  const go = route.useNavigate();
  const { person } = useSession();
  const fields = useFields("policy");
  const columns = useMemo(() => policyColumns(fields), [fields]);
  const views = useMemo(() => viewsFor(person), [person]);
  const figures = useQuery(figuresQuery).data;
  const count = (s: Policy["status"]) => figures?.status[s];
  return (
    <Register<Policy, Filter>
      list="policy"
      title={t("policies")}
      lower={t("policies_lower")}
      icon={<ScrollText />}
      count={(n) => t("count", { n })}
      filter={filter}
      place={{ open, new: adding, view }}
      go={(f, place, push) => go({ search: { ...f, ...place }, replace: !push })}
      parse={filterOf}
      asked={asked(filter)}
      fetch={(f) => (page, limit) => policy.list({ ...f, page, limit })}
      facets={(q) => policy.facets({ q })}
      columns={columns}
      card={policyCard}
      rowLabel={(p) => p.ref}
      views={views}
      sections={<Places />}
      stats={[
        { id: "total", label: t("total"), count: figures?.total, search: {} },
        ...(["published", "ratified", "in_review", "draft", "not_started", "needs_update", "suggested"] as const).map((s) => ({
          id: s,
          label: statusName(s),
          icon: <StatusIcon s={s} size={13} />,
          count: count(s),
          search: { status: [s] },
        })),
        {
          id: "overdue",
          label: t("overdue_reviews"),
          icon: <StatusIcon s="overdue" size={13} />,
          count: figures?.overdue,
          search: { review: ["overdue"] },
        },
      ]}
      filters={Filters}
      export={(format, ids) => policy.export({ ...asked(filter), format, columns: exportColumns(ids) })}
      exportAll={policy.export({ ...asked(filter), format: "xlsx" })}
      importTarget="policies"
      add={t("add")}
      empty={{ title: t("empty"), more: t("empty_more"), actions: <LibraryButton /> }}
      actions={<LibraryButton />}
      bulk={(p) => <Bulk {...p} />}
      sidecar={(id, beside) => <PolicySidecar id={id} beside={beside} />}
      form={(p) => <PolicyForm {...p} />}
    />
  );
}

function viewsFor(person: string): Props["views"] {
  return [
    { id: "all", name: t("all"), search: {} },
    { id: "mine", name: t("mine"), search: { owner: person } },
    {
      id: "work",
      name: t("being_written"),
      icon: <StatusIcon s="draft" size={13} />,
      search: { status: ["draft", "in_review", "ratified"] },
    },
    {
      id: "force",
      name: t("in_force_view"),
      icon: <StatusIcon s="published" size={13} />,
      search: { status: ["published", "needs_update"] },
    },
    { id: "due", name: t("review_due"), icon: <StatusIcon s="expiring_soon" size={13} />, search: { light: ["red", "amber"] } },
    { id: "archived", name: statusName("archived"), search: { status: ["archived"] } },
  ];
}

const Filters: Props["filters"] = ({ filter, patch, counts }) => (
  <>
    <Facet
      label={t("status")}
      icon={<CircleDashed />}
      value={filter.status}
      options={POLICY_STATUSES.map((s) => ({ value: s, label: statusName(s), icon: <StatusIcon s={s} />, count: counts.of("status", s) }))}
      onChange={(v) => patch({ status: v && POLICY_STATUSES.filter((s) => v.includes(s)) })}
    />
    <Facet
      label={t("next_review")}
      icon={<CalendarSync />}
      value={filter.review}
      options={REVIEWS.map((r) => ({ value: r, label: t(`review_${r}`), count: counts.of("review", r) }))}
      onChange={(v) => patch({ review: v && REVIEWS.filter((r) => v.includes(r)) })}
    />
    <PersonFacet label={t("owner")} value={filter.owner} counts={counts.values("owner")} onChange={(owner) => patch({ owner })} />
    <Facet
      single
      label={t("category")}
      icon={<Layers />}
      value={filter.category === undefined ? undefined : [filter.category]}
      options={(counts.values("category") ?? []).flatMap((v) => (v.value ? [{ value: v.value, label: v.value, count: v.count }] : []))}
      onChange={(v) => patch({ category: v?.at(-1) })}
    />
    <TagFacet kind="policy" value={filter.tag} onChange={(tag) => patch({ tag })} />
    <FieldFacets kind="policy" value={filter.field} onChange={(field) => patch({ field })} />
  </>
);

const cadences = [3, 6, 12, 24, 36] as const;

/** What can be done with the chosen policies: one step each, that one Undo takes back. */
function Bulk({ selected, filter, done }: Parameters<Props["bulk"]>[0]) {
  const run = useBulk<Policy>({ list: "policy", selected, done, refresh: refreshAll });
  const send = (set: PolicySet, shown: Partial<Policy> = {}, said?: (n: number) => string) =>
    run(() => policy.bulk({ body: { ...aimOf(selected, filter), set } }), shown, said);
  return (
    <>
      <BulkChoice
        label={t("status")}
        choices={[
          { value: "not_started" as const, label: t("take_up") },
          { value: "archived" as const, label: <StatusLabel s="archived" /> },
        ]}
        onPick={(status) => now(send({ status }))}
      />
      <BulkOwner onPick={(owner, owner_name) => now(send({ owner }, { owner, owner_name }))} />
      <BulkChoice
        label={t("cadence")}
        icon={<BookOpenCheck size={14} />}
        choices={[...cadences.map((n) => ({ value: String(n), label: t("months", { n }) })), { value: "0", label: t("never_reviewed") }]}
        onPick={(n) => now(send({ review_months: Number(n) }, { review_months: Number(n) }))}
      />
      <BulkTags kind="policy" selected={selected} send={(set, said) => now(send(set, {}, said))} />
    </>
  );
}
