import { useQuery } from "@tanstack/react-query";
import clsx from "clsx";
import { ChevronLeft, ChevronRight } from "lucide-react";
import { type DragEvent, useRef, useState } from "react";
import { activity, type CalendarDay } from "#/api/api";
import { Button } from "#/kit/Button";
import { today } from "#/kit/format";
import { useMedia } from "#/kit/hooks";
import { ErrorState } from "#/kit/State";
import { StatusIcon, statusName } from "#/kit/Status";
import { Tip } from "#/kit/Tip";
import { locale } from "#/kit/t";
import { DateText } from "#/kit/When";
import { useSession } from "#/shell/session";
import { act, calendarQuery } from "./data";
import { daysOf, monthAfter } from "./month";
import { t } from "./words";

const monthName = new Intl.DateTimeFormat(locale, { month: "long", year: "numeric", timeZone: "UTC" });
const weekday = new Intl.DateTimeFormat(locale, { weekday: "short", timeZone: "UTC" });
const longDay = new Intl.DateTimeFormat(locale, { weekday: "long", day: "numeric", month: "long", timeZone: "UTC" });
const at = (day: string) => new Date(`${day}T00:00:00Z`);
const carried = "application/x-assay-occurrence";
/** So many stand in a day; the others are behind a button. */
const most = 4;

type Props = {
  owner: string | undefined;
  month: string | undefined;
  onMonth: (month: string | undefined) => void;
  open: string | undefined;
  onOpen: (activity: string) => void;
};

/** A month of what is due. An occurrence is moved by dragging it to another day, or by its date in the record. */
export function Calendar({ owner, month, onMonth, open, onOpen }: Props) {
  const { editor } = useSession();
  const now = today();
  const shown = month ?? now.slice(0, 7);
  const days = daysOf(shown);
  const { data, error, refetch } = useQuery(calendarQuery(days[0] ?? now, days.at(-1) ?? now, owner));
  const wide = useMedia("(min-width: 720px)");
  const held = useRef<CalendarDay | null>(null);
  const byDay = new Map<string, CalendarDay[]>();
  for (const d of data?.items ?? []) byDay.set(d.due_on, [...(byDay.get(d.due_on) ?? []), d]);
  const move = (day: string) => {
    const d = held.current;
    held.current = null;
    if (!d || d.due_on === day) return;
    void act(() => activity.reschedule({ id: d.occurrence, version: d.version, body: { due_on: day } }), t("date_moved"));
  };
  const listed = wide ? days : days.filter((d) => d.startsWith(shown) && byDay.has(d));
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="flex shrink-0 items-center gap-1 px-4 py-2">
        <h2 aria-live="polite" className="me-auto text-base font-semibold">
          {monthName.format(at(`${shown}-01`))}
        </h2>
        <Button variant="ghost" onClick={() => onMonth(undefined)} disabled={shown === now.slice(0, 7)}>
          {t("month_today")}
        </Button>
        <Tip label={t("month_previous")}>
          <Button variant="ghost" icon aria-label={t("month_previous")} onClick={() => onMonth(monthAfter(shown, -1))}>
            <ChevronLeft size={15} />
          </Button>
        </Tip>
        <Tip label={t("month_next")}>
          <Button variant="ghost" icon aria-label={t("month_next")} onClick={() => onMonth(monthAfter(shown, 1))}>
            <ChevronRight size={15} />
          </Button>
        </Tip>
      </div>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : (
        <section
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keys
          tabIndex={0}
          aria-label={monthName.format(at(`${shown}-01`))}
          className="min-h-0 flex-1 overflow-y-auto outline-offset-[-2px]"
        >
          {wide && (
            <div aria-hidden className="sticky top-0 z-10 grid grid-cols-7 border-y border-line bg-surface-2 text-xs text-fg-3">
              {days.slice(0, 7).map((d) => (
                <span key={d} className="px-2.5 py-1.5">
                  {weekday.format(at(d))}
                </span>
              ))}
            </div>
          )}
          <ol className={clsx(wide && "grid grid-cols-7")}>
            {listed.map((d) => (
              <Day
                key={d}
                day={d}
                items={byDay.get(d) ?? []}
                wide={wide}
                faint={!d.startsWith(shown)}
                isToday={d === now}
                open={open}
                onOpen={onOpen}
                hold={
                  editor
                    ? (x) => {
                        held.current = x;
                      }
                    : undefined
                }
                move={move}
              />
            ))}
          </ol>
          {!wide && data && listed.length === 0 && <p className="px-4 py-6 text-center text-fg-3">{t("board_none")}</p>}
        </section>
      )}
    </div>
  );
}

type DayProps = {
  day: string;
  items: readonly CalendarDay[];
  wide: boolean;
  faint: boolean;
  isToday: boolean;
  open: string | undefined;
  onOpen: (activity: string) => void;
  hold: ((d: CalendarDay) => void) | undefined;
  move: (day: string) => void;
};

function Day({ day, items, wide, faint, isToday, open, onOpen, hold, move }: DayProps) {
  const [all, setAll] = useState(false);
  const [over, setOver] = useState(false);
  const shown = all || !wide ? items : items.slice(0, most);
  const drag = (on: boolean) => (e: DragEvent) => {
    if (!e.dataTransfer.types.includes(carried)) return;
    e.preventDefault();
    setOver(on);
  };
  return (
    <li
      aria-label={items.length > 0 ? t("on_day", { day: longDay.format(at(day)), n: items.length }) : longDay.format(at(day))}
      onDragEnter={drag(true)}
      onDragOver={drag(true)}
      onDragLeave={(e) => !e.currentTarget.contains(e.relatedTarget as Node | null) && setOver(false)}
      onDrop={(e) => {
        setOver(false);
        if (!e.dataTransfer.types.includes(carried)) return;
        e.preventDefault();
        move(day);
      }}
      className={clsx(
        "min-w-0 border-b border-line p-1.5",
        wide ? "min-h-28 border-e nth-[7n]:border-e-0" : "px-4 py-2.5",
        faint && "bg-surface-2",
        over && "bg-accent-soft",
      )}
    >
      <p className={clsx("mb-1 flex items-center px-1 text-xs", faint ? "text-fg-3" : "text-fg-2")}>
        {wide ? (
          <span className={clsx("tnum", isToday && "-mx-1 rounded-full bg-accent px-1.5 font-medium text-accent-fg")}>
            {Number(day.slice(8))}
          </span>
        ) : (
          <DateText value={day} />
        )}
      </p>
      <ul className="space-y-0.5">
        {shown.map((d) => (
          <Item key={`${d.activity}/${d.occurrence}`} d={d} on={d.activity === open} onOpen={() => onOpen(d.activity)} hold={hold} />
        ))}
      </ul>
      {items.length > most && wide && (
        <button
          type="button"
          onClick={() => setAll(!all)}
          className="mt-0.5 rounded-md px-1.5 py-0.5 text-xs text-fg-3 hover:bg-hover hover:text-fg"
        >
          {all ? t("show_less") : t("show_more", { n: items.length - most })}
        </button>
      )}
    </li>
  );
}

function Item({ d, on, onOpen, hold }: { d: CalendarDay; on: boolean; onOpen: () => void; hold: DayProps["hold"] }) {
  const planned = d.occurrence === "";
  const movable = hold !== undefined && !planned && d.status !== "completed" && d.status !== "not_applicable";
  return (
    <li>
      <button
        type="button"
        onClick={onOpen}
        draggable={movable}
        onDragStart={(e) => {
          e.dataTransfer.effectAllowed = "move";
          e.dataTransfer.setData(carried, d.occurrence);
          hold?.(d);
        }}
        aria-label={t("of", { name: d.name, status: planned ? t("planned") : statusName(d.status), day: longDay.format(at(d.due_on)) })}
        aria-current={on || undefined}
        title={`${d.name} · ${d.owner_name || t("nobody")}`}
        className={clsx(
          "flex min-h-6 w-full min-w-0 items-center gap-1.5 rounded-md border px-1.5 text-start text-xs pointer-coarse:min-h-9",
          planned ? "border-dashed border-line-2 text-fg-3" : "border-transparent bg-surface-2 text-fg-2 hover:bg-hover",
          on && "border-accent",
          d.status === "overdue" && "text-bad-text",
          d.status === "not_applicable" && "line-through",
        )}
      >
        {!planned && <StatusIcon s={d.status} size={12} />}
        <span className="truncate">{d.name}</span>
      </button>
    </li>
  );
}
