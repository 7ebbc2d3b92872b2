import { useQuery } from "@tanstack/react-query";
import { CalendarClock, CircleDashed, FileCheck2 } from "lucide-react";
import { Facet, FilterBar } from "#/kit/Filters";
import { PersonFacet } from "#/kit/PersonFacet";
import { SearchBox } from "#/kit/SearchBox";
import { ACTIVITY_STATUSES, StatusIcon, statusName } from "#/kit/Status";
import { facetsQuery } from "./data";
import { frequencyChoices } from "./names";
import { type Filter, FREQUENCIES, type Search } from "./search";
import { t } from "./words";

type Props = { filter: Filter; filtered: boolean; patch: (p: Partial<Search>) => void; clear: () => void };

/** Search and the filters of the list, each with how many rows it would leave. */
export function Filters({ filter, filtered, patch, clear }: Props) {
  const facets = useQuery(facetsQuery(filter.q)).data;
  const count = (facet: string, value: string) => facets && (facets[facet]?.find((v) => v.value === value)?.count ?? 0);
  return (
    <FilterBar active={filtered} onClear={clear}>
      <SearchBox name={t("activities_lower")} value={filter.q ?? ""} onChange={(q) => patch({ q: q || undefined })} />
      <Facet
        label={t("status")}
        icon={<CircleDashed />}
        value={filter.status}
        options={ACTIVITY_STATUSES.map((s) => ({ value: s, label: statusName(s), icon: <StatusIcon s={s} />, count: count("status", s) }))}
        onChange={(v) => patch({ status: v && ACTIVITY_STATUSES.filter((s) => v.includes(s)) })}
      />
      <Facet
        label={t("frequency")}
        icon={<CalendarClock />}
        value={filter.frequency}
        options={frequencyChoices.map((f) => ({ ...f, count: count("frequency", f.value) }))}
        onChange={(v) => patch({ frequency: v && FREQUENCIES.filter((f) => v.includes(f)) })}
      />
      <PersonFacet label={t("owner")} value={filter.owner} counts={facets && (facets.owner ?? [])} onChange={(owner) => patch({ owner })} />
      <Facet
        single
        label={t("proof")}
        icon={<FileCheck2 />}
        value={filter.evidence ? [filter.evidence] : undefined}
        options={[{ value: "none", label: t("evidence_none") }]}
        onChange={(v) => patch({ evidence: v?.at(-1) })}
      />
    </FilterBar>
  );
}
