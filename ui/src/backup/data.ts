import { queryOptions } from "@tanstack/react-query";
import { audit, backup } from "#/api/api";
import { cache } from "#/kit/cache";

export const stateQuery = queryOptions({ queryKey: ["backup", "state"], queryFn: () => backup.get(), refetchInterval: 15_000 });

export const daysQuery = queryOptions({ queryKey: ["backup", "days"], queryFn: () => backup.days({}) });

export const drillsQuery = queryOptions({ queryKey: ["backup", "drills"], queryFn: () => backup.drills({ limit: 20 }) });

/** The changes of a day, newest first. */
export const dayQuery = (day: string) =>
  queryOptions({ queryKey: ["backup", "day", day], queryFn: () => audit.list({ from: day, to: day, kind: "change", limit: 100 }) });

/** What going back would change. It is asked anew each time: others work meanwhile. */
export const previewQuery = (at: string) =>
  queryOptions({ queryKey: ["backup", "preview", at], queryFn: () => backup.preview({ at }), gcTime: 0, staleTime: 0, retry: false });

export const refresh = () => cache.invalidateQueries({ queryKey: ["backup"] });

/** The moment before a record: what it changed is not in the state then. */
export const justBefore = (at: string): string => new Date(new Date(at).getTime() - 1).toISOString();
