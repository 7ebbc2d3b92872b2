import type { Acknowledgment, Exception, Policy } from "#/api/api";
import { flag, manyOf, oneOf, text } from "#/kit/search";

export const LIGHTS = ["red", "amber", "green"] as const satisfies readonly Exclude<Policy["light"], "">[];
export const REVIEWS = ["overdue", "within_30", "within_90", "later"] as const satisfies readonly Exclude<Policy["review"], "">[];

export const TABS = ["document", "versions", "acknowledgments", "exceptions", "comments", "links", "history"] as const;
export type TabName = (typeof TABS)[number];
/** Which part of a policy's page is open, and which version of it; `against` is the one it is compared with. */
export type PageSearch = { tab?: TabName; version?: string; against?: string; edit?: true };
export const pageOf = (s: Record<string, unknown>): PageSearch => ({
  tab: oneOf(s.tab, TABS),
  version: text(s.version),
  against: text(s.against),
  edit: flag(s.edit),
});

export const EXCEPTION_STATES = [
  "requested",
  "approved",
  "reopened",
  "declined",
  "closed",
] as const satisfies readonly Exception["state"][];
export type ExceptionSearch = { q?: string; state?: (typeof EXCEPTION_STATES)[number][] };
export const exceptionsOf = (s: Record<string, unknown>): ExceptionSearch => ({ q: text(s.q), state: manyOf(s.state, EXCEPTION_STATES) });

export const WORD_STATES = ["waiting", "overdue", "acknowledged", "left"] as const satisfies readonly Acknowledgment["state"][];
