import type { activity } from "#/api/api";

type Query = NonNullable<Parameters<typeof activity.list>[0]>;
/** What the list can be asked for. */
export type Filter = Omit<Query, "page" | "limit">;
export const SHOWN = ["board", "calendar"] as const;
/** The filter with what else the address of the list holds. */
export type Search = Filter & { open?: string; new?: true; as?: (typeof SHOWN)[number]; month?: string };

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

/** The filter in an address that may say other things too. */
export function filterOf(s: Search): Filter {
  const { q, status, frequency, owner, scope, control, framework, evidence, sort } = s;
  return { q, status, frequency, owner, scope, control, framework, evidence, sort };
}

/** A month as 2026-11. */
export const monthOf = (v: unknown) => (typeof v === "string" && /^\d{4}-(0[1-9]|1[0-2])$/.test(v) ? v : undefined);
