import { asOf } from "#/api/past";
import { locale } from "./t";

const whole = new Intl.NumberFormat(locale);
const compact = new Intl.NumberFormat(locale, { notation: "compact", maximumFractionDigits: 1 });
const day = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", timeZone: "UTC" });
const dayYear = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
const month = new Intl.DateTimeFormat(locale, { month: "short", year: "numeric", timeZone: "UTC" });
const dayLong = new Intl.DateTimeFormat(locale, { weekday: "long", day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
const moment = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", year: "numeric", hour: "numeric", minute: "2-digit" });
const momentLong = new Intl.DateTimeFormat(locale, { dateStyle: "full", timeStyle: "medium" });
const localDay = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short" });
const localDayYear = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", year: "numeric" });
const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
const relativeShort = new Intl.RelativeTimeFormat(locale, { numeric: "auto", style: "short" });
const list = new Intl.ListFormat(locale, { type: "conjunction" });

/** "Mar 2026" of 2026-03. */
export const monthName = (m: string) => month.format(new Date(`${m}-01T00:00:00Z`));
export const num = (n: number) => whole.format(n);
export const short = (n: number) => compact.format(n);
export const and = (words: string[]) => list.format(words);

/** Percentages travel as basis points: 5240 is 52.4 %. Nothing out of nothing is a dash, never 100 %. */
export function percent(basisPoints: number | null | undefined, digits = 0): string {
  if (basisPoints === null || basisPoints === undefined) return "–";
  // 9,960 basis points must not read as "100%": something is still open.
  const v =
    digits === 0 && basisPoints > 9900 && basisPoints < 10000
      ? 99
      : digits === 0 && basisPoints > 0 && basisPoints < 50
        ? 1
        : basisPoints / 100;
  return `${new Intl.NumberFormat(locale, { maximumFractionDigits: digits }).format(v)}%`;
}

export function bytes(n: number): string {
  if (n < 1000) return `${n} B`;
  if (n < 1e6) return `${whole.format(Math.ceil(n / 1e3))} kB`;
  return `${new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }).format(n / 1e6)} MB`;
}

/** A calendar date (2026-11-30) has no zone; an instant (2026-11-30T08:00:00.000Z) is shown in the reader's. */
export const isDate = (v: string) => v.length === 10;
const at = (v: string) => new Date(isDate(v) ? `${v}T00:00:00Z` : v);

let home: Intl.DateTimeFormat | undefined;
/** Calendar dates are those of the organisation, whose days begin and end in its time zone; without one, the reader's. */
export function daysIn(zone: string) {
  try {
    home = zone ? new Intl.DateTimeFormat("en-CA", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" }) : undefined;
  } catch {
    home = undefined; // a zone that this browser has not heard of
  }
}

let still: Date | undefined;
/** The page shows one moment, for as long as it is loaded: that of a snapshot. */
export function standAt(instant: string) {
  still = new Date(instant);
}

/** What the page takes for now: the instant of the past that it shows, a day's end, a snapshot's, or the clock. */
function clock(): Date {
  if (still) return still;
  const past = asOf ? new Date(isDate(asOf) ? `${asOf}T23:59:59` : asOf) : undefined;
  return past && !Number.isNaN(past.getTime()) ? past : new Date();
}

/** "30 Nov"; with the year when it is so far away that the day alone would mislead. */
export function shortDate(v: string, now?: Date): string {
  const d = at(v);
  if (Number.isNaN(d.getTime())) return v;
  const near = Math.abs(daysTo(v, now)) < 300;
  if (isDate(v)) return (near ? day : dayYear).format(d);
  return (near ? localDay : localDayYear).format(d);
}
/** "30 Nov 2026"; an instant also says the time. */
export const fullDate = (v: string) => (isDate(v) ? dayYear : moment).format(at(v));
/** A sentence of the server, which writes dates as 2026-11-30, with dates as people read them. */
export const withDates = (sentence: string) => sentence.replace(/\b\d{4}-\d{2}-\d{2}\b/g, (d) => shortDate(d));
/** "1 Jul – 30 Sep 2026": two calendar dates. */
export const dateRange = (from: string, to: string) => dayYear.formatRange(at(from), at(to));
/** "Monday, 30 November 2026": for a tip. */
export const longDate = (v: string) => (isDate(v) ? dayLong : momentLong).format(at(v));

/** Whole days from today to a date: negative when it has passed. A calendar date is the organisation's, an instant the reader's. */
export function daysTo(v: string, now?: Date): number {
  const day = (d: string) => Date.parse(`${d}T00:00:00Z`);
  const days = isDate(v) ? day(v) - day(today(now)) : day(dayOf(at(v))) - day(dayOf(now ?? clock()));
  return Math.round(days / 864e5);
}

/** "in 12 days", "3 hours ago". */
export function ago(v: string, now?: Date, style: "long" | "short" = "long"): string {
  const f = style === "long" ? relative : relativeShort;
  const days = daysTo(v, now);
  if (isDate(v) || Math.abs(days) >= 2) {
    if (Math.abs(days) < 45) return f.format(days, "day");
    if (Math.abs(days) < 540) return f.format(Math.round(days / 30.4), "month");
    return f.format(Math.round(days / 365.25), "year");
  }
  const minutes = (at(v).getTime() - (now ?? clock()).getTime()) / 6e4;
  if (Math.abs(minutes) < 60) return f.format(Math.round(minutes), "minute");
  if (Math.abs(minutes) < 24 * 60) return f.format(Math.round(minutes / 60), "hour");
  return f.format(days, "day");
}

/** The day of an instant where the reader is, as YYYY-MM-DD. */
export function dayOf(now: Date): string {
  return `${now.getFullYear()}-${String(now.getMonth() + 1).padStart(2, "0")}-${String(now.getDate()).padStart(2, "0")}`;
}

/** Today where the organisation is, as YYYY-MM-DD: the day for which the server counts what is due. */
export function today(now?: Date): string {
  if (!now && !still && asOf && isDate(asOf)) return asOf;
  const moment = now ?? clock();
  return home ? home.format(moment) : dayOf(moment);
}
