import { QueryClient, replaceEqualDeep } from "@tanstack/react-query";
import { ApiError } from "#/api/call";

/** The one cache of what the server said. A refusal is final; only a broken connection is worth a second try. */
export const cache = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      refetchOnWindowFocus: false,
      retry: (count, e) => count < 2 && (!(e instanceof ApiError) || e.status === 0 || e.status === 429 || e.status >= 500),
      networkMode: "always",
      structuralSharing: (before, now) => replaceEqualDeep(before, newest(before, now)),
    },
    mutations: { networkMode: "always" },
  },
});

const isObject = (v: unknown): v is Record<string, unknown> => typeof v === "object" && v !== null;
const isRecord = (v: unknown): v is { id: string; version: number } =>
  isObject(v) && typeof v.id === "string" && typeof v.version === "number";

/**
 * What is known after an answer: an answer that set out before an edit and arrives after it must not take back what the
 * edit has answered, or the next one would be refused for its version. Records, and lists of records, one below another.
 */
export function newest(before: unknown, now: unknown): unknown {
  if (isRecord(before) && isRecord(now) && before.id === now.id && before.version > now.version) return before;
  if (Array.isArray(before) && Array.isArray(now)) {
    const known = new Map(before.filter(isRecord).map((r) => [r.id, r]));
    return known.size > 0 ? now.map((r) => (isRecord(r) ? newest(known.get(r.id), r) : r)) : now;
  }
  if (isObject(before) && isObject(now) && !Array.isArray(now))
    return Object.fromEntries(Object.entries(now).map(([k, v]) => [k, isObject(v) ? newest(before[k], v) : v]));
  return now;
}
