import { Paperclip } from "lucide-react";
import type { ReactNode } from "react";
import type { Evidence, Field } from "#/api/api";
import { Person } from "#/kit/Avatar";
import { fieldColumns, fieldExport } from "#/kit/about/Fields";
import { TagCell } from "#/kit/about/Tags";
import type { Column } from "#/kit/DataTable";
import { num } from "#/kit/format";
import { StatusIcon, StatusLabel, statusName } from "#/kit/Status";
import { Tag } from "#/kit/Tag";
import { DateText } from "#/kit/When";
import { CycleCell } from "./Cycles";
import { frequencyName, kindName } from "./names";
import { t } from "./words";

export type Cell = "owner" | "reviewer" | "frequency";
/** Opens the menu of one cell: all cells share one menu, so that ten thousand rows stay light. */
export type OpenCell = (cell: Cell, row: Evidence, at: HTMLElement) => void;

/** The columns of the list; `open` is left out for those who only read. */
export function evidenceColumns(open: OpenCell | undefined, fields: readonly Field[]): readonly Column<Evidence>[] {
  const cell = (cell: Cell, row: Evidence, label: string, children: ReactNode) =>
    open ? (
      <CellButton cell={cell} row={row} open={open} label={label}>
        {children}
      </CellButton>
    ) : (
      children
    );
  return [
    {
      id: "name",
      header: t("name"),
      width: 232,
      grow: true,
      priority: 0,
      sort: "name",
      cell: (e) => (
        <span className="font-medium" title={e.name}>
          {e.name}
        </span>
      ),
    },
    { id: "status", header: t("status"), width: 128, priority: 0, sort: "status", cell: (e) => <StatusLabel s={e.status} /> },
    {
      id: "category",
      header: t("category"),
      width: 132,
      priority: 6,
      sort: "category",
      cell: (e) => (
        <span className="text-fg-2" title={e.category}>
          {e.category || "–"}
        </span>
      ),
    },
    { id: "controls", header: t("controls_column"), width: 114, priority: 4, cell: (e) => <Refs e={e} /> },
    {
      id: "owner",
      header: t("owner"),
      width: 150,
      priority: 2,
      sort: "owner",
      cell: (e) => cell("owner", e, `${t("owner")}: ${e.owner_name || t("nobody")}`, <Person name={e.owner_name} nobody={t("nobody")} />),
    },
    {
      id: "reviewer",
      header: t("reviewer"),
      width: 150,
      priority: 8,
      cell: (e) =>
        cell(
          "reviewer",
          e,
          `${t("reviewer")}: ${e.reviewer_name || t("reviewer_none")}`,
          e.reviewer ? <Person name={e.reviewer_name} nobody="" /> : <span className="text-fg-3">{t("without_review")}</span>,
        ),
    },
    {
      id: "frequency",
      header: t("frequency"),
      width: 100,
      priority: 7,
      cell: (e) =>
        cell(
          "frequency",
          e,
          `${t("frequency")}: ${frequencyName(e.frequency)}`,
          <span className="text-fg-2">{frequencyName(e.frequency)}</span>,
        ),
    },
    {
      id: "collected",
      header: t("collected"),
      width: 106,
      priority: 5,
      sort: "collected_on",
      cell: (e) => (
        <span className="text-fg-2">
          <DateText value={e.collected_on} />
        </span>
      ),
    },
    { id: "cycle", header: t("cycle"), width: 152, priority: 4.5, sort: "cycle_due", cell: (e) => <CycleCell e={e} /> },
    { id: "files", header: t("files"), width: 64, priority: 3, cell: (e) => <FilesCell e={e} /> },
    {
      id: "kind",
      header: t("kind"),
      width: 128,
      priority: 9,
      hidden: true,
      cell: (e) => <span className="text-fg-2">{kindName(e.kind)}</span>,
    },
    { id: "tags", header: t("tags"), width: 150, priority: 2, hidden: true, cell: (e) => <TagCell tags={e.tags} /> },
    ...fieldColumns<Evidence>(fields),
    {
      id: "updated",
      header: t("updated"),
      width: 106,
      priority: 10,
      hidden: true,
      sort: "updated_at",
      cell: (e) => (
        <span className="text-fg-3">
          <DateText value={e.updated_at} />
        </span>
      ),
    },
    {
      id: "expires",
      header: t("expires"),
      width: 106,
      priority: 1,
      sort: "expires_on",
      align: "right",
      cell: (e) => <Expires e={e} />,
    },
  ];
}

/** What the columns are called in an export. */
const exported = {
  name: ["name"],
  status: ["status"],
  category: ["category"],
  controls: ["controls"],
  owner: ["owner"],
  reviewer: ["reviewer"],
  frequency: ["frequency", "validity_days"],
  collected: ["collected_on"],
  cycle: ["cycle", "cycle_due"],
  files: ["accepted_files", "pending_files"],
  kind: ["kind"],
  tags: ["tags"],
  updated: ["updated_at"],
  expires: ["expires_on", "days_left"],
} as const;
type ExportColumn = (typeof exported)[keyof typeof exported][number];
const isColumn = (id: string): id is keyof typeof exported => id in exported;
/** The columns of an export that says what the list on screen says. */
export const exportColumns = (ids: readonly string[]): (ExportColumn | string)[] => [
  ...ids.flatMap((id) => (isColumn(id) ? [...exported[id]] : [])),
  ...fieldExport(ids),
];

/** The first controls it proves, and how many more there are. */
function Refs({ e }: { e: Evidence }) {
  const shown = e.control_refs.slice(0, 2);
  const rest = e.controls - shown.length;
  if (e.controls === 0) return <span className="text-fg-3">–</span>;
  return (
    <span className="flex min-w-0 gap-1" title={e.control_refs.join(", ") + (e.controls > e.control_refs.length ? " …" : "")}>
      {shown.map((ref) => (
        <Tag key={ref} className="ref shrink-0 !text-2xs">
          {ref}
        </Tag>
      ))}
      {rest > 0 && <span className="tnum self-center text-xs text-fg-3">+{num(rest)}</span>}
    </span>
  );
}

/** The last day a proof counts, in the tone of its status: the server's day decides, not the reader's clock. */
export function Expires({ e }: { e: Evidence }) {
  return (
    <span className={e.status === "expired" ? "text-bad-text" : e.status === "expiring_soon" ? "text-warn-text" : "text-fg-3"}>
      <DateText value={e.expires_on} />
    </span>
  );
}

/** How many files count, and whether one waits for review. */
function FilesCell({ e }: { e: Evidence }) {
  return (
    <span className="tnum flex items-center gap-2">
      <span
        className={e.accepted > 0 ? "flex items-center gap-1 text-fg-2" : "flex items-center gap-1 text-fg-3"}
        title={t("files_counting", { n: e.accepted })}
      >
        <Paperclip size={12} aria-hidden className="text-fg-3" />
        {num(e.accepted)}
        <span className="sr-only">{t("files_counting", { n: e.accepted })}</span>
      </span>
      {e.pending > 0 && (
        <span className="flex" title={t("files_waiting", { n: e.pending })}>
          <StatusIcon s="pending" size={13} />
          <span className="sr-only">{t("files_waiting", { n: e.pending })}</span>
        </span>
      )}
    </span>
  );
}

type ButtonProps = { cell: Cell; row: Evidence; open: OpenCell; label: string; children: ReactNode };
function CellButton({ cell, row, open, label, children }: ButtonProps) {
  return (
    <button
      type="button"
      // Not in the order of Tab: the same can be done in the record, which Enter opens.
      tabIndex={-1}
      aria-haspopup="menu"
      aria-label={label}
      onClick={(e) => open(cell, row, e.currentTarget)}
      className="-ms-1.5 flex h-7 max-w-full items-center rounded-md px-1.5 text-start hover:bg-active group-hover/row:shadow-[inset_0_0_0_1px_var(--line)]"
    >
      {children}
    </button>
  );
}

/** A request in two lines, for a phone. */
export const evidenceCard = (e: Evidence) => (
  <>
    <div className="truncate font-medium">{e.name}</div>
    <div className="mt-0.5 flex items-center gap-1.5 text-xs text-fg-3">
      <StatusIcon s={e.status} size={12} /> <span className="truncate">{statusName(e.status)}</span>
      {e.pending > 0 && (
        <span className="ms-1.5 flex min-w-0 items-center gap-1">
          <StatusIcon s="pending" size={12} /> <span className="truncate">{t("files_waiting_short", { n: e.pending })}</span>
        </span>
      )}
      <span className="ms-auto shrink-0 ps-2">{e.expires_on ? <Expires e={e} /> : null}</span>
    </div>
  </>
);
