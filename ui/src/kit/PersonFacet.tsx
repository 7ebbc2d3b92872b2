import { useQuery } from "@tanstack/react-query";
import { UserRound } from "lucide-react";
import type { ReactNode } from "react";
import { Avatar } from "./Avatar";
import { Facet } from "./Filters";
import { peopleQuery } from "./people";
import { t } from "./words";

type Count = { value: string; count: number };
type PersonFacetProps = {
  label: string;
  icon?: ReactNode;
  /** How it is said that there is nobody. */
  none?: string;
  value: string | undefined;
  /** Who has how many; an empty value counts what nobody has. Undefined while it is on its way. */
  counts: readonly Count[] | undefined;
  onChange: (id: string | undefined) => void;
};

/** A filter by person: nobody first, then everybody who has something, by name. */
export function PersonFacet({ label, icon = <UserRound />, none = t("nobody"), value, counts, onChange }: PersonFacetProps) {
  const people = useQuery(peopleQuery).data;
  const name = (id: string) => people?.find((p) => p.id === id)?.name ?? "…";
  const owners = (counts ?? [])
    .filter((c) => c.value !== "")
    .map((c) => ({ value: c.value, label: name(c.value), icon: <Avatar name={name(c.value)} />, count: c.count }))
    .sort((a, b) => a.label.localeCompare(b.label));
  const without = counts && (counts.find((c) => c.value === "")?.count ?? 0);
  return (
    <Facet
      single
      label={label}
      icon={icon}
      value={value === undefined ? undefined : [value]}
      options={[{ value: "none", label: none, icon: <Avatar name="" />, count: without }, ...owners]}
      onChange={(v) => onChange(v?.at(-1))}
    />
  );
}
