import { queryOptions } from "@tanstack/react-query";
import { policy } from "#/api/api";
import { act } from "#/kit/about/data";
import { cache } from "#/kit/cache";

export const detailQuery = (id: string) => queryOptions({ queryKey: ["policy", "get", id], queryFn: () => policy.get({ id }) });

/** What policies show, and what shows them: read again after a step that moves more than one field. */
export const refreshAll = async () => {
  await cache.invalidateQueries({ queryKey: ["policy"] });
  for (const first of ["history", "dashboard", "link", "mywork", "notification"]) void cache.invalidateQueries({ queryKey: [first] });
};

export const versionQuery = (id: string) =>
  queryOptions({ queryKey: ["policy", "version", id], queryFn: () => policy.version({ id }), enabled: id !== "" });
export const diffQuery = (id: string, against: string) =>
  queryOptions({ queryKey: ["policy", "diff", id, against], queryFn: () => policy.diff({ id, against: against || undefined }) });
export const figuresQuery = queryOptions({ queryKey: ["policy", "figures"], queryFn: () => policy.figures() });
export const coverageQuery = queryOptions({ queryKey: ["policy", "coverage"], queryFn: () => policy.coverage() });
export const templatesQuery = queryOptions({ queryKey: ["policy", "templates"], queryFn: () => policy.templates(), staleTime: 60_000 });
export const settingsQuery = queryOptions({ queryKey: ["policy", "settings"], queryFn: () => policy.settings() });
export const mineQuery = queryOptions({ queryKey: ["policy", "mine"], queryFn: () => policy.mine() });
export const readingQuery = (id: string) =>
  queryOptions({ queryKey: ["policy", "reading", id], queryFn: () => policy.my_version({ id }), staleTime: Number.POSITIVE_INFINITY });

/** Takes a step with a policy or a version, says so, and reads again what it moved. A refusal is said. */
export async function step<Out>(send: () => Promise<Out>, said: string): Promise<Out | undefined> {
  const out = await act(["policy"], send, said);
  void refreshAll();
  return out;
}
