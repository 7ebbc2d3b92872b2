import { hashKey, keepPreviousData, type QueryKey, useQueries, useQuery } from "@tanstack/react-query";
import { useCallback, useMemo, useState } from "react";
import { cache } from "./cache";

export const pageSize = 100;
export type PageOf<T> = { items: T[]; total: number };
/** Fetches one page of a list. */
export type Ask<T> = (page: number, limit: number, signal: AbortSignal) => Promise<PageOf<T>>;

function page<T>(key: QueryKey, fetch: Ask<T>, n: number) {
  return {
    queryKey: [...key, n],
    queryFn: ({ signal }: { signal: AbortSignal }) => fetch(n, pageSize, signal),
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  };
}

/** Fetches the first page before the list is on screen: for a route's loader. */
export const prefetchWindow = <T>(key: QueryKey, fetch: Ask<T>) => cache.prefetchQuery(page(key, fetch, 1));

export type ListWindow<T> = {
  /** Changes with the filter: another list begins at its top. */
  name: string;
  /** The row at a place of the whole list, or undefined while its page is on its way. */
  row: (index: number) => T | undefined;
  indexOf: (id: string) => number;
  total: number;
  /** Nothing has been shown yet. */
  pending: boolean;
  /** The rows shown belong to the filter before this one. */
  stale: boolean;
  error: Error | null;
  retry: () => void;
  onRange: (first: number, last: number) => void;
};

/**
 * A list of any length, of which only the pages under the viewport are fetched.
 * `key` names the list and its filter: `["control", "list", filter]`. Rows of the previous filter stay, dimmed, until new ones are there.
 */
export function useWindow<T extends { id: string }>(key: QueryKey, fetch: Ask<T>): ListWindow<T> {
  const [range, setRange] = useState<readonly [number, number]>([0, 30]);
  const first = Math.floor(range[0] / pageSize) + 1;
  const last = Math.max(first, Math.floor(range[1] / pageSize) + 1);
  const head = useQuery(page(key, fetch, 1));
  const pages = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  const results = useQueries({ queries: pages.map((n) => page(key, fetch, n)) });

  // keepPreviousData may hold another page's rows: only page 1, shown while a filter changes, may be one.
  const loaded = results.map((r, i) => ((r.isPlaceholderData && pages[i] !== 1) || !r.data ? undefined : r.data.items));
  // biome-ignore lint/correctness/useExhaustiveDependencies: the arrays inside are what counts
  const rows = useMemo(() => {
    const map = new Map<number, T>();
    loaded.forEach((items, i) => {
      items?.forEach((row, j) => {
        map.set(((pages[i] ?? 1) - 1) * pageSize + j, row);
      });
    });
    return map;
  }, [first, last, ...loaded]);
  const places = useMemo(() => new Map([...rows].map(([i, r]) => [r.id, i])), [rows]);

  return {
    name: hashKey(key),
    row: useCallback((i: number) => rows.get(i), [rows]),
    indexOf: useCallback((id: string) => places.get(id) ?? -1, [places]),
    total: head.data?.total ?? 0,
    pending: head.isPending,
    stale: head.isPlaceholderData,
    error: head.error ?? results.find((r) => r.error)?.error ?? null,
    retry: () => {
      void head.refetch();
      for (const r of results) if (r.error) void r.refetch();
    },
    onRange: useCallback((a: number, b: number) => setRange((r) => (r[0] === a && r[1] === b ? r : [a, b])), []),
  };
}

/** A row that some list already has, to show while the record itself is fetched: `placeholderData: () => rowFromLists(["control", "list"], id)`. */
export function rowFromLists<T extends { id: string }>(prefix: QueryKey, id: string): T | undefined {
  for (const [, data] of cache.getQueriesData<PageOf<T>>({ queryKey: prefix })) {
    const found = data?.items?.find((r) => r.id === id);
    if (found) return found;
  }
  return undefined;
}
