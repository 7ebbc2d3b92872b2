import clsx from "clsx";
import { ago, daysTo, fullDate, longDate, shortDate } from "./format";
import { Tag } from "./Tag";
import { t } from "./words";

/** A date as people read it, as `<time>`, with the whole of it on hover. */
export function DateText({
  value,
  show = "short",
  empty = "–",
}: {
  value: string | null | undefined;
  show?: "short" | "full" | "ago";
  empty?: string;
}) {
  if (!value) return <span className="text-fg-3">{empty}</span>;
  return (
    <time dateTime={value} title={longDate(value)} className="tnum whitespace-nowrap">
      {show === "short" ? shortDate(value) : show === "full" ? fullDate(value) : ago(value)}
    </time>
  );
}

const tone = (days: number, soon: number) => (days < 0 ? "bad" : days <= soon ? "warn" : "mute");

/** A day by which something is due: red when it has passed, amber when it is near. One tone everywhere. */
export function Due({
  value,
  soon = 14,
  done = false,
}: {
  value: string | null | undefined;
  soon?: number /** What is done is never late. */;
  done?: boolean;
}) {
  if (!value) return <span className="text-fg-3">–</span>;
  const tint = done ? "mute" : tone(daysTo(value), soon);
  return (
    <span className={clsx(tint === "bad" ? "text-bad-text" : tint === "warn" ? "text-warn-text" : "text-fg-3")}>
      <DateText value={value} />
    </span>
  );
}

/** The same at length: the full date and how far away it is in words. */
export function DueFull({ value, soon = 14, done = false }: { value: string | null | undefined; soon?: number; done?: boolean }) {
  if (!value) return <span className="text-fg-3">–</span>;
  return (
    <span className="flex flex-wrap items-center gap-2">
      <DateText value={value} show="full" />
      {!done && <DueTag value={value} soon={soon} />}
    </span>
  );
}

/** How far away a day is, in words. */
export function DueTag({ value, soon = 14 }: { value: string; soon?: number }) {
  const days = daysTo(value);
  return (
    <Tag tone={tone(days, soon)}>{days < 0 ? t("due_ago", { n: -days }) : days === 0 ? t("due_today") : t("due_in", { n: days })}</Tag>
  );
}
