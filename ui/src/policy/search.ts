import type { Acknowledgment, Exception, Policy, policy } from "#/api/api";
import { POLICY_STATUSES } from "#/kit/Status";
import { flag, list, manyOf, oneOf, text } from "#/kit/search";

type Query = NonNullable<Parameters<typeof policy.list>[0]>;
/** What the list can be asked for. */
export type Filter = Omit<Query, "page" | "limit">;

export const LIGHTS = ["red", "amber", "green"] as const satisfies readonly Exclude<Policy["light"], "">[];
export const REVIEWS = ["overdue", "within_30", "within_90", "later"] as const satisfies readonly Exclude<Policy["review"], "">[];
const COLUMNS = ["ref", "title", "category", "owner", "status", "next_review_on", "published_on", "updated_at"] as const;
const SORTS: readonly NonNullable<Query["sort"]>[] = COLUMNS.flatMap((c) => [c, `-${c}`] as const);

/** The filter and its order in an address, or in a saved view. */
export const filterOf = (s: Record<string, unknown>): Filter => ({
  q: text(s.q),
  status: manyOf(s.status, POLICY_STATUSES),
  category: text(s.category),
  owner: text(s.owner),
  scope: text(s.scope),
  light: manyOf(s.light, LIGHTS),
  review: manyOf(s.review, REVIEWS),
  control: text(s.control),
  framework: text(s.framework),
  tag: list(s.tag),
  field: list(s.field),
  sort: oneOf(s.sort, SORTS),
});

export type Search = Filter & { view?: string; open?: string; new?: true };
export const searchOf = (s: Record<string, unknown>): Search => ({
  ...filterOf(s),
  view: text(s.view),
  open: text(s.open),
  new: flag(s.new),
});

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
export type ExceptionSearch = { q?: string; state?: (typeof EXCEPTION_STATES)[number][]; open?: string };
export const exceptionsOf = (s: Record<string, unknown>): ExceptionSearch => ({
  q: text(s.q),
  state: manyOf(s.state, EXCEPTION_STATES),
  open: text(s.open),
});

export const WORD_STATES = ["waiting", "overdue", "acknowledged", "left"] as const satisfies readonly Acknowledgment["state"][];
