import { queryOptions } from "@tanstack/react-query";
import { type Control, type ControlDetail, type ControlUpdateBody, control, framework } from "#/api/api";
import { cache } from "#/kit/cache";
import { edit } from "#/kit/edit";
import { inTurn, known } from "#/kit/known";
import { type Status, statusName } from "#/kit/Status";
import { toast } from "#/kit/Toast";
import type { PageOf } from "#/kit/useWindow";
import type { EvidenceState, Filter } from "./search";
import { t } from "./words";

/** What else shows figures that follow from controls. */
const follows = [["framework"], ["evidence"], ["dashboard"], ["history"]];

export const listKey = (f: Filter) => ["control", "list", f] as const;
export const fetchList = (f: Filter) => (page: number, limit: number) => control.list({ ...f, page, limit });

export const detailQuery = (id: string) => queryOptions({ queryKey: ["control", "get", id], queryFn: () => control.get({ id }) });

/** The values to filter by, and how many rows each has. */
export const facetsQuery = (q: string | undefined, scope?: string) =>
  queryOptions({
    queryKey: scope ? ["control", "facets", q ?? "", scope] : ["control", "facets", q ?? ""],
    queryFn: () => control.facets({ q, scope }),
    staleTime: 30_000,
  });

export const frameworksQuery = queryOptions({ queryKey: ["framework", "list"], queryFn: () => framework.list(), staleTime: 60_000 });

/** How a control stands if this is claimed of it, until the server says so. */
function weighed(c: Control, status: Control["status"]): Pick<Control, "status" | "effective"> {
  if (status !== "implemented") return { status, effective: status };
  return { status, effective: c.evidence === "complete" ? "implemented" : "unproven" };
}

/** Says how far a control is. */
export function claim(c: Control, status: Control["status"], justification = "", showChange?: () => void) {
  return edit<Control, ControlDetail>({
    module: "control",
    ids: [c.id],
    change: weighed(c, status),
    send: () => inTurn(c.id, () => control.claim({ id: c.id, body: { status, was: c.status, justification } })),
    said: t("set_to", { ref: c.ref, status: statusName(status) }),
    refresh: follows,
    showChange,
  });
}

/** Changes words, family or owner of a control. `shown` is what it looks like at once, where that is more than what is sent. */
export function change(c: Control, body: ControlUpdateBody, said: string, shown: Partial<ControlDetail> = {}) {
  return edit<ControlDetail, ControlDetail>({
    module: "control",
    ids: [c.id],
    change: { ...body, ...shown },
    send: () => inTurn(c.id, () => control.update({ id: c.id, version: known<Control>("control", c.id)?.version ?? c.version, body })),
    said,
    refresh: follows,
  });
}

export function assign(c: Control, owner: string, name: string) {
  return change(c, { owner }, name ? t("assigned", { ref: c.ref, name }) : t("owner_removed", { ref: c.ref }), { owner_name: name });
}

/** Something that hangs on a control was changed by `send`: says so and reads again what shows it. */
export async function attach<Out>(id: string, send: () => Promise<Out>, said: string): Promise<Out | undefined> {
  try {
    const out = await send();
    toast.saved(said, out);
    await refreshControl(id);
    return out;
  } catch (e) {
    toast.failed(e);
    return undefined;
  }
}

/** Reads a control again where it is shown, with what follows from it. Lists keep their rows. */
export async function refreshControl(id: string) {
  await cache.invalidateQueries({ queryKey: ["control", "get", id] });
  const row = await cache.fetchQuery(detailQuery(id)).catch(() => undefined);
  if (row)
    cache.setQueriesData<PageOf<Control>>(
      { queryKey: ["control", "list"] },
      (d) => d?.items && { ...d, items: d.items.map((r) => (r.id === id ? { ...r, ...row } : r)) },
    );
  for (const queryKey of follows) void cache.invalidateQueries({ queryKey });
}

/** A control came or went: lists count anew. */
export async function refreshAll() {
  await cache.invalidateQueries({ queryKey: ["control"] });
  for (const queryKey of follows) void cache.invalidateQueries({ queryKey });
}

/** The look of an evidence state: that of a status with the same meaning. */
export const evidenceLook: Record<EvidenceState, Status> = {
  complete: "current",
  partial: "attention",
  missing: "gap",
  none: "gap",
};
