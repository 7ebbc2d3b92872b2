import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { FieldFacets } from "../about/Fields";
import { TagFacet } from "../about/Tags";
import { Facet } from "../Filters";
import { PersonFacet } from "../PersonFacet";
import { StatusIcon } from "../Status";
import type { Words } from "./address";
import { type Field, type FieldOf, readText, readTexts } from "./fields";
import type { Counts } from "./Register";
import { t } from "./words";

type FiltersProps<T, F extends object> = {
  kind: string;
  fields: readonly Field<T>[];
  filter: F;
  patch: (change: Words) => void;
  counts: Counts;
  /** The chips of the register's own filters: they stand after the fields'. */
  children?: ReactNode;
};

/** The chips beside the search: one for each field that filters, then tags and custom fields. */
export function FieldFilters<T, F extends object>({ kind, fields, filter, patch, counts, children }: FiltersProps<T, F>) {
  return (
    <>
      {fields
        .filter((f) => f.facet)
        .map((f) => (
          <OneFilter key={f.name} f={f} filter={filter} counts={counts} patch={patch} />
        ))}
      {children}
      <TagFacet kind={kind} value={listed(filter, "tag")} onChange={(tag) => patch({ tag })} />
      <FieldFacets kind={kind} value={listed(filter, "field")} onChange={(field) => patch({ field })} />
    </>
  );
}

const listed = (filter: object, name: string): string[] | undefined => {
  const all = readTexts(filter, name);
  return all.length > 0 ? all : undefined;
};

type OneProps<T> = { f: Field<T>; filter: object; counts: Counts; patch: (change: Words) => void };
function OneFilter<T>({ f, filter, counts, patch }: OneProps<T>) {
  const one = readText(filter, f.name) || undefined;
  const set = (v: unknown) => patch({ [f.name]: v });
  switch (f.kind) {
    case "choice":
    case "many":
      return (
        <Facet
          label={f.label}
          icon={f.icon}
          value={listed(filter, f.name)}
          options={f.choices.map((c) => ({
            value: c.value,
            label: c.label,
            icon: c.look ? <StatusIcon s={c.look} /> : c.icon,
            count: counts.of(f.name, c.value),
          }))}
          // In the order of the declaration, so that a view knows itself again.
          onChange={(v) => set(v && f.choices.map((c) => c.value).filter((c) => v.includes(c)))}
        />
      );
    case "person":
      return <PersonFacet label={f.label} icon={f.icon} none={f.empty} value={one} counts={counts.values(f.name)} onChange={set} />;
    case "record":
      return <RecordFilter f={f} value={one} counts={counts} onChange={set} />;
    case "flag":
      return (
        <Facet
          single
          label={f.label}
          icon={f.icon}
          value={Reflect.get(filter, f.name) ? ["true"] : undefined}
          options={[{ value: "true", label: f.yes ?? t("yes"), count: counts.of(f.name, "true") }]}
          onChange={(v) => set(v ? true : undefined)}
        />
      );
  }
  return (
    <Facet
      single
      label={f.label}
      icon={f.icon}
      value={one === undefined ? undefined : [one]}
      options={(counts.values(f.name) ?? []).map((v) => ({
        value: v.value || "none",
        label: v.value || f.empty || t("none"),
        count: v.count,
      }))}
      onChange={(v) => set(v?.at(-1))}
    />
  );
}

type RecordProps<T> = {
  f: FieldOf<T, "record">;
  value: string | undefined;
  counts: Counts;
  onChange: (id: string | undefined) => void;
};
/** A filter by another record: those that rows point to, by their names. */
function RecordFilter<T>({ f, value, counts, onChange }: RecordProps<T>) {
  const all =
    useQuery({ queryKey: ["find", `facet ${f.name}`], queryFn: ({ signal }) => f.find("", signal), staleTime: 30_000 }).data ?? [];
  const used = counts.values(f.name) ?? [];
  return (
    <Facet
      single
      label={f.label}
      icon={f.icon}
      value={value === undefined ? undefined : [value]}
      options={used.map((v) => ({
        value: v.value || "none",
        label: v.value ? (all.find((o) => o.value === v.value)?.label ?? "…") : (f.empty ?? t("none")),
        count: v.count,
      }))}
      onChange={(v) => onChange(v?.at(-1))}
    />
  );
}
