import { useVirtualizer } from "@tanstack/react-virtual";
import clsx from "clsx";
import { ArrowUp } from "lucide-react";
import { type KeyboardEvent, type ReactNode, useEffect, useId, useLayoutEffect, useRef, useState } from "react";
import { dayOf, longDate } from "#/kit/format";
import { useWidth } from "#/kit/hooks";
import { hotkeysOn, useHotkeys } from "#/kit/hotkeys";
import { ErrorState } from "#/kit/State";
import type { ListWindow } from "#/kit/useWindow";
import { dayKey, type Entry } from "./data";
import { LogRow, LogRowPending } from "./LogRow";
import { t } from "./words";

type Props = { list: ListWindow<Entry>; openId: string | undefined; onOpen: (e: Entry) => void; empty: ReactNode };

const rowHeight = 40;
const dayHeight = 32;
/** Milliseconds for which a row is held in its place. */
const hold = 300;

/** How far below the list's upper edge a record is on screen. */
function placeOf(list: HTMLElement, id: string): number | undefined {
  const row = list.querySelector(`[data-record="${CSS.escape(id)}"]`);
  return row ? row.getBoundingClientRect().top - list.getBoundingClientRect().top : undefined;
}

function dayName(day: string): string {
  const now = new Date();
  if (day === dayOf(now)) return t("today");
  now.setDate(now.getDate() - 1);
  return day === dayOf(now) ? `${t("yesterday")}, ${longDate(day)}` : longDate(day);
}

/**
 * Records of any number, newest first, under the day they are of. What comes in while somebody reads further
 * down does not move what they read.
 */
export function DayList({ list, openId, onOpen, empty }: Props) {
  const id = useId();
  const [scroller, width] = useWidth<HTMLDivElement>(1000, 8);
  const [active, setActive] = useState(0);
  const [fresh, setFresh] = useState(0);
  const narrow = width < 620;
  const count = list.pending ? 16 : list.total;
  const begins = (i: number): string | undefined => {
    const row = list.pending ? undefined : list.row(i);
    const above = i > 0 ? list.row(i - 1) : undefined;
    if (!row || (i > 0 && !above)) return undefined;
    const day = dayKey(row.at);
    return above && dayKey(above.at) === day ? undefined : day;
  };
  const v = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: (i) => (narrow ? 62 : rowHeight) + (begins(i) ? dayHeight : 0),
    overscan: 8,
    paddingEnd: 8,
    scrollPaddingStart: dayHeight,
  });
  const items = v.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? 0;
  const { onRange } = list;
  useEffect(() => onRange(first, last), [first, last, onRange]);

  // The row under the reader's eyes stays where it is when others come in above it. Heights settle over a few
  // renders, so the row is held for a moment.
  const top = v.getVirtualItemForOffset((v.scrollOffset ?? 0) + dayHeight)?.index ?? 0;
  const eye = useRef<{ id: string; index: number; at: number; held: number } | undefined>(undefined);
  useLayoutEffect(() => {
    const el = scroller.current;
    if (!el) return;
    const was = eye.current;
    const reads = el.scrollTop > rowHeight;
    const now = was ? list.indexOf(was.id) : -1;
    if (was && reads && now > was.index) {
      el.scrollTop += (now - was.index) * rowHeight;
      setFresh((n) => n + now - was.index);
      setActive((n) => n + now - was.index);
      eye.current = { ...was, index: now, held: Date.now() + hold };
      return;
    }
    const at = was && placeOf(el, was.id);
    if (was && reads && was.held > Date.now()) {
      if (at !== undefined && Math.abs(at - was.at) >= 1) el.scrollTop += at - was.at;
      return;
    }
    if (!reads && fresh > 0) setFresh(0);
    const row = list.pending ? undefined : list.row(top);
    eye.current = row && { id: row.id, index: top, at: placeOf(el, row.id) ?? 0, held: 0 };
  });

  const open = (i: number) => {
    const row = list.row(i);
    setActive(i);
    if (row) onOpen(row);
  };
  const move = (to: number) => {
    if (count === 0 || list.pending) return;
    const n = Math.max(0, Math.min(count - 1, to));
    v.scrollToIndex(n, { align: "auto" });
    if (openId !== undefined) open(n);
    else setActive(n);
  };
  const keys = (e: { key: string }): (() => void) | undefined => {
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 600) / rowHeight) - 2);
    const at = (openId && list.indexOf(openId) >= 0 ? list.indexOf(openId) : active) as number;
    switch (e.key) {
      case "ArrowDown":
        return () => move(at + 1);
      case "ArrowUp":
        return () => move(at - 1);
      case "PageDown":
        return () => move(at + page);
      case "PageUp":
        return () => move(at - page);
      case "Home":
        return () => move(0);
      case "End":
        return () => move(count - 1);
      case "Enter":
        return () => open(at);
      case "j":
        return hotkeysOn() ? () => move(at + 1) : undefined;
      case "k":
        return hotkeysOn() ? () => move(at - 1) : undefined;
    }
    return undefined;
  };
  const onKey = (e: KeyboardEvent) => {
    if (e.target !== e.currentTarget || e.metaKey || e.ctrlKey || e.altKey) return;
    const act = keys(e);
    if (!act) return;
    e.preventDefault();
    e.stopPropagation();
    act();
  };
  useHotkeys({ j: (e) => keys(e)?.(), k: (e) => keys(e)?.() });

  if (list.error && list.pending) return <ErrorState error={list.error} onRetry={list.retry} />;
  const topRow = list.pending ? undefined : list.row(top);
  return (
    <div className="relative flex min-h-0 flex-1 flex-col">
      {fresh > 0 && (
        <button
          type="button"
          onClick={() => v.scrollToOffset(0)}
          className="pop absolute start-1/2 top-10 z-20 flex h-7 -translate-x-1/2 items-center gap-1.5 rounded-full px-3 text-xs font-medium text-accent-text"
        >
          <ArrowUp size={12} aria-hidden /> {t("new_records", { n: fresh })}
        </button>
      )}
      <div
        ref={scroller}
        role="grid"
        aria-label={t("audit")}
        aria-rowcount={list.pending ? -1 : list.total}
        aria-colcount={1}
        aria-busy={list.pending || list.stale}
        tabIndex={0}
        aria-activedescendant={count > 0 && !list.pending ? `${id}-${active}` : undefined}
        onKeyDown={onKey}
        data-print="flow"
        className="group/grid relative min-h-0 flex-1 overflow-y-auto outline-none [overflow-anchor:none]"
      >
        {count > 0 && topRow && (
          <div aria-hidden className="sticky top-0 z-10 -mb-8">
            <Day name={dayName(dayKey(topRow.at))} />
          </div>
        )}
        {count === 0 ? (
          <div role="row">
            <div role="gridcell" className="flex min-h-72">
              {empty}
            </div>
          </div>
        ) : (
          <div
            role="rowgroup"
            className={clsx("relative transition-opacity", list.stale && "opacity-55")}
            style={{ height: v.getTotalSize() }}
          >
            {items.map((it) => {
              const row = list.pending ? undefined : list.row(it.index);
              const day = begins(it.index);
              return (
                <div
                  key={it.key}
                  ref={v.measureElement}
                  data-index={it.index}
                  role="presentation"
                  className="absolute inset-x-0 top-0"
                  style={{ transform: `translateY(${it.start}px)` }}
                >
                  {day && (
                    <div role="row">
                      <div role="rowheader">
                        <Day name={dayName(day)} />
                      </div>
                    </div>
                  )}
                  {row ? (
                    <LogRow
                      id={`${id}-${it.index}`}
                      e={row}
                      index={it.index}
                      narrow={narrow}
                      wide={width >= 880}
                      open={row.id === openId}
                      active={it.index === active}
                      onOpen={() => open(it.index)}
                    />
                  ) : (
                    <LogRowPending index={it.index} narrow={narrow} />
                  )}
                </div>
              );
            })}
          </div>
        )}
      </div>
    </div>
  );
}

const Day = ({ name }: { name: string }) => (
  <div className="flex h-8 items-center border-b border-line bg-surface-2 px-4 text-xs font-medium text-fg-2">{name}</div>
);
