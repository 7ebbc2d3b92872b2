import { CircleAlert, FileCheck2 } from "lucide-react";
import type { ReactNode } from "react";
import type { Activity } from "#/api/api";
import { Person } from "#/kit/Avatar";
import type { Column } from "#/kit/DataTable";
import { StatusIcon, StatusLabel, statusName } from "#/kit/Status";
import { Tag, Tags } from "#/kit/Tag";
import { DateText, Due } from "#/kit/When";
import { frequencyName } from "./names";
import { t } from "./words";

/** Opens the owner's menu at a cell: all cells share one, so that long lists stay light. */
export type OpenOwner = (row: Activity, at: HTMLElement) => void;

/** The columns of the list; `open` is left out for those who only read. */
export function activityColumns(open: OpenOwner | undefined): readonly Column<Activity>[] {
  return [
    { id: "proof", header: t("proof"), width: 56, priority: 5, cell: (a) => <Proof a={a} /> },
    {
      id: "name",
      header: t("name"),
      width: 240,
      grow: true,
      priority: 0,
      sort: "name",
      cell: (a) => (
        <span className="flex min-w-0 items-center gap-2">
          <span className="truncate font-medium" title={a.name}>
            {a.name}
          </span>
          {a.paused && <Tag>{t("paused")}</Tag>}
        </span>
      ),
    },
    { id: "status", header: t("status"), width: 128, priority: 0, sort: "status", cell: (a) => <StatusLabel s={a.status} /> },
    {
      id: "frequency",
      header: t("frequency"),
      width: 104,
      priority: 4,
      sort: "frequency",
      cell: (a) => <span className="text-fg-2">{frequencyName(a.frequency)}</span>,
    },
    { id: "owner", header: t("owner"), width: 150, priority: 2, sort: "owner", cell: (a) => <Owner a={a} open={open} /> },
    { id: "controls", header: t("controls"), width: 122, priority: 6, cell: (a) => <Tags values={a.control_refs} max={2} /> },
    { id: "frameworks", header: t("frameworks"), width: 146, priority: 7, cell: (a) => <Tags values={a.frameworks} max={2} /> },
    {
      id: "scope",
      header: t("scope"),
      width: 130,
      priority: 9,
      hidden: true,
      cell: (a) => <span className="text-fg-2">{a.scope === "organisation" ? t("scope_organisation") : a.scope_name}</span>,
    },
    {
      id: "policy",
      header: t("policy"),
      width: 150,
      priority: 10,
      hidden: true,
      cell: (a) => <span className="truncate text-fg-2">{a.policy || "–"}</span>,
    },
    {
      id: "starts",
      header: t("starts_on"),
      width: 120,
      priority: 11,
      hidden: true,
      sort: "starts_on",
      cell: (a) => (
        <span className="text-fg-2">
          <DateText value={a.starts_on} />
        </span>
      ),
    },
    {
      id: "next",
      header: t("next"),
      width: 96,
      priority: 8,
      cell: (a) => (
        <span className="text-fg-2">
          <DateText value={a.next_on} />
        </span>
      ),
    },
    { id: "due", header: t("due"), width: 100, priority: 1, sort: "due_on", align: "right", cell: (a) => <Due value={a.due_on} /> },
  ];
}

/** What the columns are called in an export. */
const exported = {
  name: ["name"],
  status: ["status"],
  frequency: ["frequency"],
  owner: ["owner"],
  controls: ["controls"],
  frameworks: ["frameworks"],
  scope: ["product"],
  policy: ["supporting_policy"],
  starts: ["starts_on"],
  next: ["next_on"],
  due: ["due_on"],
} as const;
type Exported = (typeof exported)[keyof typeof exported][number] | "id";
export const exportColumns = (shown: readonly string[]): Exported[] => [
  ...shown.flatMap((id): readonly Exported[] => (id in exported ? exported[id as keyof typeof exported] : [])),
  "id",
];

function Proof({ a }: { a: Activity }): ReactNode {
  const said = a.proof ? t("evidence_linked") : t("evidence_none");
  return (
    <span title={said} className={a.proof ? "text-ok-text" : "text-warn-text"}>
      {a.proof ? <FileCheck2 size={15} aria-hidden /> : <CircleAlert size={15} aria-hidden />}
      <span className="sr-only">{said}</span>
    </span>
  );
}

function Owner({ a, open }: { a: Activity; open: OpenOwner | undefined }) {
  const person = <Person name={a.owner_name} nobody={t("nobody")} />;
  if (!open) return person;
  return (
    <button
      type="button"
      // Not in the order of Tab: the same can be done in the record, which Enter opens.
      tabIndex={-1}
      aria-haspopup="menu"
      aria-label={`${t("owner")}: ${a.owner_name || t("nobody")}`}
      onClick={(e) => open(a, e.currentTarget)}
      className="-ms-1.5 flex h-7 max-w-full items-center rounded-md px-1.5 text-start hover:bg-active group-hover/row:shadow-[inset_0_0_0_1px_var(--line)]"
    >
      {person}
    </button>
  );
}

/** An activity in two lines, for a phone. */
export const activityCard = (a: Activity) => (
  <>
    <div className="truncate font-medium">{a.name}</div>
    <div className="mt-0.5 flex items-center gap-1.5 text-xs text-fg-3">
      <StatusIcon s={a.status} size={12} /> <span className="truncate">{statusName(a.status)}</span>
      <span className="truncate">· {frequencyName(a.frequency)}</span>
      <span className="ms-auto shrink-0 ps-2">{a.due_on && <Due value={a.due_on} />}</span>
    </div>
  </>
);
