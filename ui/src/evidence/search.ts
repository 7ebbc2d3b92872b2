import type { evidence } from "#/api/api";
import { EVIDENCE_STATUSES } from "#/kit/Status";
import { flag, list, manyOf, oneOf, text } from "#/kit/search";

type Query = NonNullable<Parameters<typeof evidence.list>[0]>;
/** What the list can be asked for. */
export type Filter = Omit<Query, "page" | "limit">;
/** The filter with what else the address of the list holds. */
export type Search = Filter & { view?: string; open?: string; new?: true; upload?: true };

export const KINDS = ["policy_document", "report", "configuration", "log", "screenshot", "attestation", "other"] as const;
export type Kind = (typeof KINDS)[number];
export const FREQUENCIES = ["monthly", "quarterly", "semi_annual", "annual", "once"] as const;
export type Frequency = (typeof FREQUENCIES)[number];
export const CYCLES = ["scheduled", "open", "submitted", "overdue", "accepted", "skipped"] as const;
export type Cycle = (typeof CYCLES)[number];
export const SORTS = [
  "name",
  "-name",
  "status",
  "-status",
  "category",
  "-category",
  "owner",
  "-owner",
  "collected_on",
  "-collected_on",
  "expires_on",
  "-expires_on",
  "cycle_due",
  "-cycle_due",
  "updated_at",
  "-updated_at",
] as const satisfies readonly NonNullable<Query["sort"]>[];
/** How many days ahead the list can look. */
export const DUE = [7, 14, 30, 60, 90, 180] as const;
export const TABS = ["overview", "comments", "links", "history"] as const;

/** A number of days in the address, as the server takes it. */
export function days(v: unknown): number | undefined {
  const n = typeof v === "string" || typeof v === "number" ? Number(v) : Number.NaN;
  return Number.isInteger(n) && n >= 1 && n <= 3660 ? n : undefined;
}

/** The filter and its order in an address that may say other things too, or in a saved view. */
export const filterOf = (s: Record<string, unknown>): Filter => ({
  q: text(s.q),
  status: manyOf(s.status, EVIDENCE_STATUSES),
  category: text(s.category),
  owner: text(s.owner),
  reviewer: text(s.reviewer),
  framework: text(s.framework),
  control: text(s.control),
  kind: oneOf(s.kind, KINDS),
  frequency: oneOf(s.frequency, FREQUENCIES),
  scope: text(s.scope),
  due: days(s.due),
  review: oneOf(s.review, ["pending"] as const),
  cycle: manyOf(s.cycle, CYCLES),
  period: text(s.period),
  without: flag(s.without),
  tag: list(s.tag),
  field: list(s.field),
  sort: oneOf(s.sort, SORTS),
});
export const searchOf = (s: Record<string, unknown>): Search => ({
  ...filterOf(s),
  view: text(s.view),
  open: text(s.open),
  /** The dialog for a new request is open. */
  new: flag(s.new),
  /** The dialog that asks which request a file is for. */
  upload: flag(s.upload),
});
