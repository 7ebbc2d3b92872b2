import { useQuery } from "@tanstack/react-query";
import {
  BookOpenText,
  Box,
  CalendarClock,
  CalendarRange,
  CircleDashed,
  Layers,
  RefreshCw,
  Shapes,
  ShieldCheck,
  UserRoundCheck,
} from "lucide-react";
import { FieldFacets } from "#/kit/about/Fields";
import { TagFacet } from "#/kit/about/Tags";
import { Facet, FilterBar } from "#/kit/Filters";
import { PersonFacet } from "#/kit/PersonFacet";
import { ORGANISATION, productsQuery } from "#/kit/products";
import { SearchBox } from "#/kit/SearchBox";
import { EVIDENCE_STATUSES, StatusIcon, statusName } from "#/kit/Status";
import { cycleName } from "./Cycles";
import { controlQuery, coverageQuery, facetsQuery, periodsQuery } from "./data";
import { frequencyChoices, kindChoices } from "./names";
import { CYCLES, DUE, days, type Filter, FREQUENCIES, KINDS, type Search } from "./search";
import { t } from "./words";

type Props = { filter: Filter; filtered: boolean; patch: (p: Partial<Search>) => void; clear: () => void };

/** Search and the filters of the list, each with how many rows it would leave. */
export function Filters({ filter, filtered, patch, clear }: Props) {
  const facets = useQuery(facetsQuery(filter.q)).data;
  const frameworks = useQuery(coverageQuery).data?.items ?? [];
  const products = useQuery(productsQuery).data ?? [];
  const periods = useQuery(periodsQuery).data?.items ?? [];
  const count = (facet: string, value: string) => facets && (facets[facet]?.find((v) => v.value === value)?.count ?? 0);
  const one = (v: string | number | undefined) => (v === undefined ? undefined : [String(v)]);
  return (
    <FilterBar active={filtered} onClear={clear}>
      <SearchBox name={t("evidence_lower")} value={filter.q ?? ""} onChange={(q) => patch({ q: q || undefined })} />
      {(periods.length > 0 || filter.period) && (
        <Facet
          single
          label={t("period")}
          icon={<CalendarRange />}
          value={one(filter.period)}
          options={periods.map((p) => ({ value: p.id, label: p.name, count: p.files }))}
          onChange={(v) => patch({ period: v?.at(-1), without: v ? filter.without : undefined })}
        />
      )}
      {filter.period && (
        <Facet
          single
          label={t("in_period")}
          value={filter.without ? ["without"] : undefined}
          options={[{ value: "without", label: t("period_without") }]}
          onChange={(v) => patch({ without: v ? true : undefined })}
        />
      )}
      <Facet
        label={t("status")}
        icon={<CircleDashed />}
        value={filter.status}
        options={EVIDENCE_STATUSES.map((s) => ({ value: s, label: statusName(s), icon: <StatusIcon s={s} />, count: count("status", s) }))}
        onChange={(v) => patch({ status: v && EVIDENCE_STATUSES.filter((s) => v.includes(s)) })}
      />
      <Facet
        single
        label={t("category")}
        icon={<Layers />}
        value={one(filter.category)}
        options={(facets?.category ?? []).filter((v) => v.value !== "").map((v) => ({ value: v.value, label: v.value, count: v.count }))}
        onChange={(v) => patch({ category: v?.at(-1) })}
      />
      <PersonFacet label={t("owner")} value={filter.owner} counts={facets && (facets.owner ?? [])} onChange={(owner) => patch({ owner })} />
      <PersonFacet
        label={t("reviewer")}
        icon={<UserRoundCheck />}
        none={t("reviewer_none")}
        value={filter.reviewer}
        counts={facets && (facets.reviewer ?? [])}
        onChange={(reviewer) => patch({ reviewer })}
      />
      <Facet
        single
        label={t("framework")}
        icon={<BookOpenText />}
        value={one(filter.framework)}
        options={frameworks.map((f) => ({ value: f.framework, label: f.short }))}
        onChange={(v) => patch({ framework: v?.at(-1) })}
      />
      <Facet
        label={t("cycle")}
        icon={<RefreshCw />}
        value={filter.cycle}
        options={CYCLES.map((c) => ({ value: c, label: cycleName(c), count: count("cycle", c) }))}
        onChange={(v) => patch({ cycle: v && CYCLES.filter((c) => v.includes(c)) })}
      />
      <Facet
        single
        label={t("kind")}
        icon={<Shapes />}
        value={one(filter.kind)}
        options={kindChoices.map((k) => ({ ...k, count: count("kind", k.value) }))}
        onChange={(v) => patch({ kind: KINDS.find((k) => k === v?.at(-1)) })}
      />
      <Facet
        single
        label={t("due")}
        icon={<CalendarClock />}
        value={one(filter.due)}
        options={[...new Set([...DUE, ...(filter.due ? [filter.due] : [])])].map((n) => ({ value: String(n), label: t("days", { n }) }))}
        onChange={(v) => patch({ due: days(v?.at(-1)) })}
      />
      {(products.length > 0 || filter.scope) && (
        <Facet
          single
          label={t("product")}
          icon={<Box />}
          value={one(filter.scope)}
          options={[
            { value: ORGANISATION, label: t("scope_whole"), count: count("scope", ORGANISATION) },
            ...products.map((p) => ({ value: p.id, label: p.name, count: count("scope", p.id) })),
          ]}
          onChange={(v) => patch({ scope: v?.at(-1) })}
        />
      )}
      <TagFacet kind="evidence" value={filter.tag} onChange={(tag) => patch({ tag })} />
      <FieldFacets kind="evidence" value={filter.field} onChange={(field) => patch({ field })} />
      {filter.frequency && (
        <Facet
          single
          label={t("frequency")}
          value={[filter.frequency]}
          options={frequencyChoices}
          onChange={(v) => patch({ frequency: FREQUENCIES.find((f) => f === v?.at(-1)) })}
        />
      )}
      {filter.control && <ControlFacet id={filter.control} onClear={() => patch({ control: undefined })} />}
    </FilterBar>
  );
}

/** The control by which a link filtered the list: it can be taken away here, and chosen in its own list. */
function ControlFacet({ id, onClear }: { id: string; onClear: () => void }) {
  const c = useQuery(controlQuery(id)).data;
  return (
    <Facet
      single
      label={t("control")}
      icon={<ShieldCheck />}
      value={[id]}
      options={[{ value: id, label: c?.ref ?? "…" }]}
      onChange={(v) => !v && onClear()}
    />
  );
}
