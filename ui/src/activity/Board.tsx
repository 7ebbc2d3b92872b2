import { useQuery } from "@tanstack/react-query";
import { useVirtualizer, type VirtualItem } from "@tanstack/react-virtual";
import clsx from "clsx";
import { CircleAlert, Ellipsis, FileCheck2 } from "lucide-react";
import { type DragEvent, type Ref, type RefObject, useRef, useState } from "react";
import type { Activity } from "#/api/api";
import { Avatar } from "#/kit/Avatar";
import { Menu, MenuItem, MenuLabel } from "#/kit/Menu";
import { ErrorState, Skeleton } from "#/kit/State";
import { ACTIVITY_STATUSES, StatusIcon, statusName } from "#/kit/Status";
import { Due } from "#/kit/When";
import { useSession } from "#/shell/session";
import { columnQuery } from "./data";
import { frequencyName } from "./names";
import { type Said, useSay } from "./say";
import type { Filter } from "./search";
import { t } from "./words";

type Status = (typeof ACTIVITY_STATUSES)[number];
const carried = "application/x-assay-activity";
/** Columns that a card can be put into: overdue follows from the date. */
const canBeSaid = (s: Status): s is Said => s !== "overdue";

type Props = { filter: Filter; open: string | undefined; onOpen: (id: string) => void };

/** A column for each status; a card is an activity with its current occurrence. */
export function Board({ filter, open, onOpen }: Props) {
  const { editor } = useSession();
  const { say, dialog } = useSay();
  const held = useRef<Activity | null>(null);
  const shown = ACTIVITY_STATUSES.filter((s) => !filter.status || filter.status.includes(s));
  return (
    <>
      <div className="flex min-h-0 flex-1 gap-3 overflow-x-auto p-3">
        {shown.map((s) => (
          <Column key={s} status={s} filter={filter} open={open} onOpen={onOpen} say={editor ? say : undefined} held={held} />
        ))}
      </div>
      {editor && <p className="border-t border-line px-4 py-2 text-xs text-fg-3 max-sm:hidden">{t("status_by_file")}</p>}
      {dialog}
    </>
  );
}

type ColumnProps = {
  status: Status;
  filter: Filter;
  open: string | undefined;
  onOpen: (id: string) => void;
  say: ((a: Activity, to: Said) => void) | undefined;
  /** The card in the hand. */
  held: RefObject<Activity | null>;
};

function Column({ status, filter, open, onOpen, say, held }: ColumnProps) {
  const [over, setOver] = useState(false);
  const { data, error, refetch } = useQuery(columnQuery({ ...filter, status: [status] }));
  const list = useRef<HTMLUListElement>(null);
  const items = data?.items ?? [];
  // Only the cards on screen exist: five full columns would be thousands of elements.
  const v = useVirtualizer({
    count: items.length,
    getScrollElement: () => list.current,
    getItemKey: (i) => items[i]?.id ?? i,
    estimateSize: () => 76,
    gap: 8,
    overscan: 3,
    paddingEnd: 8,
  });
  const takes = say !== undefined && canBeSaid(status);
  const drag = (on: boolean) => (e: DragEvent) => {
    if (!takes || !e.dataTransfer.types.includes(carried)) return;
    e.preventDefault();
    setOver(on);
  };
  return (
    <section
      aria-label={statusName(status)}
      onDragEnter={drag(true)}
      onDragOver={drag(true)}
      onDragLeave={(e) => !e.currentTarget.contains(e.relatedTarget as Node | null) && setOver(false)}
      onDrop={(e) => {
        setOver(false);
        const a = held.current;
        if (!takes || !a || !e.dataTransfer.types.includes(carried)) return;
        e.preventDefault();
        if (a.status !== status) say(a, status);
      }}
      className={clsx(
        "flex w-64 min-w-56 flex-1 flex-col rounded-lg border transition-colors",
        over ? "border-accent bg-accent-soft" : "border-line bg-surface-2",
      )}
    >
      <h2 className="flex h-9 shrink-0 items-center gap-2 px-3 text-sm font-medium">
        <StatusIcon s={status} /> {statusName(status)}
        <span className="tnum ms-auto text-xs font-normal text-fg-3">{data?.total ?? ""}</span>
      </h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keys */}
      <ul ref={list} tabIndex={0} aria-label={statusName(status)} className="relative min-h-0 flex-1 overflow-y-auto outline-offset-[-2px]">
        {error && (
          <li className="px-2">
            <ErrorState error={error} onRetry={() => void refetch()} />
          </li>
        )}
        {!data && !error && (
          <li className="px-2">
            <Skeleton className="p-2" lines={3} />
          </li>
        )}
        {items.length > 0 && <li aria-hidden style={{ height: v.getTotalSize() }} />}
        {v.getVirtualItems().map((it) => {
          const a = items[it.index];
          return (
            a && (
              <Card
                key={a.id}
                ref={v.measureElement}
                {...{ a, say, held }}
                place={it}
                of={data?.total}
                on={a.id === open}
                onOpen={() => onOpen(a.id)}
              />
            )
          );
        })}
        {data?.total === 0 && <li className="px-3 py-2 text-xs text-fg-3">{t("board_none")}</li>}
        {data && data.total > items.length && (
          <li className="px-3 pb-3 text-xs text-fg-3">{t("board_more", { n: data.total - items.length })}</li>
        )}
      </ul>
    </section>
  );
}

type CardProps = Pick<ColumnProps, "say" | "held"> & {
  a: Activity;
  on: boolean;
  onOpen: () => void;
  /** Where it stands in its column, and of how many. */
  place: VirtualItem;
  of: number | undefined;
  ref: Ref<HTMLLIElement>;
};
function Card({ a, on, onOpen, say, held, place, of, ref }: CardProps) {
  const movable = say !== undefined && a.current !== "";
  return (
    <li
      ref={ref}
      data-index={place.index}
      aria-posinset={place.index + 1}
      aria-setsize={of}
      style={{ transform: `translateY(${place.start}px)` }}
      draggable={movable}
      onDragStart={(e) => {
        e.dataTransfer.effectAllowed = "move";
        e.dataTransfer.setData(carried, a.id);
        held.current = a;
      }}
      className={clsx(
        "group/card absolute inset-x-2 top-0 rounded-md border bg-surface p-2.5 shadow-1",
        on ? "border-accent" : "border-line hover:border-line-2",
        movable && "cursor-grab active:cursor-grabbing",
      )}
    >
      <button
        type="button"
        onClick={onOpen}
        aria-current={on || undefined}
        className="block w-full pe-6 text-start after:absolute after:inset-0"
      >
        <span className="line-clamp-2 leading-snug font-medium">{a.name}</span>
      </button>
      <div className="mt-1.5 flex min-w-0 items-center gap-1.5 text-xs text-fg-3">
        <span className={a.proof ? "text-ok-text" : "text-warn-text"} title={a.proof ? t("evidence_linked") : t("evidence_none")}>
          {a.proof ? <FileCheck2 size={13} aria-hidden /> : <CircleAlert size={13} aria-hidden />}
          <span className="sr-only">{a.proof ? t("evidence_linked") : t("evidence_none")}</span>
        </span>
        <span className="truncate">{frequencyName(a.frequency)}</span>
        {a.due_on && (
          <span className="ms-auto shrink-0">
            <Due value={a.due_on} />
          </span>
        )}
        <span className={clsx("shrink-0", !a.due_on && "ms-auto")}>
          <Avatar name={a.owner_name} />
        </span>
      </div>
      {movable && (
        <div className="absolute end-1.5 top-1.5">
          <Menu
            align="end"
            trigger={
              <button
                type="button"
                aria-label={`${t("move_to")}: ${a.name}`}
                className="flex size-6 items-center justify-center rounded-md text-fg-3 hover:bg-hover hover:text-fg"
              >
                <Ellipsis size={14} aria-hidden />
              </button>
            }
          >
            <MenuLabel>{t("move_to")}</MenuLabel>
            {ACTIVITY_STATUSES.filter(canBeSaid).map((s) => (
              <MenuItem key={s} selected={s === a.status} onClick={() => s !== a.status && say(a, s)}>
                <StatusIcon s={s} /> {statusName(s)}
              </MenuItem>
            ))}
          </Menu>
        </div>
      )}
    </li>
  );
}
