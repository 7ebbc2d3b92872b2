import type { task } from "#/api/api";

type Query = NonNullable<Parameters<typeof task.list>[0]>;
/** What the list can be asked for. */
export type Filter = Omit<Query, "page" | "limit">;
/** The filter with what else the address of the list holds. */
export type Search = Filter & {
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
