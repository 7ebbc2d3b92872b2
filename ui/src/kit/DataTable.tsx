import { useVirtualizer } from "@tanstack/react-virtual";
import clsx from "clsx";
import { ArrowDown, ArrowUp } from "lucide-react";
import { type KeyboardEvent, type ReactNode, useEffect, useId, useMemo, useRef } from "react";
import { Checkbox } from "./Checkbox";
import { useEvent, useWidth } from "./hooks";
import { hotkeysOn, useHotkeys } from "./hotkeys";
import { ErrorState } from "./State";
import { countSelected, everything, isSelected, nothing, type Selection, select } from "./selection";
import { type Act, type Column, fitColumns, TableRow } from "./TableRow";
import type { ListWindow } from "./useWindow";
import { t } from "./words";

export type { Column } from "./TableRow";

export type DataTableProps<T extends { id: string }> = {
  /** What the list is called: "Controls". */
  label: string;
  columns: readonly Column<T>[];
  list: ListWindow<T>;
  /** The name of a row, for its checkbox. */
  rowLabel: (row: T) => string;
  sort?: string;
  onSort?: (sort: string | undefined) => void;
  /** Leave out both for a list in which nothing can be chosen. */
  selected?: Selection<T>;
  onSelect?: (s: Selection<T>) => void;
  /** The record that is open beside the list. */
  openId?: string;
  onOpen?: (row: T, index: number) => void;
  active: number;
  onActive: (index: number) => void;
  /** 36 compact, 44 comfortable. */
  rowHeight?: number;
  /** Shown in place of rows when there are none. */
  empty: ReactNode;
  /** Two lines in place of columns below 620 px. */
  card?: (row: T) => ReactNode;
};

/**
 * A list of any length, from the server. Only the rows on screen exist, columns go by priority when it gets
 * narrow, below 620 px a row becomes a card. Keys: ↑↓ j k move, Enter opens, Space x choose, Shift extends, Escape clears.
 */
export function DataTable<T extends { id: string }>(p: DataTableProps<T>) {
  const { list, selected = nothing, onSelect } = p;
  const id = useId();
  const [scroller, width] = useWidth<HTMLDivElement>(1000, 8);
  const cols = useMemo(() => fitColumns(p.columns, width - (onSelect ? 48 : 16)), [p.columns, width, onSelect]);
  const tracks = useMemo(
    () => [onSelect ? "40px" : "8px", ...cols.map((c) => (c.grow ? `minmax(${c.width}px,1fr)` : `${c.width}px`)), "8px"].join(" "),
    [cols, onSelect],
  );
  const card = width < 620 ? p.card : undefined;
  const rowHeight = card ? 60 : (p.rowHeight ?? 36);
  const count = list.pending ? 20 : list.total;
  const v = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 10,
    paddingEnd: onSelect ? 64 : 8,
  });
  const items = v.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? 0;
  const { onRange } = list;
  useEffect(() => onRange(first, last), [first, last, onRange]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows must be measured again when their height changes
  useEffect(() => v.measure(), [rowHeight]);

  const begun = useRef(list.name);
  useEffect(() => {
    if (begun.current === list.name) return;
    begun.current = list.name;
    scroller.current?.scrollTo({ top: 0 });
  }, [list.name, scroller]);

  const pick = (from: number, to: number, on: boolean) => {
    const rows: [string, T][] = [];
    for (let i = Math.min(from, to); i <= Math.max(from, to); i++) {
      const r = list.row(i);
      if (r) rows.push([r.id, r]);
    }
    onSelect?.(select(selected, rows, on));
  };
  const anchor = useRef(0);
  const toggle = useEvent((i: number, shift: boolean) => {
    const r = list.row(i);
    if (!r || !onSelect) return;
    if (shift) pick(anchor.current, i, true);
    else pick(i, i, !isSelected(selected, r.id));
    anchor.current = i;
    p.onActive(i);
  });
  const open = useEvent((i: number) => {
    const r = list.row(i);
    p.onActive(i);
    if (r) p.onOpen?.(r, i);
  });
  // Rows are memoised and their handlers never change: a key stroke renders two rows, not forty.
  const act = useMemo<Act>(() => ({ toggle, open }), [toggle, open]);

  const move = (to: number, extend = false) => {
    if (count === 0 || list.pending) return;
    const n = Math.max(0, Math.min(count - 1, to));
    v.scrollToIndex(n, { align: "auto" });
    if (extend && onSelect) pick(p.active, n, true);
    if (p.openId !== undefined && !extend) open(n);
    else p.onActive(n);
  };
  const keys = (e: { key: string; shiftKey: boolean }): (() => void) | undefined => {
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 600) / rowHeight) - 2);
    switch (e.key) {
      case "ArrowDown":
        return () => move(p.active + 1, e.shiftKey);
      case "ArrowUp":
        return () => move(p.active - 1, e.shiftKey);
      case "PageDown":
        return () => move(p.active + page);
      case "PageUp":
        return () => move(p.active - page);
      case "Home":
        return () => move(0);
      case "End":
        return () => move(count - 1);
      case " ":
        return onSelect && (() => toggle(p.active, e.shiftKey));
      case "Enter":
        return p.onOpen && (() => open(p.active));
      case "Escape":
        return onSelect && countSelected(selected, list.total) > 0 ? () => onSelect(nothing) : undefined;
    }
    if (!hotkeysOn()) return undefined;
    switch (e.key.toLowerCase()) {
      case "j":
        return () => move(p.active + 1, e.shiftKey);
      case "k":
        return () => move(p.active - 1, e.shiftKey);
      case "x":
        return onSelect && (() => toggle(p.active, e.shiftKey));
    }
    return undefined;
  };
  const onKey = (e: KeyboardEvent) => {
    if (e.target !== e.currentTarget || e.metaKey || e.ctrlKey || e.altKey) return;
    const f = keys(e);
    if (!f) return;
    e.preventDefault();
    e.stopPropagation();
    f();
  };
  // The same letters work from anywhere on the page, without going into the list first.
  useHotkeys({
    j: (e) => keys(e)?.(),
    k: (e) => keys(e)?.(),
    "shift+j": (e) => keys(e)?.(),
    "shift+k": (e) => keys(e)?.(),
    x: (e) => keys(e)?.(),
  });

  const chosen = countSelected(selected, list.total);
  const all = chosen > 0 && chosen >= list.total;

  if (list.error && list.total === 0) return <ErrorState error={list.error} onRetry={list.retry} />;
  return (
    <div
      ref={scroller}
      role="grid"
      aria-label={p.label}
      aria-rowcount={list.pending ? -1 : list.total + 1}
      aria-colcount={cols.length + (onSelect ? 1 : 0)}
      aria-multiselectable={onSelect ? true : undefined}
      aria-busy={list.pending || list.stale}
      tabIndex={0}
      aria-activedescendant={count > 0 && !list.pending ? `${id}-${p.active}` : undefined}
      onKeyDown={onKey}
      data-print="flow"
      className="group/grid relative min-h-0 flex-1 overflow-auto outline-none [scroll-padding-top:32px]"
    >
      <div role="rowgroup" className={clsx("sticky top-0 z-10 min-w-fit", card && "sr-only")}>
        <div
          role="row"
          aria-rowindex={1}
          className="grid h-8 items-center border-b border-line bg-surface text-xs font-medium text-fg-3"
          style={{ gridTemplateColumns: tracks }}
        >
          {onSelect ? (
            <div role="columnheader" aria-label={t("select_all", { n: list.total })} className="flex items-center ps-4">
              <Checkbox
                label={t("select_all", { n: list.total })}
                checked={all}
                disabled={list.total === 0}
                indeterminate={!all && chosen > 0}
                onChange={() => onSelect(chosen > 0 ? nothing : everything)}
              />
            </div>
          ) : (
            <div role="presentation" />
          )}
          {cols.map((c) => (
            <Head key={c.id} column={c} sort={p.sort} onSort={p.onSort} />
          ))}
        </div>
      </div>
      {list.error && !list.pending && (
        <div role="row" className="border-b border-line">
          <div role="gridcell">
            <ErrorState error={list.error} onRetry={list.retry} className="py-4" />
          </div>
        </div>
      )}
      {count === 0 ? (
        <div role="row">
          <div role="gridcell" className="flex min-h-72">
            {p.empty}
          </div>
        </div>
      ) : (
        <div
          role="rowgroup"
          className={clsx("relative min-w-fit transition-opacity", list.stale && "opacity-55")}
          style={{ height: v.getTotalSize() }}
        >
          {items.map((it) => {
            const row = list.pending ? undefined : list.row(it.index);
            return (
              <TableRow
                key={it.key}
                id={`${id}-${it.index}`}
                row={row}
                index={it.index}
                start={it.start}
                height={rowHeight}
                tracks={tracks}
                columns={cols}
                card={card}
                label={row ? p.rowLabel(row) : ""}
                selectable={onSelect !== undefined}
                selected={row !== undefined && isSelected(selected, row.id)}
                open={row !== undefined && row.id === p.openId}
                opens={p.onOpen !== undefined}
                active={it.index === p.active}
                act={act}
              />
            );
          })}
        </div>
      )}
    </div>
  );
}

function Head<T>({
  column: c,
  sort,
  onSort,
}: {
  column: Column<T>;
  sort: string | undefined;
  onSort: ((s: string | undefined) => void) | undefined;
}) {
  const dir = !c.sort ? undefined : sort === c.sort ? "ascending" : sort === `-${c.sort}` ? "descending" : "none";
  return (
    <div role="columnheader" aria-sort={dir} className={clsx("min-w-0 truncate px-2", c.align === "right" && "text-end")}>
      {c.sort && onSort ? (
        <button
          type="button"
          onClick={() => onSort(dir === "none" ? c.sort : dir === "ascending" ? `-${c.sort}` : undefined)}
          className={clsx(
            "-mx-1.5 inline-flex h-6 max-w-full items-center gap-1 rounded-[5px] px-1.5 hover:bg-hover hover:text-fg",
            dir !== "none" && "text-fg",
            c.align === "right" && "flex-row-reverse",
          )}
        >
          <span className="truncate">{c.header}</span>
          {dir === "ascending" && <ArrowUp size={12} aria-hidden />}
          {dir === "descending" && <ArrowDown size={12} aria-hidden />}
        </button>
      ) : (
        c.header
      )}
    </div>
  );
}
