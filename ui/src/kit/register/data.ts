import { type QueryKey, queryOptions } from "@tanstack/react-query";
import { cache } from "../cache";
import { edit } from "../edit";
import { inTurn, known } from "../known";
import { remove } from "../remove";
import { t } from "./words";

type Rec = { id: string; version: number };
type Wires<T extends Rec, D extends T, B extends Partial<D>> = {
  /** Rows are cached under [list, "list", …], records under [list, "get", id]. */
  list: string;
  get: (in_: { id: string }) => Promise<D>;
  update: (in_: { id: string; version: number; body: B }) => Promise<D>;
  delete: (in_: { id: string }) => Promise<unknown>;
  /** How a record is called where it is said what was done with it. */
  nameOf: (o: T) => string;
  /** What else shows its records, or figures of them. */
  follows?: readonly QueryKey[];
};

/** How a register reads and writes one of its records: rows on screen change at once, a refusal puts them back. */
export function wire<T extends Rec, D extends T, B extends Partial<D>>(w: Wires<T, D, B>) {
  const follows = [["history"], ["dashboard"], ...(w.follows ?? [])];
  const refreshAll = async () => {
    await cache.invalidateQueries({ queryKey: [w.list] });
    for (const queryKey of follows) void cache.invalidateQueries({ queryKey });
  };
  return {
    detailQuery: (id: string) => queryOptions({ queryKey: [w.list, "get", id], queryFn: () => w.get({ id }) }),
    /** Changes a record; `shown` is what it looks like until the server has answered, where that is not what was sent. */
    change: (o: T, body: B, shown: Partial<D> = body) =>
      edit<D, D>({
        module: w.list,
        ids: [o.id],
        change: shown,
        send: () => inTurn(o.id, () => w.update({ id: o.id, version: known<Rec>(w.list, o.id)?.version ?? o.version, body })),
        said: t("saved", { name: w.nameOf(o) }),
        refresh: follows,
      }),
    /** Deletes a record; `gone` closes what shows it. */
    remove: (o: T, gone: () => Promise<void>) =>
      remove({
        send: () => w.delete({ id: o.id }),
        gone,
        forget: [[w.list, "get", o.id]],
        said: t("deleted", { name: w.nameOf(o) }),
        refresh: refreshAll,
      }),
    /** Records came or went, or many changed: lists count anew. */
    refreshAll,
  };
}
