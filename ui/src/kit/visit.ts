import { dictionary } from "./t";

const t = dictionary({
  sign_in: "Signed in",
  sign_in_no: "Sign-in refused",
  sign_out: "Signed out",
  switch: "Went to another organisation",
  session_ended: "Session ended",
  password_changed: "Changed the password",
  password_changed_no: "Change of the password refused",
  reset_requested: "Asked for a new password",
  reset_requested_no: "Asked for a new password again",
  password_reset: "Chose a new password by mail",
  mfa_enabled: "Turned two-step sign-in on",
  mfa_enabled_no: "Turning two-step sign-in on refused",
  mfa_disabled: "Turned two-step sign-in off",
  mfa_disabled_no: "Turning two-step sign-in off refused",
  recovery_codes_made: "Made new recovery codes",
  recovery_codes_made_no: "New recovery codes refused",
  recovery_code_used: "Used a recovery code",
  token_created: "Made an access token",
  token_deleted: "Deleted an access token",
  invitation_accepted: "Accepted an invitation",
  invitation_accepted_no: "Accepting an invitation refused",
  // why
  all_others: "all other sessions",
  by_administrator: "by an administrator",
  no_membership: "member of no organisation",
  setup: "made the organisation",
  stopped: "too many wrong passwords",
  unknown_account: "unknown address",
  waiting: "too soon after the last try",
  waiting_code: "too many codes",
  wrong_code: "wrong code",
  wrong_password: "wrong password",
  wrong_recovery_code: "wrong recovery code",
  // with what
  agent_on: "{program} on {system}",
  agent_none: "Unknown program",
});

const events = [
  "sign_in",
  "sign_out",
  "switch",
  "session_ended",
  "password_changed",
  "reset_requested",
  "password_reset",
  "mfa_enabled",
  "mfa_disabled",
  "recovery_codes_made",
  "recovery_code_used",
  "token_created",
  "token_deleted",
  "invitation_accepted",
] as const;
const refusable = [
  "sign_in",
  "password_changed",
  "reset_requested",
  "mfa_enabled",
  "mfa_disabled",
  "recovery_codes_made",
  "invitation_accepted",
] as const;
const reasons = [
  "all_others",
  "by_administrator",
  "no_membership",
  "setup",
  "stopped",
  "unknown_account",
  "waiting",
  "waiting_code",
  "wrong_code",
  "wrong_password",
  "wrong_recovery_code",
] as const;

/** What happened at the door, in words: "Sign-in refused". An event this build does not know keeps its own word. */
export function eventName(event: string, outcome: "ok" | "refused" = "ok"): string {
  const no = outcome === "refused" ? refusable.find((e) => e === event) : undefined;
  if (no) return t(`${no}_no`);
  const known = events.find((e) => e === event);
  return known ? t(known) : event.replaceAll("_", " ");
}

/** Why, in a few words, or "" where there is nothing more to say. */
export function reasonName(detail: string): string {
  const known = reasons.find((r) => r === detail);
  return known ? t(known) : "";
}

const programs: readonly (readonly [RegExp, string])[] = [
  [/\bEdg(?:e|A|iOS)?\//, "Edge"],
  [/\bOPR\//, "Opera"],
  [/\b(?:Firefox|FxiOS)\//, "Firefox"],
  [/\b(?:Headless)?(?:Chrome|CriOS)\//, "Chrome"],
  [/\bVersion\//, "Safari"],
];
const systems: readonly (readonly [RegExp, string])[] = [
  [/iPhone/, "iPhone"],
  [/iPad/, "iPad"],
  [/Android/, "Android"],
  [/CrOS/, "ChromeOS"],
  [/Windows/, "Windows"],
  [/Macintosh|Mac OS X/, "macOS"],
  [/Linux|X11/, "Linux"],
];

/** A browser or program as people call it: "Firefox on macOS", "curl". */
export function agentName(agent: string): string {
  const program = programs.find(([re]) => re.test(agent))?.[1];
  const system = systems.find(([re]) => re.test(agent))?.[1];
  if (program && system) return t("agent_on", { program, system });
  return program ?? system ?? (agent.split(/[\s/]/)[0] || t("agent_none"));
}
export const isPhone = (agent: string): boolean => /iPhone|iPad|Android/.test(agent);
