import type { activity } from "#/api/api";
import { ACTIVITY_STATUSES } from "#/kit/Status";
import { flag, manyOf, oneOf, text } from "#/kit/search";

type Query = NonNullable<Parameters<typeof activity.list>[0]>;
/** What the list can be asked for. */
export type Filter = Omit<Query, "page" | "limit">;
export const SHOWN = ["board", "calendar"] as const;
/** The filter with what else the address of the list holds. */
export type Search = Filter & {
  /** The saved view that the list stands in. */
  view?: string;
  open?: string;
  /** The dialog for a new activity is open. */
  new?: true;
  /** A table unless said otherwise. */
  as?: (typeof SHOWN)[number];
  month?: string;
};

export const FREQUENCIES = ["daily", "weekly", "monthly", "quarterly", "yearly", "as_needed"] as const;
export type Frequency = (typeof FREQUENCIES)[number];
export const SORTS = [
  "name",
  "-name",
  "status",
  "-status",
  "frequency",
  "-frequency",
  "owner",
  "-owner",
  "due_on",
  "-due_on",
  "starts_on",
  "-starts_on",
] as const satisfies readonly NonNullable<Query["sort"]>[];

/** A month as 2026-11. */
export const monthOf = (v: unknown) => (typeof v === "string" && /^\d{4}-(0[1-9]|1[0-2])$/.test(v) ? v : undefined);

/** The filter and its order in an address, or in a saved view. */
export const filterOf = (s: Record<string, unknown>): Filter => ({
  q: text(s.q),
  status: manyOf(s.status, ACTIVITY_STATUSES),
  frequency: manyOf(s.frequency, FREQUENCIES),
  owner: text(s.owner),
  scope: text(s.scope),
  control: text(s.control),
  framework: text(s.framework),
  evidence: text(s.evidence),
  sort: oneOf(s.sort, SORTS),
});
export const searchOf = (s: Record<string, unknown>): Search => ({
  ...filterOf(s),
  view: text(s.view),
  open: text(s.open),
  new: flag(s.new),
  as: oneOf(s.as, SHOWN),
  month: monthOf(s.month),
});
