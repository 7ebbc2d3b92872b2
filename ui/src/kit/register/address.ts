import { flag, list, manyOf, oneOf, text } from "../search";
import type { Field } from "./fields";

/** What the address of a register holds beside its filter: the open record, the form, the saved view. */
export type Place = { open?: string; new?: true; view?: string };
/** What every register can be asked for. */
export type Filterable = { q?: string; sort?: string };
export type Words = Record<string, unknown>;
type Parse = (v: unknown) => unknown;

export const placeOf = (s: Words): Place => ({ view: text(s.view), open: text(s.open), new: flag(s.new) });

/** The name under which the server sorts by a field. */
export const sortOf = <T>(f: Field<T>): string | undefined => (f.column?.sort === true ? f.name : f.column?.sort);

/** The names that a list can be sorted by, upwards and downwards. */
export const sortsOf = <T>(fields: readonly Field<T>[]): readonly string[] =>
  [...fields.map(sortOf).filter((s) => s !== undefined), "updated_at"].flatMap((s) => [s, `-${s}`]);

function parseOf<T>(f: Field<T>): Parse {
  if (f.kind === "choice" || f.kind === "many") {
    const values = f.choices.map((c) => c.value);
    return (v) => manyOf(v, values);
  }
  return f.kind === "flag" ? flag : text;
}

/**
 * Makes what reads a filter and its order out of an address or a saved view; `more` are the words of a register that are no
 * field's. What an address says wrongly is ignored.
 */
export function parserOf<T, F>(fields: readonly Field<T>[], more: Readonly<Record<string, Parse>> = {}): (s: Words) => F {
  const sorts = sortsOf(fields);
  const parsers: readonly (readonly [string, Parse])[] = [
    ["q", text],
    ...fields.filter((f) => f.facet).map((f) => [f.name, parseOf(f)] as const),
    ...Object.entries(more),
    ["tag", list],
    ["field", list],
    ["sort", (v) => oneOf(v, sorts)],
  ];
  return (s) => Object.fromEntries(parsers.map(([name, parse]) => [name, parse(s[name])])) as F;
}
