import { queryOptions } from "@tanstack/react-query";
import { type Activity, type ActivityDetail, type ActivityUpdateBody, activity, type Occurrence } from "#/api/api";
import { cache } from "#/kit/cache";
import { edit } from "#/kit/edit";
import { inTurn, known } from "#/kit/known";
import { toast } from "#/kit/Toast";
import type { Filter } from "./search";
import { t } from "./words";

/** What else shows figures that follow from a completed activity. */
const follows = [["evidence"], ["control"], ["framework"], ["dashboard"], ["history"], ["task"]];

export const listKey = (f: Filter) => ["activity", "list", f] as const;
export const fetchList = (f: Filter) => (page: number, limit: number) => activity.list({ ...f, page, limit });
export const detailQuery = (id: string) => queryOptions({ queryKey: ["activity", "get", id], queryFn: () => activity.get({ id }) });
export const facetsQuery = (q: string | undefined) =>
  queryOptions({ queryKey: ["activity", "facets", q ?? ""], queryFn: () => activity.facets({ q }), staleTime: 30_000 });
export const columnQuery = (f: Filter) =>
  queryOptions({ queryKey: ["activity", "column", f], queryFn: () => activity.list({ ...f, limit: 100 }) });
export const calendarQuery = (from: string, to: string, owner: string | undefined) =>
  queryOptions({ queryKey: ["activity", "calendar", from, to, owner ?? ""], queryFn: () => activity.calendar({ from, to, owner }) });

/** Changes an activity. `shown` is what it looks like at once, where that is more than what is sent. */
export function change(a: Activity, body: ActivityUpdateBody, said: string = t("saved"), shown: Partial<ActivityDetail> = {}) {
  const { controls: _, evidence: __, ...plain } = body;
  return edit<ActivityDetail, ActivityDetail>({
    module: "activity",
    ids: [a.id],
    change: { ...plain, ...shown },
    send: () => inTurn(a.id, () => activity.update({ id: a.id, version: known<Activity>("activity", a.id)?.version ?? a.version, body })),
    said,
    refresh: follows,
  });
}

export const setOwner = (a: Activity, owner: string, name: string) =>
  change(a, { owner }, name ? t("owner_set", { name }) : t("owner_gone"), { owner_name: name });

/** Something of an occurrence was changed by `send`: says so and reads again what shows it. */
export async function act(send: () => Promise<Occurrence>, said: string): Promise<Occurrence | undefined> {
  try {
    const out = await send();
    toast.saved(said, out);
    return out;
  } catch (e) {
    toast.failed(e);
    return undefined;
  } finally {
    void refreshAll();
  }
}

/** An activity or an occurrence came, went or moved: all that shows them reads anew. */
export async function refreshAll() {
  await cache.invalidateQueries({ queryKey: ["activity"] });
  for (const queryKey of follows) void cache.invalidateQueries({ queryKey });
}
