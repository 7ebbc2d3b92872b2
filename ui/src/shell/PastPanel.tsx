import { useQuery } from "@tanstack/react-query";
import { History } from "lucide-react";
import { type FormEvent, useState } from "react";
import { past as api, type Day, type Past } from "#/api/api";
import { asOf, goToTime } from "#/api/past";
import { Button } from "#/kit/Button";
import { DateField, TextField } from "#/kit/Field";
import { dayOf, fullDate, isDate } from "#/kit/format";
import { itemClass } from "#/kit/Menu";
import { EmptyState, ErrorState, Skeleton } from "#/kit/State";
import { useSession } from "./session";
import { t } from "./words";

/** What the control of the top bar opens: the days that people ask for, any other moment, and how far back there are some. */
export function PastPanel() {
  const { data, error, refetch } = useQuery({ queryKey: ["past"], queryFn: () => api.get(), staleTime: 60_000 });
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton className="p-4" lines={5} />;
  if (!data.kept) return <NotKept />;
  return (
    <div className="p-3">
      <h2 className="px-1 text-sm font-semibold">{t("past")}</h2>
      <p className="mb-2 px-1 text-xs text-pretty text-fg-3">{data.first ? t("past_more") : t("past_not_yet")}</p>
      {data.first && <Choose past={data} />}
    </div>
  );
}

function NotKept() {
  const { roleToday } = useSession();
  return (
    <EmptyState className="!p-5" icon={<History />} title={t("past_none")}>
      {roleToday === "admin" ? t.rich("past_none_admin", { flag: <code>--backup</code> }) : t("past_none_other")}
    </EmptyState>
  );
}

const nameOf = (d: Day) => (d.kind === "month" ? t("past_month") : d.kind === "quarter" ? t("past_quarter") : d.name);

function Choose({ past }: { past: Past }) {
  return (
    <>
      <ul className="-mx-1 mb-2">
        {asOf && (
          <li>
            <button type="button" className={`${itemClass} w-full hover:bg-pop-hover`} onClick={() => goToTime(undefined)}>
              {t("past_back")}
            </button>
          </li>
        )}
        {past.days.map((d) => (
          <li key={`${d.kind} ${d.name} ${d.on}`}>
            <button
              type="button"
              aria-current={d.on === asOf || undefined}
              className={`${itemClass} w-full hover:bg-pop-hover aria-current:text-accent-text`}
              onClick={() => goToTime(d.on)}
            >
              <span className="truncate">{nameOf(d)}</span>
              <span className="tnum ms-auto shrink-0 ps-4 text-xs text-fg-3">{fullDate(d.on)}</span>
            </button>
          </li>
        ))}
      </ul>
      <Moment past={past} />
      <p className="mt-3 px-1 text-xs text-pretty text-fg-3">
        {past.every > past.first
          ? t("past_some", { every: fullDate(past.every), at: fullDate(past.first) })
          : t("past_every", { at: fullDate(past.first) })}
      </p>
    </>
  );
}

/** The date and the time of a moment where the reader is. */
function local(v: string): { date: string; time: string } {
  if (isDate(v)) return { date: v, time: "" };
  const d = new Date(v);
  if (Number.isNaN(d.getTime())) return { date: "", time: "" };
  return { date: dayOf(d), time: d.toTimeString().slice(0, d.getSeconds() > 0 ? 8 : 5) };
}

function Moment({ past }: { past: Past }) {
  const [at, setAt] = useState(() => local(asOf ?? ""));
  const [wrong, setWrong] = useState<{ date?: string; time?: string }>({});
  const change = (some: Partial<typeof at>) => {
    setAt({ ...at, ...some });
    setWrong({});
  };
  const show = (e: FormEvent) => {
    e.preventDefault();
    const moment = at.time ? new Date(`${at.date}T${at.time}`) : undefined;
    if (!at.date) return setWrong({ date: t("past_when") });
    // Where the reader is, a day may have begun that is not yet the organisation's.
    const open = at.date === past.today || (at.date > past.today && at.date === dayOf(new Date()));
    if (!moment && open) return setWrong({ time: t("past_today_open") });
    if (moment ? moment > new Date() : at.date > past.today) return setWrong({ date: t("past_future") });
    if (moment ? moment < new Date(past.first) : at.date < past.first.slice(0, 10))
      return setWrong({ date: t("past_first", { at: fullDate(past.first) }) });
    goToTime(moment ? moment.toISOString().replace(".000Z", "Z") : at.date);
  };
  return (
    <form noValidate onSubmit={show} className="border-t border-line px-1 pt-3">
      <div className="flex items-start gap-2">
        <DateField
          className="flex-[3]"
          label={t("past_date")}
          value={at.date}
          max={past.today}
          error={wrong.date}
          onChange={(date) => change({ date })}
        />
        <TextField
          className="flex-[2]"
          type="time"
          step={1}
          optional
          label={t("past_time")}
          value={at.time}
          error={wrong.time}
          onChange={(time) => change({ time })}
        />
      </div>
      <p className="mt-1.5 text-xs text-pretty text-fg-3">{t("past_time_hint", { zone: past.zone })}</p>
      <div className="mt-3 flex justify-end">
        <Button type="submit" variant="primary">
          {t("past_show")}
        </Button>
      </div>
    </form>
  );
}
