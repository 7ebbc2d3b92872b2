import { queryOptions } from "@tanstack/react-query";
import { comment, field, link, type RecordTag, tag, view } from "#/api/api";
import { cache } from "../cache";
import { patchRows } from "../edit";
import { toast } from "../Toast";

/** Which record: its kind, as the server calls it, and its id. */
export type About = { kind: string; id: string };

export const commentsQuery = ({ kind, id }: About) =>
  queryOptions({ queryKey: ["comment", kind, id], queryFn: () => comment.list({ kind, id }) });
export const linksQuery = ({ kind, id }: About) => queryOptions({ queryKey: ["link", kind, id], queryFn: () => link.list({ kind, id }) });
export const graphQuery = ({ kind, id }: About, depth: number) =>
  queryOptions({ queryKey: ["link", "graph", kind, id, depth], queryFn: () => link.graph({ kind, id, depth }) });
export const reachQuery = ({ kind, id }: About, direction: "needed_by" | "needs") =>
  queryOptions({ queryKey: ["link", "reach", kind, id, direction], queryFn: () => link.reach({ kind, id, direction }) });
export const tagsQuery = queryOptions({ queryKey: ["tag", "list"], queryFn: () => tag.list(), staleTime: 60_000 });
export const tagsOfQuery = ({ kind, id }: About) => queryOptions({ queryKey: ["tag", kind, id], queryFn: () => tag.of({ kind, id }) });
/** All custom fields, those that are archived too. */
export const fieldsQuery = queryOptions({ queryKey: ["field", "list"], queryFn: () => field.list(), staleTime: 60_000 });
export const fieldsOfQuery = ({ kind, id }: About) =>
  queryOptions({ queryKey: ["field", kind, id], queryFn: () => field.of({ kind, id }) });
export const viewsQuery = (list: string) =>
  queryOptions({ queryKey: ["view", list], queryFn: () => view.list({ list }), staleTime: 60_000 });

/** Reads again what hangs on a record, and its history. */
export const refresh = (...what: readonly string[]) =>
  Promise.all([...what, "history"].map((first) => cache.invalidateQueries({ queryKey: [first] })));

/** Does something, says so with Undo, and reads again. A failure is said. */
export async function act<Out>(what: readonly string[], send: () => Promise<Out>, said?: string): Promise<Out | undefined> {
  try {
    const out = await send();
    if (said) toast.saved(said, out);
    await refresh(...what);
    return out;
  } catch (e) {
    toast.failed(e);
    return undefined;
  }
}

/** Adds tags by name, and removes some by id. Lists that show the record follow. */
export async function putTags({ kind, id }: About, add: string[], remove: string[]) {
  try {
    const out = await tag.put({ kind, id, body: { add, remove } });
    cache.setQueryData(tagsOfQuery({ kind, id }).queryKey, out);
    patchRows<{ id: string; tags: RecordTag[] }>(kind, (r) => r.id === id, { tags: out.tags });
    await refresh("tag");
  } catch (e) {
    toast.failed(e);
  }
}

/** Fills in one custom field. */
export async function setField({ kind, id }: About, key: string, value: unknown, said: string) {
  const out = await field.set({ kind, id, body: { custom: { [key]: value } } });
  cache.setQueryData(fieldsOfQuery({ kind, id }).queryKey, out);
  patchRows<{ id: string; custom: Record<string, unknown> }>(kind, (r) => r.id === id, { custom: out.custom });
  toast.saved(said, out);
  await refresh("field");
}
