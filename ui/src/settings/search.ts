import type { settings } from "#/api/api";
import { list, oneOf, text } from "#/kit/search";

export type VisitSearch = Pick<NonNullable<Parameters<typeof settings.auth_log>[0]>, "q" | "event" | "outcome" | "from" | "to" | "sort">;

const day = (v: unknown) => (typeof v === "string" && /^\d{4}-\d\d-\d\d$/.test(v) ? v : undefined);

/** The filter of the sign-in log, read from the address. */
export const visitSearch = (s: { [name: string]: unknown }): VisitSearch => ({
  q: text(s.q),
  event: list(s.event),
  outcome: oneOf(s.outcome, ["ok", "refused"] as const),
  from: day(s.from),
  to: day(s.to),
  sort: oneOf(s.sort, ["at", "-at"] as const),
});
