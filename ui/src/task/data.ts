import { queryOptions } from "@tanstack/react-query";
import { task } from "#/api/api";
import { cache } from "#/kit/cache";
import { follows } from "#/kit/tasks";
import type { Filter } from "./search";

export const fetchList = (f: Filter) => (page: number, limit: number) => task.list({ ...f, page, limit });
export const detailQuery = (id: string) => queryOptions({ queryKey: ["task", "get", id], queryFn: () => task.get({ id }) });

/** A task came or went, or many changed: lists count anew. */
export async function refreshAll() {
  await cache.invalidateQueries({ queryKey: ["task"] });
  for (const queryKey of follows) void cache.invalidateQueries({ queryKey });
}
