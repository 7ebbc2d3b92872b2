import type { QueryKey } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { FacetValue } from "#/api/api";
import type { About } from "../about/data";
import type { History } from "../History";
import type { Ask } from "../useWindow";
import { type Filterable, parserOf, type Words } from "./address";
import type { Aim, Bulked } from "./bulk";
import { wire } from "./data";
import { type Field, ofKind, type Row, readText } from "./fields";

type Format = "csv" | "xlsx";
/** A register's part of api.ts, as it is generated. */
type Api<T, D, F, B, N, S> = {
  list: (query?: F) => Promise<{ items: T[]; total: number; page: number; limit: number }>;
  facets: (query: { q?: string }) => Promise<Record<string, FacetValue[]>>;
  export: (query: NoInfer<F> & { format: Format; columns?: string[] }) => string;
  get: (in_: { id: string }) => Promise<D>;
  create: (in_: { body: N }) => Promise<D>;
  update: (in_: { id: string; version: number; body: B }) => Promise<D>;
  delete: (in_: { id: string }) => Promise<unknown>;
  bulk: (in_: { body: Aim<Omit<NoInfer<F>, "sort">> & { set: S } }) => Promise<Bulked>;
};

type Definition<T> = {
  /** The module: what is cached, comments, links, history, views and custom fields go by it. */
  kind: About["kind"] & Parameters<typeof History>[0]["table"];
  /** Its page below the organisation: "vendors". */
  path: string;
  icon: ReactNode;
  /** "Risks", "risks", "Risk details", "New risk" and what stands under it, "Create risk", "RSK-0007 created", "12 risks". */
  words: {
    title: string;
    lower: string;
    details: string;
    add: string;
    add_more?: string;
    create: string;
    created: (name: string) => string;
    count: (n: number) => string;
  };
  fields: readonly Field<T>[];
  /** What a record is called that has no title of its own. */
  called?: (row: T) => string;
  /** What an address holds that is no field's: `{ overdue: flag }`. */
  more?: Readonly<Record<string, (v: unknown) => unknown>>;
  /** What else shows its records, or figures of them. */
  follows?: readonly QueryKey[];
  /** Its name among the imports. */
  import?: string;
};

/** What the fields of a record need to be shown and changed. */
export type Editing<T> = Pick<Definition<T>, "kind" | "fields"> & {
  /** Changes one field by its name. */
  set: (row: T, name: string, value: unknown, shown?: Words) => unknown;
};

/** A register: its declaration, and how its records are read and written. */
export type RegisterOf<T extends Row, D extends T = T, F extends Filterable = Filterable, B = never> = Definition<T> &
  Editing<T> & {
    /** Reads the words of an address. */
    parse: (words: Words) => F;
    /** "RSK-0007", or the title where rows have no number. */
    nameOf: (row: T) => string;
    titleOf: (row: T) => string;
    fetch(filter: F): Ask<T>;
    facets: (q: string | undefined) => Promise<Record<string, FacetValue[]>>;
    export(filter: F, format: Format, columns?: string[]): string;
    /** Changes a record. It looks so at once; `shown` is how, where that is more than what is sent. */
    change(row: T, body: B, shown?: Partial<D>): Promise<D | undefined>;
    create: (body: Words) => Promise<D>;
    bulk(aim: Aim<Omit<F, "sort">>, set: Words): Promise<Bulked>;
    remove: (row: T, gone: () => Promise<void>) => Promise<void>;
    refreshAll: () => Promise<void>;
    detailQuery: ReturnType<typeof wire<T, D, never>>["detailQuery"];
  };

/** Makes a register of its part of api.ts and its declaration. */
export function register<T extends Row, D extends T, F extends Filterable, B extends Partial<D>, N, S>(
  api: Api<T, D, F, B, N, S>,
  def: Definition<T>,
): RegisterOf<T, D, F, B> {
  const [title] = ofKind(def.fields, "title");
  const titleOf = (row: T) => def.called?.(row) ?? (title ? readText(row, title.name) : "");
  const nameOf = (row: T) => row.ref || titleOf(row);
  const { change, remove, refreshAll, detailQuery } = wire<T, D, B>({
    list: def.kind,
    get: api.get,
    update: api.update,
    delete: api.delete,
    nameOf,
    follows: def.follows,
  });
  return {
    ...def,
    parse: parserOf<T, F>(def.fields, def.more),
    nameOf,
    titleOf,
    fetch: (filter) => (page, limit) => api.list({ ...filter, page, limit }),
    facets: (q) => api.facets({ q }),
    export: (filter, format, columns) => api.export({ ...filter, format, columns }),
    change,
    remove,
    refreshAll,
    detailQuery,
    // The names come from the declaration, which has checked them: what is written under them is the server's to judge.
    set: (row, name, value, shown) => change(row, { [name]: value } as B, { [name]: value, ...shown } as Partial<D>),
    create: (body) => api.create({ body: body as N }),
    bulk: (aim, set) => api.bulk({ body: { ...aim, set: set as S } }),
  };
}
