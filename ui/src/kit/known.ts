import { cache } from "./cache";
import type { PageOf } from "./useWindow";

/** A record as it is known by now: in full if it was read, else as a row of some list. Keys are `[module, "get", id]` and `[module, "list", …]`. */
export function known<T extends { id: string }>(module: string, id: string): T | undefined {
  const full = cache.getQueryData<T>([module, "get", id]);
  if (full) return full;
  for (const [, data] of cache.getQueriesData<PageOf<T>>({ queryKey: [module, "list"] })) {
    const row = data?.items?.find((r) => r.id === id);
    if (row) return row;
  }
  return undefined;
}

const queues = new Map<string, Promise<unknown>>();

/** The edits of one record go one after the other, so that quick hands never race with themselves. */
export function inTurn<Out>(id: string, work: () => Promise<Out>): Promise<Out> {
  const turn = (queues.get(id) ?? Promise.resolve()).then(work, work);
  queues.set(id, turn);
  return turn;
}
