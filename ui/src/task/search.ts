import type { task } from "#/api/api";
import { flag, manyOf, oneOf, text } from "#/kit/search";
import { TASK_STATUSES } from "#/kit/tasks";

type Query = NonNullable<Parameters<typeof task.list>[0]>;
/** What the list can be asked for. */
export type Filter = Omit<Query, "page" | "limit">;
/** The filter with what else the address of the list holds. */
export type Search = Filter & {
  /** The saved view that the list stands in. */
  view?: string;
  open?: string;
  /** The dialog for a new task is open. */
  new?: true;
};

export const BUCKETS = ["overdue", "today", "7", "30", "later", "none"] as const;
export const SORTS = [
  "title",
  "-title",
  "status",
  "-status",
  "owner",
  "-owner",
  "due_on",
  "-due_on",
  "created_at",
  "-created_at",
  "updated_at",
  "-updated_at",
  "ended_at",
  "-ended_at",
] as const satisfies readonly NonNullable<Query["sort"]>[];

/** The filter and its order in an address, or in a saved view. */
export const filterOf = (s: Record<string, unknown>): Filter => ({
  q: text(s.q),
  status: manyOf(s.status, TASK_STATUSES),
  owner: text(s.owner),
  due: manyOf(s.due, BUCKETS),
  source: text(s.source),
  kind: text(s.kind),
  record: text(s.record),
  sort: oneOf(s.sort, SORTS),
});
export const searchOf = (s: Record<string, unknown>): Search => ({
  ...filterOf(s),
  view: text(s.view),
  open: text(s.open),
  new: flag(s.new),
});
