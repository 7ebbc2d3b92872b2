import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { type FrameworkDetail, type FrameworkUpdateRequirementBody, framework, type RequirementDetail, statement } from "#/api/api";
import { cache } from "#/kit/cache";
import { edit } from "#/kit/edit";
import { toast } from "#/kit/Toast";
import { t } from "./words";

/** The frameworks that are on. */
export const listQuery = queryOptions({ queryKey: ["framework", "list"], queryFn: () => framework.list(), staleTime: 30_000 });
/** All of them, also those that were turned off. */
export const allQuery = queryOptions({
  queryKey: ["framework", "all"],
  queryFn: () => framework.list({ archived: true }),
  staleTime: 30_000,
});
export const libraryQuery = queryOptions({ queryKey: ["framework", "library"], queryFn: () => framework.library(), staleTime: 30_000 });
export const detailQuery = (id: string) => queryOptions({ queryKey: ["framework", "get", id], queryFn: () => framework.get({ id }) });
export const treeQuery = (id: string, scope?: string) =>
  queryOptions({
    queryKey: scope ? ["framework", "tree", id, scope] : ["framework", "tree", id],
    queryFn: () => framework.tree({ id, scope }),
  });
export const requirementQuery = (id: string, scope?: string) =>
  queryOptions({
    queryKey: scope ? ["requirement", "in", id, scope] : ["requirement", "get", id],
    queryFn: () => framework.requirement({ id, scope }),
  });
/** The organisation and the products that answer to a framework, with how far each is. */
export const productsOfQuery = (id: string) =>
  queryOptions({ queryKey: ["framework", "products", id], queryFn: () => framework.products({ id }), staleTime: 30_000 });
export const baselinesQuery = (id: string) =>
  queryOptions({ queryKey: ["framework", "baselines", id], queryFn: () => framework.baselines({ id }) });
export const statementQuery = (id: string, scope?: string) =>
  queryOptions({ queryKey: ["framework", "statement", id, scope ?? ""], queryFn: () => framework.statement({ id, scope }) });

/** How a requirement is met, in words, or a draft of it. */
export const howMetQuery = (id: string) => queryOptions({ queryKey: ["statement", "of", id], queryFn: () => statement.of({ id }) });
/** What plans say of the system. */
export const systemQuery = queryOptions({ queryKey: ["statement", "system"], queryFn: () => statement.system() });

export const relationsQuery = (id: string) =>
  queryOptions({ queryKey: ["requirement", "relations", id], queryFn: () => framework.relations({ id }) });
export const suggestionsQuery = (id: string, dismissed: boolean) =>
  queryOptions({
    queryKey: ["requirement", "suggestions", id, dismissed],
    queryFn: () => framework.suggestions({ id, dismissed: dismissed || undefined }),
    placeholderData: keepPreviousData,
  });
export const crosswalkQuery = (id: string) =>
  queryOptions({ queryKey: ["framework", "crosswalk", id], queryFn: () => framework.crosswalk({ id }) });
export const compareQuery = (id: string, other: string) =>
  queryOptions({ queryKey: ["framework", "compare", id, other], queryFn: () => framework.compare({ id, other }) });
export const editionQuery = (id: string) =>
  queryOptions({ queryKey: ["framework", "edition", id], queryFn: () => framework.edition({ id }) });
export const setsQuery = queryOptions({ queryKey: ["framework", "sets"], queryFn: () => framework.relation_sets(), staleTime: 30_000 });

/** What else shows figures that follow from frameworks and their requirements. */
const follows = [["framework"], ["statement"], ["control"], ["evidence"], ["dashboard"], ["history"]];
/** Reads all that again. What is `gone` is not asked for again, though it may still stand on the screen for a moment. */
export async function refreshAll(gone?: string) {
  const predicate = (q: { queryKey: readonly unknown[] }) => gone === undefined || !q.queryKey.includes(gone);
  await Promise.all([["requirement"], ...follows].map((queryKey) => cache.invalidateQueries({ queryKey, predicate })));
}

/** Does something to a framework, says so with Undo, and reads again what follows. A failure is left to the caller. */
export async function act<Out>(send: () => Promise<Out>, said: string | ((out: Out) => string), description?: string): Promise<Out> {
  const out = await send();
  toast.saved(typeof said === "string" ? said : said(out), out, { description });
  await refreshAll();
  return out;
}
/** The same where no dialog stands that could show the failure. */
export const actNow = <Out>(send: () => Promise<Out>, said: string | ((out: Out) => string)) =>
  void act(send, said).catch((e) => toast.failed(e));

export function changeFramework(f: FrameworkDetail, body: Parameters<typeof framework.update>[0]["body"], said: string) {
  return edit<FrameworkDetail, FrameworkDetail>({
    module: "framework",
    ids: [f.id],
    change: body,
    send: () => framework.update({ id: f.id, version: f.version, body }),
    said,
    refresh: follows,
  });
}

/** Says whether a requirement applies, to the organisation or to one product. */
export function setApplies(
  r: RequirementDetail,
  scope: string | undefined,
  applicable: boolean,
  justification: string | undefined,
  said: string,
) {
  if (!scope) return changeRequirement(r, { applicable, justification }, said);
  return act(() => framework.update_requirement({ id: r.id, version: r.version, body: { scope, applicable, justification } }), said);
}

/** Changes a requirement's words, or says whether it applies. */
export function changeRequirement(r: RequirementDetail, body: FrameworkUpdateRequirementBody, said: string = t("saved", { ref: r.ref })) {
  return edit<RequirementDetail, RequirementDetail>({
    module: "requirement",
    ids: [r.id],
    change: body,
    send: () => framework.update_requirement({ id: r.id, version: r.version, body }),
    said,
    refresh: follows,
  });
}
