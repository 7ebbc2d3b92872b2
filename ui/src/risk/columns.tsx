import type { Field, Risk } from "#/api/api";
import { Person } from "#/kit/Avatar";
import { fieldColumns, fieldExport } from "#/kit/about/Fields";
import { TagCell } from "#/kit/about/Tags";
import type { Column } from "#/kit/DataTable";
import { num } from "#/kit/format";
import { DateText, Due } from "#/kit/When";
import { LevelTag, RiskStatus, treatmentName } from "./Level";
import { t } from "./words";

const nothing = <span className="text-fg-3">–</span>;
const ended = (r: Risk) => r.status === "mitigated" || r.status === "accepted" || r.status === "closed";

const own: readonly Column<Risk>[] = [
  { id: "ref", header: t("ref"), width: 96, priority: 0, sort: "ref", cell: (r) => <span className="ref text-xs text-fg-3">{r.ref}</span> },
  {
    id: "title",
    header: t("title"),
    width: 260,
    grow: true,
    priority: 0,
    sort: "title",
    cell: (r) => (
      <span className="truncate font-medium" title={r.title}>
        {r.title}
      </span>
    ),
  },
  { id: "score", header: t("score"), width: 108, priority: 0, sort: "score", cell: (r) => <LevelTag score={r.score} level={r.level} /> },
  { id: "status", header: t("status"), width: 124, priority: 1, sort: "status", cell: (r) => <RiskStatus s={r.status} /> },
  {
    id: "owner",
    header: t("owner"),
    width: 150,
    priority: 2,
    sort: "owner",
    cell: (r) => <Person name={r.owner_name} nobody={t("nobody")} />,
  },
  {
    id: "category",
    header: t("category"),
    width: 130,
    priority: 3,
    sort: "category",
    cell: (r) => (r.category ? <span className="truncate text-fg-2">{r.category}</span> : nothing),
  },
  {
    id: "treatment",
    header: t("treatment"),
    width: 104,
    priority: 4,
    cell: (r) => (r.treatment ? <span className="text-fg-2">{treatmentName(r.treatment)}</span> : nothing),
  },
  {
    id: "due",
    header: t("due_on"),
    width: 92,
    priority: 2,
    sort: "due_on",
    cell: (r) => <Due value={r.due_on} soon={30} done={ended(r)} />,
  },
  {
    id: "controls",
    header: t("controls"),
    width: 96,
    priority: 5,
    cell: (r) => (r.controls > 0 ? <span className="tnum text-fg-2">{`${num(r.effective)} / ${num(r.controls)}`}</span> : nothing),
  },
  {
    id: "actions",
    header: t("actions"),
    width: 84,
    priority: 6,
    cell: (r) => (r.actions > 0 ? <span className="tnum text-fg-2">{`${num(r.done)} / ${num(r.actions)}`}</span> : nothing),
  },
  {
    id: "inherent",
    header: t("inherent"),
    width: 108,
    priority: 7,
    sort: "inherent",
    hidden: true,
    cell: (r) => <LevelTag score={r.inherent.likelihood * r.inherent.impact} level={r.inherent_level} />,
  },
  {
    id: "target",
    header: t("target"),
    width: 108,
    priority: 7,
    sort: "target",
    hidden: true,
    cell: (r) => <LevelTag score={r.target.likelihood * r.target.impact} level={r.target_level} />,
  },
  {
    id: "review",
    header: t("review_on"),
    width: 92,
    priority: 8,
    sort: "review_on",
    hidden: true,
    cell: (r) => <Due value={r.review_on} soon={30} />,
  },
  { id: "tags", header: "Tags", width: 140, priority: 8, hidden: true, cell: (r) => <TagCell tags={r.tags} /> },
  {
    id: "updated",
    header: t("updated"),
    width: 80,
    priority: 9,
    sort: "updated_at",
    align: "right",
    cell: (r) => (
      <span className="text-fg-3">
        <DateText value={r.updated_at} />
      </span>
    ),
  },
];

export const riskColumns = (fields: readonly Field[]): readonly Column<Risk>[] => [...own, ...fieldColumns<Risk>(fields)];

/** What the export calls the columns that are on screen; words that explain come along. */
const exported: Record<string, readonly string[]> = {
  score: ["score", "level"],
  due: ["due_on"],
  review: ["review_on"],
  inherent: ["inherent_likelihood", "inherent_impact"],
  target: ["target_likelihood", "target_impact"],
  controls: ["effective_controls", "controls"],
  actions: [],
  updated: ["updated_at"],
};
export const exportColumns = (ids: readonly string[]): string[] => [
  ...ids.filter((id) => own.some((c) => c.id === id)).flatMap((id) => exported[id] ?? [id]),
  ...fieldExport(ids),
];

/** A risk in two lines, for a phone. */
export const riskCard = (r: Risk) => (
  <>
    <div className="flex items-center gap-2">
      <span className="ref text-xs text-fg-3">{r.ref}</span>
      <span className="truncate font-medium">{r.title}</span>
    </div>
    <div className="mt-0.5 flex items-center gap-2 text-xs text-fg-3">
      <LevelTag score={r.score} level={r.level} />
      <span className="truncate">{r.owner_name || t("nobody")}</span>
      <span className="ms-auto shrink-0">
        <Due value={r.due_on} soon={30} done={ended(r)} />
      </span>
    </div>
  </>
);
