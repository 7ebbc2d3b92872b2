import { useQuery } from "@tanstack/react-query";
import { CalendarClock, CircleDashed, FileCheck2, UserRound } from "lucide-react";
import { Avatar } from "#/kit/Avatar";
import { Facet, FilterBar } from "#/kit/Filters";
import { peopleQuery } from "#/kit/people";
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
  const people = useQuery(peopleQuery).data;
  const count = (facet: string, value: string) => facets && (facets[facet]?.find((v) => v.value === value)?.count ?? 0);
  const name = (id: string) => people?.find((p) => p.id === id)?.name ?? "…";
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
      <Facet
        single
        label={t("owner")}
        icon={<UserRound />}
        value={filter.owner ? [filter.owner] : undefined}
        options={[
          { value: "none", label: t("nobody"), icon: <Avatar name="" />, count: count("owner", "") },
          ...(facets?.owner ?? [])
            .filter((v) => v.value !== "")
            .map((v) => ({ value: v.value, label: name(v.value), icon: <Avatar name={name(v.value)} />, count: v.count }))
            .sort((a, b) => a.label.localeCompare(b.label)),
        ]}
        onChange={(v) => patch({ owner: v?.at(-1) })}
      />
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
