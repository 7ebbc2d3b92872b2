import { type QueryKey, queryOptions } from "@tanstack/react-query";
import { cache } from "../cache";
import { edit } from "../edit";
import { inTurn, known } from "../known";
import { remove } from "../remove";
import { t } from "./words";

type Rec = { id: string; title: string; version: number };
type Wires<D extends Rec, B extends object> = {
  /** Rows are cached under [list, "list", …], records under [list, "get", id]. */
  list: string;
  get: (in_: { id: string }) => Promise<D>;
  update: (in_: { id: string; version: number; body: B }) => Promise<D>;
  delete: (in_: { id: string }) => Promise<unknown>;
  /** What else shows its records, or figures of them. */
  follows?: readonly QueryKey[];
};

/** How a register reads and writes one of its records: rows on screen change at once, a refusal puts them back. */
export function wire<D extends Rec, B extends object>(w: Wires<D, B>) {
  const follows = [["history"], ["dashboard"], ...(w.follows ?? [])];
  const refreshAll = async () => {
    await cache.invalidateQueries({ queryKey: [w.list] });
    for (const queryKey of follows) void cache.invalidateQueries({ queryKey });
  };
  return {
    detailQuery: (id: string) => queryOptions({ queryKey: [w.list, "get", id], queryFn: () => w.get({ id }) }),
    /** Changes a record; `shown` is what it looks like until the server has answered. */
    change: (o: Rec, body: B, shown: Partial<D>) =>
      edit<D, D>({
        module: w.list,
        ids: [o.id],
        change: shown,
        send: () => inTurn(o.id, () => w.update({ id: o.id, version: known<Rec>(w.list, o.id)?.version ?? o.version, body })),
        said: t("saved", { name: o.title }),
        refresh: follows,
      }),
    /** Deletes a record whose sidecar `gone` closes. */
    remove: (o: Rec, gone: () => Promise<void>) =>
      remove({
        send: () => w.delete({ id: o.id }),
        gone,
        forget: [[w.list, "get", o.id]],
        said: t("deleted", { name: o.title }),
        refresh: refreshAll,
      }),
    /** Records came or went, or many changed: lists count anew. */
    refreshAll,
  };
}
