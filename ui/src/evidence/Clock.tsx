import type { ReactNode } from "react";
import type { Evidence, EvidenceDetail } from "#/api/api";
import { ago, fullDate } from "#/kit/format";
import { Note } from "#/kit/State";
import { StatusIcon, statusName, statusTone } from "#/kit/Status";
import { DateText } from "#/kit/When";
import { useSession } from "#/shell/session";
import { daysAfter } from "./data";
import { t } from "./words";

/** So many days before its end a proof is said to expire soon. */
const soonDays = 30;

const day = (v: string): ReactNode => (
  <b className="font-medium">
    <DateText value={v} show="full" />
  </b>
);

/** How the proof stands. */
function stands(e: Evidence): ReactNode {
  if (e.status === "not_collected") return e.pending > 0 ? null : t("clock_none");
  if (!e.expires_on) return t.rich("clock_never", { from: day(e.collected_on) });
  const values = { from: day(e.collected_on), to: day(e.expires_on), when: ago(e.expires_on) };
  if (e.status === "expired") return t.rich("clock_expired", values);
  if (e.days_left === 0) return t.rich("clock_today", { from: values.from });
  return t.rich(e.status === "expiring_soon" ? "clock_soon" : "clock_current", values);
}

/** What happens next, or what somebody should do. */
function next(e: Evidence, editor: boolean): string {
  if (e.pending > 0) return t("clock_waiting_accepted");
  const collects = e.owner_name ? t("clock_read_next", { who: e.owner_name }) : t("clock_read_next_nobody");
  switch (e.status) {
    case "not_collected":
      if (!editor) return collects;
      return e.validity_days > 0 ? t("clock_none_next", { n: e.validity_days }) : t("clock_none_next_ever");
    case "expired":
      return editor ? t("clock_expired_next", { n: e.controls }) : collects;
    case "expiring_soon":
      return editor ? t("clock_soon_next") : collects;
    case "current":
      return e.expires_on ? t("clock_current_next", { day: fullDate(daysAfter(e.expires_on, -soonDays)) }) : t("clock_never_next");
    default:
      return "";
  }
}

/** The clock of a request as a sentence, and what happens next. */
export function Clock({ e, full, className = "mx-5 mb-3" }: { e: Evidence; full: EvidenceDetail | undefined; className?: string }) {
  const { editor } = useSession();
  const tone = statusTone(e.status);
  const na = e.status === "not_applicable";
  return (
    <div className={className} aria-live="polite">
      <Note
        tone={tone === "mute" ? "info" : tone}
        icon={<StatusIcon s={e.status} size={16} />}
        className={tone === "mute" ? "!border-line !bg-surface-2 !text-fg-2" : undefined}
      >
        <span className="sr-only">{t("clock")}: </span>
        <b className="font-semibold">{statusName(e.status)}.</b>{" "}
        {na ? (
          full?.na_reason
        ) : (
          <>
            {stands(e)} {e.pending > 0 && t("clock_waiting", { n: e.pending, who: e.reviewer_name || t("an_admin") })} {next(e, editor)}
          </>
        )}
      </Note>
      {!na && e.expires_on && <Bar e={e} />}
    </div>
  );
}

/** The days that a proof counts, with the part that has gone; the sentence above says the same. */
function Bar({ e }: { e: Evidence }) {
  const whole = Math.max(1, e.validity_days);
  const gone = Math.max(0, Math.min(1, (whole - (e.days_left ?? 0)) / whole));
  return (
    <div aria-hidden className="mt-2 px-0.5">
      <div className="relative h-1 overflow-hidden rounded-full bg-active">
        <span
          className="absolute inset-y-0 start-0 rounded-full"
          style={{ width: `${gone * 100}%`, background: `var(--${statusTone(e.status)})` }}
        />
      </div>
      <div className="tnum mt-1 flex justify-between text-2xs text-fg-3">
        <span>{fullDate(e.collected_on)}</span>
        <span>{fullDate(e.expires_on)}</span>
      </div>
    </div>
  );
}
