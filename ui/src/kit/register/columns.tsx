import type { Field as Custom } from "#/api/api";
import { fieldColumns, fieldExport } from "../about/Fields";
import { TagCell } from "../about/Tags";
import type { Column } from "../DataTable";
import { DateText } from "../When";
import { sortOf } from "./address";
import { CellButton, type OpenCell, opensInCell } from "./cells";
import { type Field, type Row, type Who, whyFixed } from "./fields";
import { Value } from "./values";
import { t } from "./words";

/** The columns of a table: those that are declared, tags, custom fields, and when a row was changed. `open` edits a cell where it stands. */
export function columnsOf<T extends Row>(
  fields: readonly Field<T>[],
  custom: readonly Custom[],
  who: Who,
  open: OpenCell<T>,
): readonly Column<T>[] {
  const own = fields.flatMap((f): Column<T>[] => {
    if (!f.column) return [];
    const { sort: _, export: __, ...look } = f.column;
    return [{ id: f.name, header: f.label, ...look, sort: sortOf(f), cell: (row) => cellOf(f, row, who, open) }];
  });
  return [
    ...own,
    { id: "tags", header: t("tags"), width: 140, priority: 8, hidden: true, cell: (r) => <TagCell tags={r.tags ?? []} /> },
    ...fieldColumns<T & { custom: Record<string, unknown> }>(custom).map(
      (c): Column<T> => ({ ...c, cell: (r) => c.cell({ ...r, custom: r.custom ?? {} }) }),
    ),
    {
      id: "updated_at",
      header: t("updated"),
      width: 112,
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
}

function cellOf<T extends Row>(f: Field<T>, row: T, who: Who, open: OpenCell<T>) {
  const value = <Value f={f} row={row} />;
  if (!opensInCell(f)) return value;
  const why = whyFixed(f, row, who);
  if (why !== undefined)
    return (
      <span className="flex min-w-0" title={why || undefined}>
        {value}
      </span>
    );
  return (
    <CellButton f={f} row={row} open={open}>
      {value}
    </CellButton>
  );
}

/** What an export calls the columns that are on screen. */
export function exportColumns<T>(fields: readonly Field<T>[], shown: readonly string[]): string[] {
  return [
    ...shown.flatMap((id) => {
      if (id === "tags" || id === "updated_at") return [id];
      const f = fields.find((o) => o.name === id);
      return f ? (f.column?.export ?? [f.name]) : [];
    }),
    ...fieldExport(shown),
  ];
}

/** A row in two lines, for a phone: number and title, then what the declaration puts on the card, a day at the end. */
export function cardOf<T extends Row>(fields: readonly Field<T>[], called?: (row: T) => string) {
  const first = fields.filter((f) => f.kind === "ref" || f.kind === "title");
  const second = fields.filter((f) => f.card && f.kind !== "date");
  const days = fields.filter((f) => f.card && f.kind === "date");
  return (row: T) => (
    <>
      <div className="flex items-center gap-2">
        {first.map((f) => (
          <Value key={f.name} f={f} row={row} />
        ))}
        {called && <span className="truncate font-medium">{called(row)}</span>}
      </div>
      <div className="mt-0.5 flex items-center gap-2 text-xs text-fg-3">
        {second.map((f) => (
          <span key={f.name} className="flex min-w-0">
            <Value f={f} row={row} />
          </span>
        ))}
        {days.map((f) => (
          <span key={f.name} className="ms-auto shrink-0">
            <Value f={f} row={row} />
          </span>
        ))}
      </div>
    </>
  );
}
