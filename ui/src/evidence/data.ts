import { queryOptions } from "@tanstack/react-query";
import { control, type Evidence, type EvidenceDetail, type EvidenceUpdateBody, evidence } from "#/api/api";
import { cache } from "#/kit/cache";
import { edit } from "#/kit/edit";
import { inTurn, known } from "#/kit/known";
import { toast } from "#/kit/Toast";
import type { PageOf } from "#/kit/useWindow";
import type { Filter } from "./search";
import { t } from "./words";

/** What else shows figures that follow from evidence. */
const follows = [["control"], ["framework"], ["dashboard"], ["history"]];

export const listKey = (f: Filter) => ["evidence", "list", f] as const;
export const fetchList = (f: Filter) => (page: number, limit: number) => evidence.list({ ...f, page, limit });

export const detailQuery = (id: string) => queryOptions({ queryKey: ["evidence", "get", id], queryFn: () => evidence.get({ id }) });

/** The values to filter by, and how many rows each has. */
export const facetsQuery = (q: string | undefined) =>
  queryOptions({ queryKey: ["evidence", "facets", q ?? ""], queryFn: () => evidence.facets({ q }), staleTime: 30_000 });

/** The compliance periods of the organisation, newest first. */
export const periodsQuery = queryOptions({ queryKey: ["evidence", "periods"], queryFn: () => evidence.periods(), staleTime: 60_000 });

export const healthQuery = queryOptions({ queryKey: ["evidence", "health"], queryFn: () => evidence.health(), staleTime: 30_000 });
export const coverageQuery = queryOptions({ queryKey: ["evidence", "coverage"], queryFn: () => evidence.coverage(), staleTime: 30_000 });

/** The control by which the list is filtered, for its name. */
export const controlQuery = (id: string) => queryOptions({ queryKey: ["control", "get", id], queryFn: () => control.get({ id }) });

/** Changes a request. `shown` is what it looks like at once, where that is more than what is sent. */
export function change(e: Evidence, body: EvidenceUpdateBody, said: string = t("saved"), shown: Partial<EvidenceDetail> = {}) {
  return edit<EvidenceDetail, EvidenceDetail>({
    module: "evidence",
    ids: [e.id],
    change: { ...body, ...shown },
    send: () => inTurn(e.id, () => evidence.update({ id: e.id, version: known<Evidence>("evidence", e.id)?.version ?? e.version, body })),
    said,
    refresh: follows,
  });
}

export function setOwner(e: Evidence, owner: string, name: string) {
  return change(e, { owner }, name ? t("owner_set", { name }) : t("owner_gone"), { owner_name: name });
}
export function setReviewer(e: Evidence, reviewer: string, name: string) {
  return change(e, { reviewer }, name ? t("reviewer_set", { name }) : t("reviewer_gone"), { reviewer_name: name });
}

/** A day so many days after another. */
export function daysAfter(day: string, n: number): string {
  const at = new Date(`${day}T00:00:00Z`);
  at.setUTCDate(at.getUTCDate() + n);
  return at.toISOString().slice(0, 10);
}

/** Something that hangs on a request was changed by `send`: says so and reads again what shows it. */
export async function attach<Out>(id: string, send: () => Promise<Out>, said: string): Promise<Out | undefined> {
  try {
    const out = await send();
    toast.saved(said, out);
    await refreshEvidence(id);
    return out;
  } catch (e) {
    toast.failed(e);
    await refreshEvidence(id);
    return undefined;
  }
}

/** Reads a request again where it is shown, with what follows from it. Lists keep their rows. */
export async function refreshEvidence(id: string) {
  await cache.invalidateQueries({ queryKey: ["evidence", "get", id] });
  const row = await cache.fetchQuery(detailQuery(id)).catch(() => undefined);
  if (row)
    cache.setQueriesData<PageOf<Evidence>>(
      { queryKey: ["evidence", "list"] },
      (d) => d?.items && { ...d, items: d.items.map((r) => (r.id === id ? { ...r, ...row } : r)) },
    );
  const figures = ["health", "coverage", "facets", "queue", "periods"];
  void cache.invalidateQueries({ queryKey: ["evidence"], predicate: (q) => figures.includes(String(q.queryKey[1])) });
  for (const queryKey of follows) void cache.invalidateQueries({ queryKey });
}

/** A request came or went: lists count anew. */
export async function refreshAll() {
  await cache.invalidateQueries({ queryKey: ["evidence"] });
  for (const queryKey of follows) void cache.invalidateQueries({ queryKey });
}
