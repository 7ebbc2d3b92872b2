import { useQuery } from "@tanstack/react-query";
import clsx from "clsx";
import { History } from "lucide-react";
import { type KeyboardEvent, useMemo } from "react";
import type { AuditEntry, BackupDay } from "#/api/api";
import { clock, exactly } from "#/auditlog/data";
import { Avatar } from "#/kit/Avatar";
import { Button } from "#/kit/Button";
import { Card } from "#/kit/Card";
import { longDate, num, shortDate } from "#/kit/format";
import { ErrorState, Skeleton } from "#/kit/State";
import { dayQuery, daysQuery, justBefore } from "./data";
import { t } from "./words";

type Props = { first: string; day: string | undefined; onDay: (day: string | undefined) => void; onBack: (at: string) => void };

/** Every day from one to another, both included. */
function span(from: string, to: string): string[] {
  const out: string[] = [];
  for (const d = new Date(`${from}T00:00:00Z`); d.toISOString().slice(0, 10) <= to; d.setUTCDate(d.getUTCDate() + 1))
    out.push(d.toISOString().slice(0, 10));
  return out;
}

const said = (day: string, b: BackupDay | undefined): string =>
  [
    longDate(day),
    t("changes", { n: b?.changes ?? 0 }),
    b?.drills ? `${t("drills")}: ${num(b.drills)}` : "",
    b?.restores ? t("restores", { n: b.restores }) : "",
  ]
    .filter(Boolean)
    .join(", ");

/** What happened day by day, and under it the changes of the chosen day with the way back to before each. */
export function Days({ first, day, onDay, onBack }: Props) {
  const { data, error, refetch } = useQuery(daysQuery);
  const by = useMemo(() => new Map(data?.items.map((d) => [d.day, d])), [data]);
  const days = useMemo(() => (data ? span(data.from, data.to) : []), [data]);
  const most = Math.max(1, ...(data?.items.map((d) => d.changes) ?? []));
  const chosen = day ?? data?.items.findLast((d) => d.changes > 0)?.day;
  const keys = (e: KeyboardEvent) => {
    const by = { ArrowLeft: -1, ArrowRight: 1, Home: -days.length, End: days.length }[e.key];
    if (by === undefined) return;
    e.preventDefault();
    const at = Math.max(0, Math.min(days.length - 1, days.indexOf(chosen ?? "") + by));
    const to = days[at];
    if (!to) return;
    onDay(to);
    e.currentTarget.querySelector<HTMLElement>(`[data-day="${to}"]`)?.focus();
  };
  return (
    <Card title={t("days")} help={t("days_how")}>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : !data ? (
        <Skeleton lines={4} />
      ) : (
        <>
          <div role="radiogroup" aria-label={t("days")} onKeyDown={keys} className="flex h-28 items-stretch gap-px sm:gap-0.5">
            {days.map((d) => (
              <Bar key={d} day={d} b={by.get(d)} most={most} on={d === chosen} onPick={() => onDay(d)} />
            ))}
          </div>
          <div aria-hidden className="tnum mt-1 flex justify-between text-xs text-fg-3">
            <span>{shortDate(data.from)}</span>
            <span>{shortDate(data.to)}</span>
          </div>
          <div className="mt-4 border-t border-line pt-3">
            {chosen ? <Day day={chosen} first={first} onBack={onBack} /> : <p className="text-fg-3">{t("choose_day")}</p>}
          </div>
        </>
      )}
    </Card>
  );
}

type BarProps = { day: string; b: BackupDay | undefined; most: number; on: boolean; onPick: () => void };

function Bar({ day, b, most, on, onPick }: BarProps) {
  const n = b?.changes ?? 0;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a bar of a chart that is chosen among others
    <button
      type="button"
      role="radio"
      aria-checked={on}
      aria-label={said(day, b)}
      title={said(day, b)}
      data-day={day}
      tabIndex={on ? 0 : -1}
      onClick={onPick}
      className={clsx("flex min-w-0 flex-1 flex-col justify-end rounded-[3px] outline-offset-1", on ? "bg-active" : "hover:bg-hover")}
    >
      <span className="flex h-3 items-center justify-center">
        {b && b.restores > 0 ? (
          <span className="size-1.5 rounded-full bg-warn" />
        ) : b && b.drills > 0 ? (
          <span className={clsx("size-1.5 rounded-full", b.failed > 0 ? "bg-bad" : "bg-ok")} />
        ) : null}
      </span>
      <span className="flex flex-1 items-end">
        <span
          className={clsx("w-full rounded-t-[2px]", n === 0 ? "bg-line" : on ? "bg-accent" : "bg-accent/55")}
          // The root keeps a day of an import from hiding all others.
          style={{ height: n === 0 ? 1 : `${Math.max(4, Math.sqrt(n / most) * 100)}%` }}
        />
      </span>
    </button>
  );
}

function Day({ day, first, onBack }: { day: string; first: string; onBack: (at: string) => void }) {
  const { data, error, refetch } = useQuery(dayQuery(day));
  return (
    <>
      <h3 className="mb-2 text-sm font-medium">
        {longDate(day)} {data && data.total > 0 && <span className="font-normal text-fg-3">· {t("changes", { n: data.total })}</span>}
      </h3>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : !data ? (
        <Skeleton lines={4} />
      ) : data.items.length === 0 ? (
        <p className="text-fg-3">{t("day_none")}</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a list of words scrolls by keyboard too
        <ul tabIndex={0} aria-label={longDate(day)} className="max-h-96 divide-y divide-line overflow-y-auto outline-offset-[-2px]">
          {data.items.map((e) => (
            <Change key={`${e.log}-${e.seq}`} e={e} onBack={e.log === "tenant" && first !== "" && e.at > first ? onBack : undefined} />
          ))}
          {data.total > data.items.length && <li className="py-2 text-fg-3">{t("more", { rest: num(data.total - data.items.length) })}</li>}
        </ul>
      )}
    </>
  );
}

/** onBack is absent where the backup does not reach back so far. */
function Change({ e, onBack }: { e: AuditEntry; onBack: ((at: string) => void) | undefined }) {
  return (
    <li className="group flex min-h-10 items-center gap-3 py-1">
      <time dateTime={e.at} title={exactly(e.at)} className="tnum w-16 shrink-0 text-xs whitespace-nowrap text-fg-3">
        {clock(e.at)}
      </time>
      <Avatar name={e.actor.name} />
      <span className="min-w-0 flex-1 truncate" title={e.summary}>
        <span className="font-medium">{e.actor.name}</span> <span className="text-fg-2">{e.summary}</span>
      </span>
      {onBack && (
        <Button size="sm" onClick={() => onBack(justBefore(e.at))} aria-label={`${t("before_this")}: ${clock(e.at)} ${e.summary}`}>
          <History size={13} /> <span className="max-sm:hidden">{t("before_short")}</span>
        </Button>
      )}
    </li>
  );
}
