import type { QueryKey } from "@tanstack/react-query";
import { cache } from "./cache";
import { toast } from "./Toast";
import type { PageOf } from "./useWindow";

type Edit<T extends { id: string }, Out> = {
  /** The module: lists are cached under [module, "list", …], records under [module, "get", id]. */
  module: string;
  ids: readonly string[];
  /** What the rows look like at once, before the server has answered. */
  change: Partial<T>;
  send: () => Promise<Out>;
  /** "Owner set to Dana". Leave it out for an edit that needs no toast. */
  said?: string;
  /** Other things that follow from this: figures, another module's lists. */
  refresh?: readonly QueryKey[];
  /** Called when somebody else was first: open what they did. */
  showChange?: () => void;
};

/**
 * Edits rows in place, at once: lists never reset, the record open beside them follows. A refusal puts
 * everything back as it was; a success says so and offers Undo.
 */
export async function edit<T extends { id: string }, Out>({
  module,
  ids,
  change,
  send,
  said,
  refresh = [],
  showChange,
}: Edit<T, Out>): Promise<Out | undefined> {
  const lists = [module, "list"];
  const picked = new Set(ids);
  await Promise.all([
    cache.cancelQueries({ queryKey: lists }),
    ...ids.slice(0, 100).map((id) => cache.cancelQueries({ queryKey: [module, "get", id] })),
  ]);
  const before = [
    ...cache.getQueriesData({ queryKey: lists }),
    ...ids.flatMap((id) => cache.getQueriesData({ queryKey: [module, "get", id] })),
  ];
  patchRows<T>(module, (row) => picked.has(row.id), change);
  try {
    const out = await send();
    if (ids.length === 1 && isRow(out) && out.id === ids[0]) putRow(module, out);
    if (said) toast.saved(said, out);
    settle(module, ids, refresh);
    return out;
  } catch (e) {
    for (const [key, data] of before) cache.setQueryData(key, data);
    settle(module, ids, []);
    toast.failed(e, { showChange });
    return undefined;
  }
}

/** Changes rows that are on screen without asking the server. */
export function patchRows<T extends { id: string }>(module: string, which: (row: T) => boolean, change: Partial<T>) {
  cache.setQueriesData<PageOf<T>>(
    { queryKey: [module, "list"] },
    (d) => d?.items && { ...d, items: d.items.map((r) => (which(r) ? { ...r, ...change } : r)) },
  );
  cache.setQueriesData<T>({ queryKey: [module, "get"] }, (r) => r && (which(r) ? { ...r, ...change } : r));
}

/** Puts a record that the server answered into every list that shows it. */
export function putRow<T extends { id: string }>(module: string, row: T) {
  patchRows<T>(module, (r) => r.id === row.id, row);
}

const isRow = (out: unknown): out is { id: string } => typeof out === "object" && out !== null && "id" in out && typeof out.id === "string";

function settle(module: string, ids: readonly string[], refresh: readonly QueryKey[]) {
  // Lists are only marked: a row that no longer matches stays where it is until somebody filters again.
  void cache.invalidateQueries({ queryKey: [module, "list"], refetchType: "none" });
  void cache.invalidateQueries({
    queryKey: [module],
    predicate: (q) => q.queryKey[1] !== "list" && (q.queryKey[1] !== "get" || ids.includes(String(q.queryKey[2]))),
  });
  for (const queryKey of refresh) void cache.invalidateQueries({ queryKey });
}
