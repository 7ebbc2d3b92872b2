import type { ReactNode } from "react";
import type { Control, Field } from "#/api/api";
import { Person } from "#/kit/Avatar";
import { fieldColumns, fieldExport } from "#/kit/about/Fields";
import { TagCell } from "#/kit/about/Tags";
import type { Column } from "#/kit/DataTable";
import { withDates } from "#/kit/format";
import { StatusIcon, StatusLabel, statusName } from "#/kit/Status";
import { Tag, Tags } from "#/kit/Tag";
import { Tip } from "#/kit/Tip";
import { DateText } from "#/kit/When";
import { evidenceLook } from "./data";
import { t } from "./words";

export type Cell = "status" | "owner";
/** Opens the menu of one cell: all cells share one menu, so that ten thousand rows stay light. */
export type OpenCell = (cell: Cell, row: Control, at: HTMLElement) => void;

/** The columns of the list; `open` is left out for those who only read. */
export function controlColumns(open: OpenCell | undefined, fields: readonly Field[]): readonly Column<Control>[] {
  return [
    {
      id: "ref",
      header: t("id"),
      width: 84,
      priority: 0,
      sort: "ref",
      cell: (c) => <span className="ref text-xs text-fg-3">{c.ref}</span>,
    },
    {
      id: "title",
      header: t("control"),
      width: 256,
      grow: true,
      priority: 0,
      sort: "title",
      cell: (c) => (
        <span className="flex min-w-0 items-center gap-2">
          <span className="truncate font-medium" title={c.title}>
            {c.title}
          </span>
          <Origin c={c} />
        </span>
      ),
    },
    {
      id: "status",
      header: t("status"),
      width: 138,
      priority: 0,
      sort: "status",
      cell: (c) =>
        open ? (
          <CellButton cell="status" row={c} open={open} label={t("status_of", { ref: c.ref, status: statusName(c.status) })}>
            <StatusLabel s={c.status} />
          </CellButton>
        ) : (
          <StatusLabel s={c.status} />
        ),
    },
    { id: "effective", header: t("effective"), width: 134, priority: 3, sort: "effective", cell: (c) => <EffectiveCell c={c} /> },
    {
      id: "domain",
      header: t("domain"),
      width: 118,
      priority: 6,
      sort: "domain",
      cell: (c) => <span className="text-fg-2">{c.domain || "–"}</span>,
    },
    {
      id: "frameworks",
      header: t("frameworks"),
      width: 166,
      priority: 5,
      cell: (c) => <Tags values={c.frameworks.map((f) => f.short)} />,
    },
    {
      id: "owner",
      header: t("owner"),
      width: 152,
      priority: 1,
      sort: "owner",
      cell: (c) =>
        open ? (
          <CellButton cell="owner" row={c} open={open} label={`${t("owner")}: ${c.owner_name || t("nobody")}`}>
            <Person name={c.owner_name} nobody={t("nobody")} />
          </CellButton>
        ) : (
          <Person name={c.owner_name} nobody={t("nobody")} />
        ),
    },
    { id: "evidence", header: t("evidence"), width: 86, priority: 2, sort: "first_expiry", cell: (c) => <EvidenceCell c={c} /> },
    { id: "tags", header: t("tags"), width: 150, priority: 2, hidden: true, cell: (c) => <TagCell tags={c.tags} /> },
    ...fieldColumns<Control>(fields),
    {
      id: "updated",
      header: t("updated"),
      width: 80,
      priority: 7,
      sort: "updated_at",
      align: "right",
      cell: (c) => (
        <span className="text-fg-3">
          <DateText value={c.updated_at} />
        </span>
      ),
    },
  ];
}

/** What the columns are called in an export. */
const exported = {
  ref: ["ref"],
  title: ["title", "source"],
  status: ["claimed_status"],
  effective: ["effective_status", "reason"],
  domain: ["domain"],
  frameworks: ["frameworks", "requirements"],
  owner: ["owner"],
  evidence: ["evidence", "evidence_requests", "first_expiry"],
  tags: ["tags"],
  updated: ["updated_at"],
} as const;
type ExportColumn = (typeof exported)[keyof typeof exported][number];
const isColumn = (id: string): id is keyof typeof exported => id in exported;
/** The columns of an export that says what the list on screen says. */
export const exportColumns = (ids: readonly string[]): (ExportColumn | string)[] => [
  ...ids.flatMap((id) => (isColumn(id) ? [...exported[id]] : [])),
  ...fieldExport(ids),
];

/** Where a control comes from, when that is worth a word. */
export function Origin({ c }: { c: Control }) {
  if (c.source === "own") return <Tag tone="accent">{t("own")}</Tag>;
  if (c.edited)
    return (
      <span title={t("edited_more")} className="flex">
        <Tag tone="mute">{t("edited")}</Tag>
      </span>
    );
  return null;
}

function CellButton({
  cell,
  row,
  open,
  label,
  children,
}: {
  cell: Cell;
  row: Control;
  open: OpenCell;
  label: string;
  children: ReactNode;
}) {
  return (
    <button
      type="button"
      // Not in the order of Tab: the same can be done in the record, which Enter opens.
      tabIndex={-1}
      aria-haspopup="menu"
      aria-label={label}
      onClick={(e) => open(cell, row, e.currentTarget)}
      className="-my-1 -ms-1.5 flex h-7 max-w-full items-center rounded-md px-1.5 text-start hover:bg-active group-hover/row:shadow-[inset_0_0_0_1px_var(--line)]"
    >
      {children}
    </button>
  );
}

/** Quiet while claim and proof agree; when they do not, it says so and why. */
export function EffectiveCell({ c }: { c: Control }) {
  if (c.effective === c.status)
    return (
      <span className="flex min-w-0 items-center gap-1.5 text-fg-3" title={withDates(c.reason)}>
        <span className="truncate">{t("as_claimed")}</span>
      </span>
    );
  return (
    <Tip label={withDates(c.reason)}>
      <span className="-ms-1.5 inline-flex h-6 max-w-full items-center rounded-md bg-warn-soft px-1.5 text-warn-text">
        <StatusLabel s={c.effective} />
      </span>
    </Tip>
  );
}

export const evidenceWord = {
  complete: t("evidence_complete"),
  partial: t("evidence_partial"),
  missing: t("evidence_missing"),
  none: t("evidence_none"),
};
export const evidenceMore = {
  complete: t("evidence_complete_more"),
  partial: t("evidence_partial_more"),
  missing: t("evidence_missing_more"),
  none: t("evidence_none_more"),
};

export function EvidenceCell({ c }: { c: Control }) {
  return (
    <span className="tnum flex min-w-0 items-center gap-1.5" title={evidenceMore[c.evidence]}>
      <StatusIcon s={evidenceLook[c.evidence]} />
      <span className="sr-only">{evidenceWord[c.evidence]}</span>
      {c.requests > 0 ? (
        <span className="text-fg-2">
          {c.requests - c.missing}/{c.requests}
        </span>
      ) : (
        <span className="truncate text-fg-3" aria-hidden>
          {t("evidence_none")}
        </span>
      )}
    </span>
  );
}

/** A control in two lines, for a phone. */
export const controlCard = (c: Control) => (
  <>
    <div className="flex items-center gap-2">
      <span className="truncate font-medium">{c.title}</span>
      <Origin c={c} />
    </div>
    <div className="mt-0.5 flex items-center gap-2 text-xs text-fg-3">
      <span className="ref">{c.ref}</span>
      <StatusIcon s={c.effective} size={12} /> <span className="truncate">{statusName(c.effective)}</span>
      <span className="ms-auto flex shrink-0 items-center gap-1">
        <EvidenceCell c={c} />
      </span>
    </div>
  </>
);
