import { queryOptions } from "@tanstack/react-query";
import { task } from "#/api/api";
import { cache } from "#/kit/cache";
import { follows } from "#/kit/tasks";
import type { Filter } from "./search";

export const listKey = (f: Filter) => ["task", "list", f] as const;
export const fetchList = (f: Filter) => (page: number, limit: number) => task.list({ ...f, page, limit });
export const detailQuery = (id: string) => queryOptions({ queryKey: ["task", "get", id], queryFn: () => task.get({ id }) });

/** The values to filter by, and how many rows each has. */
export const facetsQuery = (q: string | undefined) =>
  queryOptions({ queryKey: ["task", "facets", q ?? ""], queryFn: () => task.facets({ q }), staleTime: 30_000 });

/** A task came or went, or many changed: lists count anew. */
export async function refreshAll() {
  await cache.invalidateQueries({ queryKey: ["task"] });
  for (const queryKey of follows) void cache.invalidateQueries({ queryKey });
}
