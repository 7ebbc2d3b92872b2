import type { evidence } from "#/api/api";

type Query = NonNullable<Parameters<typeof evidence.list>[0]>;
/** What the list can be asked for. */
export type Filter = Omit<Query, "page" | "limit">;
/** The filter with what else the address of the list holds. */
export type Search = Filter & { open?: string; new?: true; upload?: true };

export const KINDS = ["policy_document", "report", "configuration", "log", "screenshot", "attestation", "other"] as const;
export type Kind = (typeof KINDS)[number];
export const FREQUENCIES = ["monthly", "quarterly", "semi_annual", "annual", "once"] as const;
export type Frequency = (typeof FREQUENCIES)[number];
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
  "updated_at",
  "-updated_at",
] as const satisfies readonly NonNullable<Query["sort"]>[];
/** How many days ahead the list can look. */
export const DUE = [7, 14, 30, 60, 90, 180] as const;
export const TABS = ["overview", "history"] as const;

/** A number of days in the address, as the server takes it. */
export function days(v: unknown): number | undefined {
  const n = typeof v === "string" || typeof v === "number" ? Number(v) : Number.NaN;
  return Number.isInteger(n) && n >= 1 && n <= 3660 ? n : undefined;
}

/** The filter in an address that may say other things too: those are for others, and the server would refuse them. */
export function filterOf(s: Search): Filter {
  const { q, status, category, owner, reviewer, framework, control, kind, frequency, scope, due, review, sort } = s;
  return { q, status, category, owner, reviewer, framework, control, kind, frequency, scope, due, review, sort };
}
