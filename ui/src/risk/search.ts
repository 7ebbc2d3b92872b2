import type { Risk, risk } from "#/api/api";
import { flag, list, manyOf, oneOf, text } from "#/kit/search";

type Query = NonNullable<Parameters<typeof risk.list>[0]>;
/** What the list can be asked for. */
export type Filter = Omit<Query, "page" | "limit">;

export const LEVELS = ["critical", "high", "medium", "low", "unscored"] as const satisfies readonly Risk["level"][];
export const STATUSES = [
  "open",
  "in_progress",
  "off_track",
  "mitigated",
  "accepted",
  "closed",
] as const satisfies readonly Risk["status"][];
/** What an editor may say of a risk: accepting one is an administrator's. */
export const SAYABLE = ["open", "in_progress", "off_track", "mitigated", "closed"] as const satisfies readonly Risk["status"][];
export const TREATMENTS = ["mitigate", "accept", "transfer", "avoid"] as const;
export const MAPS = ["inherent", "residual", "target"] as const;
export type MapOf = (typeof MAPS)[number];
const COLUMNS = [
  "ref",
  "title",
  "category",
  "owner",
  "status",
  "score",
  "inherent",
  "target",
  "due_on",
  "review_on",
  "updated_at",
] as const;
const SORTS: readonly NonNullable<Query["sort"]>[] = COLUMNS.flatMap((c) => [c, `-${c}`] as const);

const step = (v: unknown): number | undefined => [1, 2, 3, 4, 5].find((n) => String(n) === String(v));

/** The filter and its order in an address, or in a saved view. */
export const filterOf = (s: Record<string, unknown>): Filter => ({
  q: text(s.q),
  status: manyOf(s.status, STATUSES),
  level: manyOf(s.level, LEVELS),
  category: text(s.category),
  owner: text(s.owner),
  treatment: manyOf(s.treatment, TREATMENTS),
  overdue: flag(s.overdue),
  of: oneOf(s.of, MAPS),
  likelihood: step(s.likelihood),
  impact: step(s.impact),
  control: text(s.control),
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
