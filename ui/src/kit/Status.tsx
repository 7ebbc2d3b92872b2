import clsx from "clsx";
import type { ReactNode } from "react";
import { dictionary } from "./t";

const t = dictionary({
  not_started: "Not started",
  in_progress: "In progress",
  implemented: "Implemented",
  gap: "Gap",
  not_applicable: "Not applicable",
  needs_evidence: "Needs evidence",
  unproven: "Unproven",
  current: "Current",
  expiring_soon: "Expiring soon",
  expired: "Expired",
  not_collected: "Not collected",
  met: "Met",
  attention: "Needs attention",
  pending: "Waiting for review",
  accepted: "Accepted",
  rejected: "Rejected",
  completed: "Completed",
  overdue: "Overdue",
  suggested: "Suggested",
  draft: "Draft",
  in_review: "In review",
  ratified: "Ratified",
  published: "Published",
  needs_update: "Needs update",
  archived: "Archived",
});

type Tone = "ok" | "info" | "warn" | "bad" | "mute";
type Shape = "check" | "half" | "dashed" | "minus" | "cross" | "alert" | "question" | "clock" | "clock_full" | "tray" | "dots";

/**
 * Every status word of the product: one shape and one colour for each meaning, wherever it occurs.
 * Shape, colour and word always go together: none of them is enough alone.
 */
const looks = {
  not_started: ["dashed", "mute"],
  in_progress: ["half", "info"],
  implemented: ["check", "ok"],
  gap: ["cross", "bad"],
  not_applicable: ["minus", "mute"],
  needs_evidence: ["alert", "warn"],
  unproven: ["question", "warn"],
  current: ["check", "ok"],
  expiring_soon: ["clock", "warn"],
  expired: ["clock_full", "bad"],
  not_collected: ["tray", "mute"],
  met: ["check", "ok"],
  attention: ["alert", "warn"],
  pending: ["dots", "info"],
  accepted: ["check", "ok"],
  rejected: ["cross", "bad"],
  completed: ["check", "ok"],
  overdue: ["clock_full", "bad"],
  suggested: ["tray", "info"],
  draft: ["half", "info"],
  in_review: ["dots", "info"],
  ratified: ["half", "ok"],
  published: ["check", "ok"],
  needs_update: ["alert", "warn"],
  archived: ["minus", "mute"],
} satisfies Record<string, readonly [Shape, Tone]>;

export type Status = keyof typeof looks;

/** What a person claims of a control. */
export const CONTROL_STATUSES = ["not_started", "in_progress", "implemented", "gap", "not_applicable"] as const satisfies readonly Status[];
/** What claim and proof come to together. */
export const EFFECTIVE_STATUSES = [
  "implemented",
  "needs_evidence",
  "unproven",
  "in_progress",
  "gap",
  "not_started",
  "not_applicable",
] as const satisfies readonly Status[];
export const EVIDENCE_STATUSES = [
  "current",
  "expiring_soon",
  "expired",
  "not_collected",
  "not_applicable",
] as const satisfies readonly Status[];
export const REQUIREMENT_STATES = ["met", "attention", "in_progress", "not_started", "not_applicable"] as const satisfies readonly Status[];

/** How far an activity is; overdue is computed from its date. */
export const ACTIVITY_STATUSES = [
  "not_started",
  "in_progress",
  "completed",
  "overdue",
  "not_applicable",
] as const satisfies readonly Status[];

/** How far a policy is, in the order of its life. */
export const POLICY_STATUSES = [
  "suggested",
  "not_started",
  "draft",
  "in_review",
  "ratified",
  "published",
  "needs_update",
  "archived",
] as const satisfies readonly Status[];

export const statusName = (s: Status): string => t(s);
export const statusTone = (s: Status): Tone => looks[s][1];
/** The colour of a status in a chart or a bar. */
export const statusColor = (s: Status): string =>
  s === "not_applicable" || s === "not_started" || s === "not_collected" ? "var(--active)" : `var(--${looks[s][1]})`;

const stroke = { fill: "none", strokeLinecap: "round", strokeLinejoin: "round" } as const;
const shapes: Record<Shape, (c: string) => ReactNode> = {
  check: (c) => (
    <>
      <circle cx="7" cy="7" r="6.5" fill={c} />
      <path d="M4.2 7.2 6.2 9.2 9.9 5" {...stroke} stroke="var(--surface)" strokeWidth="1.6" />
    </>
  ),
  half: (c) => (
    <>
      <circle cx="7" cy="7" r="5.75" fill="none" stroke={c} strokeWidth="1.5" />
      <path d="M7 3.5a3.5 3.5 0 0 1 0 7z" fill={c} />
    </>
  ),
  dashed: (c) => <circle cx="7" cy="7" r="5.75" fill="none" stroke={c} strokeWidth="1.5" strokeDasharray="2.1 1.51" />,
  minus: (c) => (
    <>
      <circle cx="7" cy="7" r="5.75" fill="none" stroke={c} strokeWidth="1.5" />
      <path d="M4.5 7h5" {...stroke} stroke={c} strokeWidth="1.5" />
    </>
  ),
  cross: (c) => (
    <>
      <path d="M4.6.8h4.8l3.8 3.8v4.8l-3.8 3.8H4.6L.8 9.4V4.6z" fill={c} stroke={c} strokeLinejoin="round" strokeWidth=".6" />
      <path d="m5 5 4 4M9 5 5 9" {...stroke} stroke="var(--surface)" strokeWidth="1.5" />
    </>
  ),
  alert: (c) => (
    <>
      <path d="M6.1 1.6a1.05 1.05 0 0 1 1.8 0l5 9a1.05 1.05 0 0 1-.9 1.6H2a1.05 1.05 0 0 1-.9-1.6z" fill={c} />
      <path d="M7 5v3" {...stroke} stroke="var(--surface)" strokeWidth="1.4" />
      <circle cx="7" cy="10" r=".85" fill="var(--surface)" />
    </>
  ),
  question: (c) => (
    <>
      <path d="M7 .9 13.1 7 7 13.1.9 7z" fill="none" stroke={c} strokeWidth="1.4" strokeLinejoin="round" />
      <path d="M5.6 5.7a1.45 1.45 0 1 1 2.1 1.3c-.5.25-.7.5-.7 1" {...stroke} stroke={c} strokeWidth="1.3" />
      <circle cx="7" cy="9.7" r=".8" fill={c} />
    </>
  ),
  clock: (c) => (
    <>
      <circle cx="7" cy="7" r="5.75" fill="none" stroke={c} strokeWidth="1.5" />
      <path d="M7 3.9V7l2 1.4" {...stroke} stroke={c} strokeWidth="1.5" />
    </>
  ),
  clock_full: (c) => (
    <>
      <circle cx="7" cy="7" r="6.5" fill={c} />
      <path d="M7 3.6V7l2.2 1.5" {...stroke} stroke="var(--surface)" strokeWidth="1.6" />
    </>
  ),
  tray: (c) => (
    <>
      <rect x="1.6" y="1.6" width="10.8" height="10.8" rx="2.6" fill="none" stroke={c} strokeWidth="1.4" strokeDasharray="2.2 1.7" />
      <path d="M7 4.2v5M4.9 7.2 7 9.3l2.1-2.1" {...stroke} stroke={c} strokeWidth="1.3" />
    </>
  ),
  dots: (c) => (
    <>
      <circle cx="7" cy="7" r="5.75" fill="none" stroke={c} strokeWidth="1.5" />
      {[4.4, 7, 9.6].map((x) => (
        <circle key={x} cx={x} cy="7" r=".95" fill={c} />
      ))}
    </>
  ),
};

/** The sign alone: its word must stand beside it, or be given as `label`. */
export function StatusIcon({ s, size = 14, label }: { s: Status; size?: number; label?: boolean }) {
  const [shape, tone] = looks[s];
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 14 14"
      role={label ? "img" : undefined}
      aria-label={label ? t(s) : undefined}
      aria-hidden={label ? undefined : true}
      className="shrink-0"
    >
      {label && <title>{t(s)}</title>}
      {shapes[shape](`var(--${tone})`)}
    </svg>
  );
}

export function StatusLabel({ s, className }: { s: Status; className?: string }) {
  return (
    <span className={clsx("flex min-w-0 items-center gap-1.5", className)}>
      <StatusIcon s={s} />
      <span className="truncate">{t(s)}</span>
    </span>
  );
}

const soft: Record<Tone, string> = {
  ok: "bg-ok-soft text-ok-text",
  info: "bg-info-soft text-info-text",
  warn: "bg-warn-soft text-warn-text",
  bad: "bg-bad-soft text-bad-text",
  mute: "bg-mute-soft text-fg-2",
};
/** A status that should be seen from afar: at the head of a page. */
export function StatusChip({ s }: { s: Status }) {
  return (
    <span className={clsx("inline-flex h-6 items-center gap-1.5 rounded-md px-2 text-sm font-medium whitespace-nowrap", soft[looks[s][1]])}>
      <StatusIcon s={s} />
      {t(s)}
    </span>
  );
}
