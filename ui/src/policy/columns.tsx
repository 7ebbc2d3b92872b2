import type { Field, Policy } from "#/api/api";
import { Person } from "#/kit/Avatar";
import { fieldColumns, fieldExport } from "#/kit/about/Fields";
import { TagCell } from "#/kit/about/Tags";
import type { Column } from "#/kit/DataTable";
import { num } from "#/kit/format";
import { StatusIcon, StatusLabel } from "#/kit/Status";
import { Tags } from "#/kit/Tag";
import { DateText } from "#/kit/When";
import { Covered, InForce, ReviewDay } from "./Look";
import { t } from "./words";

const nothing = <span className="text-fg-3">–</span>;

const own: readonly Column<Policy>[] = [
  { id: "ref", header: t("ref"), width: 96, priority: 0, sort: "ref", cell: (p) => <span className="ref text-xs text-fg-3">{p.ref}</span> },
  {
    id: "title",
    header: t("policy"),
    width: 260,
    grow: true,
    priority: 0,
    sort: "title",
    cell: (p) => (
      <span className="truncate font-medium" title={p.title}>
        {p.title}
      </span>
    ),
  },
  { id: "status", header: t("status"), width: 132, priority: 0, sort: "status", cell: (p) => <StatusLabel s={p.status} /> },
  { id: "in_force", header: t("in_force"), width: 88, priority: 4, cell: (p) => <InForce p={p} /> },
  {
    id: "owner",
    header: t("owner"),
    width: 150,
    priority: 2,
    sort: "owner",
    cell: (p) => <Person name={p.owner_name} nobody={t("nobody")} />,
  },
  {
    id: "review",
    header: t("next_review"),
    width: 116,
    priority: 1,
    sort: "next_review_on",
    cell: (p) => <ReviewDay p={p} />,
  },
  {
    id: "acknowledged",
    header: t("acknowledged"),
    width: 132,
    priority: 3,
    cell: (p) => <Covered asked={p.asked} acknowledged={p.acknowledged} />,
  },
  {
    id: "category",
    header: t("category"),
    width: 130,
    priority: 6,
    sort: "category",
    cell: (p) => (p.category ? <span className="truncate text-fg-2">{p.category}</span> : nothing),
  },
  {
    id: "controls",
    header: t("controls"),
    width: 84,
    priority: 5,
    cell: (p) => (p.controls > 0 ? <span className="tnum text-fg-2">{num(p.controls)}</span> : nothing),
  },
  {
    id: "frameworks",
    header: t("frameworks"),
    width: 150,
    priority: 7,
    cell: (p) => (p.frameworks.length > 0 ? <Tags values={p.frameworks} /> : nothing),
  },
  {
    id: "exceptions",
    header: t("exceptions"),
    width: 92,
    priority: 8,
    hidden: true,
    cell: (p) => (p.exceptions > 0 ? <span className="tnum text-fg-2">{num(p.exceptions)}</span> : nothing),
  },
  {
    id: "published",
    header: t("published_on"),
    width: 96,
    priority: 8,
    sort: "published_on",
    hidden: true,
    cell: (p) => <DateText value={p.published_on} />,
  },
  {
    id: "product",
    header: t("product"),
    width: 120,
    priority: 8,
    hidden: true,
    cell: (p) => <span className="truncate text-fg-2">{p.scope === "organisation" ? t("organisation") : p.scope_name}</span>,
  },
  {
    id: "location",
    header: t("location"),
    width: 150,
    priority: 9,
    hidden: true,
    cell: (p) => (p.location ? <span className="truncate text-fg-2">{p.location.replace(/^https?:\/\//, "")}</span> : nothing),
  },
  { id: "tags", header: t("tags"), width: 140, priority: 8, hidden: true, cell: (p) => <TagCell tags={p.tags} /> },
  {
    id: "updated",
    header: t("updated"),
    width: 80,
    priority: 9,
    sort: "updated_at",
    align: "right",
    hidden: true,
    cell: (p) => (
      <span className="text-fg-3">
        <DateText value={p.updated_at} />
      </span>
    ),
  },
];

export const policyColumns = (fields: readonly Field[]): readonly Column<Policy>[] => [...own, ...fieldColumns<Policy>(fields)];

/** What the export calls the columns that are on screen; words that explain come along. */
const exported: Record<string, readonly string[]> = {
  review: ["next_review_on", "light"],
  acknowledged: ["acknowledged", "asked"],
  published: ["published_on"],
  updated: [],
};
export const exportColumns = (ids: readonly string[]): string[] => [
  ...ids.filter((id) => own.some((c) => c.id === id)).flatMap((id) => exported[id] ?? [id]),
  ...fieldExport(ids),
];

/** A policy in two lines, for a phone. */
export const policyCard = (p: Policy) => (
  <>
    <div className="flex items-center gap-2">
      <StatusIcon s={p.status} label />
      <span className="truncate font-medium">{p.title}</span>
    </div>
    <div className="mt-0.5 flex items-center gap-2 text-xs text-fg-3">
      <span className="ref">{p.ref}</span>
      <span className="truncate">{p.owner_name || t("nobody")}</span>
      <span className="ms-auto shrink-0">
        <ReviewDay p={p} />
      </span>
    </div>
  </>
);
