import clsx from "clsx";
import { memo, type ReactNode } from "react";
import { Checkbox } from "./Checkbox";
import { t } from "./words";

export type Column<T> = {
  id: string;
  header: string;
  width: number;
  /** Takes what is left over; `width` is then the least. */
  grow?: boolean;
  /** 0 always shows; the higher, the sooner it goes when the table gets narrow. */
  priority: number;
  /** The server's name of the column to sort by. */
  sort?: string;
  align?: "right";
  /** Not shown until somebody chooses it. */
  hidden?: boolean;
  cell: (row: T) => ReactNode;
};

/** The columns that fit, in their own order. */
export function fitColumns<T>(all: readonly Column<T>[], width: number): Column<T>[] {
  let used = 0;
  const keep = new Set<string>();
  for (const c of [...all].sort((a, b) => a.priority - b.priority)) {
    if (c.priority > 0 && used + c.width > width) break;
    used += c.width;
    keep.add(c.id);
  }
  return all.filter((c) => keep.has(c.id));
}

export type Act = { toggle: (index: number, shift: boolean) => void; open: (index: number) => void };

type RowProps<T> = {
  id: string;
  row: T | undefined;
  index: number;
  start: number;
  height: number;
  tracks: string;
  columns: readonly Column<T>[];
  card: ((row: T) => ReactNode) | undefined;
  label: string;
  selectable: boolean;
  selected: boolean;
  open: boolean;
  opens: boolean;
  active: boolean;
  act: Act;
};

function Row<T>({
  id,
  row,
  index,
  start,
  height,
  tracks,
  columns,
  card,
  label,
  selectable,
  selected,
  open,
  opens,
  active,
  act,
}: RowProps<T>) {
  return (
    <div
      id={id}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={selectable ? selected : undefined}
      onClick={(e) => {
        // A click on a control inside the row, or in a menu that hangs from it, is not a click on the row.
        const el = e.target;
        if (!opens || !(el instanceof Element) || !e.currentTarget.contains(el) || el.closest("button, a, input, label, select")) return;
        if (e.shiftKey && selectable) act.toggle(index, true);
        else act.open(index);
      }}
      className={clsx(
        "group/row absolute inset-x-0 top-0 grid items-center border-b border-line text-sm",
        selected ? "bg-accent-soft" : open ? "bg-active" : "bg-surface",
        opens && !selected && !open && "hover:bg-hover",
        active && "group-focus-visible/grid:shadow-[inset_0_0_0_1.5px_var(--ring)]",
      )}
      style={{ gridTemplateColumns: card ? `${selectable ? 40 : 16}px 1fr` : tracks, height, transform: `translateY(${start}px)` }}
    >
      {selectable ? (
        <div role="gridcell" className="flex h-full items-center ps-4">
          {row && (
            <span
              className={clsx(
                "flex",
                !selected && !card && "opacity-0 group-hover/row:opacity-100 focus-within:opacity-100 pointer-coarse:opacity-100",
                active && "group-focus-visible/grid:opacity-100",
              )}
            >
              <Checkbox
                checked={selected}
                label={t("select_row", { name: label })}
                tabIndex={-1}
                onChange={(_, shift) => act.toggle(index, shift)}
              />
            </span>
          )}
        </div>
      ) : (
        <div role="presentation" />
      )}
      {card ? (
        <div role="gridcell" className="min-w-0 pe-4">
          {row ? card(row) : <span className="skeleton block h-3 w-3/5" />}
        </div>
      ) : (
        columns.map((c, i) => (
          <div key={c.id} role="gridcell" className={clsx("min-w-0 truncate px-2", c.align === "right" && "text-end")}>
            {row ? (
              c.cell(row)
            ) : (
              // A key of its own: the words that follow are another element, not this one moved.
              <span
                key="wait"
                className="skeleton inline-block h-2.5 align-middle"
                style={{ width: `${35 + ((index * 7 + i * 13) % 45)}%` }}
              />
            )}
          </div>
        ))
      )}
    </div>
  );
}

/** One row of a DataTable. Memoised; the cast keeps the type parameter that memo drops. */
export const TableRow: typeof Row = memo(Row) as typeof Row;
