/*
 * The ground that registers share: risks, vendors, assets, people. A register is declared once, and its list, filters, cells
 * that are edited where they stand, bulk actions, properties, texts, page, form, export and address are made of that.
 *
 * A module is a folder of:
 *   fields.tsx   `export const vendors = register(vendor, { kind: "vendor", path: "vendors", …, fields: fieldsOf<Vendor>()([…]) })`
 *   VendorList   `<RegisterPage of={vendors} record={parts} views={…} />` and `<RecordPage of={vendors} record={parts} />`
 *   routes.tsx   `export const vendorRoutes = registerRoutes("vendors", () => import("./VendorList"), "VendorList", "VendorPage")`
 *   words.ts     its words; and files for what is special: sections of the record, maps, buttons.
 *
 * A field costs one entry, in the order in which it stands in table and record:
 *   { kind: "choice", name: "status", label: t("status"), icon: <CircleDashed />, choices: [{ value: "open", label: t("open"), look: "in_progress" }],
 *     column: { width: 124, priority: 1, sort: true }, facet: true, bulk: true }
 * Without `column` it is no column, without `facet` no filter, without `bulk` no bulk action, without `form` not asked for when
 * a record is made. `fixed` says that it is not changed by hand, or not in this row and why. An `own` field is drawn by the module.
 * Names are checked: they must be names of the row's type whose values suit the kind. Tags, custom fields and "updated" come by themselves.
 */
import type { ReactNode } from "react";
import type { RecordTag } from "#/api/api";
import type { Option } from "../Picker";
import type { Status } from "../Status";
import type { Tone } from "../Tag";

/** What every row of a register has. Long texts may be empty in it until the record is read in full. */
export type Row = { id: string; version: number; updated_at: string; ref?: string; tags?: RecordTag[]; custom?: Record<string, unknown> };

/** Who is looking: what may be changed depends on it. */
export type Who = { editor: boolean; admin: boolean; person: string };

/** One value of a choice: its word, and a status' shape, a tag's tone or an icon beside it. */
export type Choice<V extends string = string> = {
  value: V;
  label: string;
  look?: Status;
  tone?: Tone;
  icon?: ReactNode;
  /** Rows may have it; nobody chooses it by hand. */
  set?: false;
  /** Only an administrator chooses it. */
  admin?: true;
};

type ColumnLook = {
  width: number;
  /** 0 always shows; the higher, the sooner it goes when the table gets narrow. */
  priority: number;
  grow?: true;
  /** Not shown until somebody chooses it. */
  hidden?: true;
  align?: "right";
  /** The server sorts by it: under the field's name, or under another. */
  sort?: true | string;
  /** What the export calls it, where that is not the field's name: several, or none. */
  export?: readonly string[];
};

type Common<T> = {
  label: string;
  icon?: ReactNode;
  column?: ColumnLook;
  /** What it means, beside its name. */
  help?: string;
  /** What is said where there is nothing. */
  empty?: string;
  /** Not among the properties of the record. */
  prop?: false;
  /** Nobody changes it here; or not in this row, with the reason in a sentence. */
  fixed?: true | ((row: T, who: Who) => string | undefined);
  /** A filter beside the search. */
  facet?: true;
  /** Can be set for many at once. */
  bulk?: true;
  /** Asked for when a record is made. */
  form?: true | "required";
  /** Stands on the second line of the card that a row is on a phone. */
  card?: true;
};

/** The kinds of fields, and what each says beside what all say. */
type Kinds<T> = {
  ref: object;
  title: { max?: number; hint?: string };
  /** With `clear`, the word for none, it may be empty again. */
  choice: { choices: readonly Choice[]; clear?: string };
  many: { choices: readonly Choice[] };
  text: { max: number; suggest?: () => Promise<readonly string[]> };
  /** A section of its own in the record. */
  long: { max?: number; aside?: (row: T) => ReactNode };
  link: { max?: number };
  /** A day: amber `soon` days before, red after, quiet when `done`. */
  date: { soon?: number; done?: (row: T) => boolean };
  /** A whole number; 0 is unknown. */
  number: { unit?: string };
  flag: { yes?: string; no?: string };
  /** Shows `<name>_name`. */
  person: object;
  /** The id of another record, shown by `<name>_name`; `find` searches that register, `to` is the record's place below the organisation. */
  record: { find: (q: string, signal: AbortSignal) => Promise<Option[]>; to: (id: string) => string };
  /** Drawn by the module. */
  own: { cell?: (row: T) => ReactNode; value?: (row: T) => ReactNode };
};
export type Kind = keyof Kinds<unknown>;
type Of<T, K extends Kind> = Common<T> & Kinds<T>[K] & { kind: K };

/** A field as the ground works with it: its name has been checked by `fieldsOf`. */
export type Field<T> = { [K in Kind]: Of<T, K> & { name: string } }[Kind];
export type FieldOf<T, K extends Kind> = Extract<Field<T>, { kind: K }>;

/** The names of T whose values are V. */
type Named<T, V> = { [K in keyof T & string]-?: T[K] extends V ? K : never }[keyof T & string];
/** The names of T that stand for something whose name is beside them: `owner` with `owner_name`. */
type Referring<T> = { [K in Named<T, string>]: `${K}_name` extends keyof T ? K : never }[Named<T, string>];
type Values = {
  ref: string;
  title: string;
  text: string;
  link: string;
  date: string;
  number: number | null | undefined;
  flag: boolean;
};
type Chosen<V> = V extends readonly (infer E extends string)[] ? E : V extends string ? Exclude<V, ""> : never;
type Choosing<T, K extends "choice" | "many", V> = {
  [N in Named<T, V>]: Omit<Of<T, K>, "choices"> & { name: N; choices: readonly Choice<Chosen<T[N]>>[] };
}[Named<T, V>];
/** A field as it is declared: a name that the row does not have, or has with values of another kind, does not compile. */
export type Declared<T, D> =
  | { [K in keyof Values]: Of<T, K> & { name: Named<T, Values[K]> } }[keyof Values]
  | (Of<D, "long"> & { name: Named<D, string> })
  | (Of<T, "person"> & { name: Referring<T> })
  | (Of<T, "record"> & { name: Referring<T> })
  | Choosing<T, "choice", string>
  | Choosing<T, "many", readonly string[]>
  | (Of<T, "own"> & { name: string });

/** Declares the fields of rows T; D is the record in full, where that has more texts than its row. */
export const fieldsOf =
  <T extends Row, D extends T = T>() =>
  (fields: readonly Declared<T, D>[]): readonly Field<T>[] =>
    // From here on a name is a string: that it is one of the row's was checked above.
    fields as readonly unknown[] as readonly Field<T>[];

export const read = (row: object, name: string): unknown => Reflect.get(row, name);
export const readText = (row: object, name: string): string => {
  const v = read(row, name);
  return typeof v === "string" || typeof v === "number" ? String(v) : "";
};
export const readTexts = (row: object, name: string): string[] => {
  const v = read(row, name);
  return Array.isArray(v) ? v.map(String) : [];
};

export const ofKind = <T, K extends Kind>(fields: readonly Field<T>[], ...kinds: readonly K[]): FieldOf<T, K>[] =>
  fields.filter((f): f is FieldOf<T, K> => kinds.some((k) => k === f.kind));

/** Why a field of a row is not to be changed: a sentence, "" where there is nothing to say, undefined where it may be. */
export function whyFixed<T>(f: Field<T>, row: T, who: Who): string | undefined {
  if (!who.editor || f.fixed === true || f.kind === "own" || f.kind === "ref") return "";
  return f.fixed?.(row, who);
}

/** What somebody may make a choice now. */
export const offered = <T,>(f: FieldOf<T, "choice">, who: Who): readonly Choice[] => [
  ...(f.clear === undefined ? [] : [{ value: "", label: f.clear }]),
  ...settable(f.choices, who),
];

/** The values that somebody may choose now. */
export const settable = (choices: readonly Choice[], who: Who): readonly Choice[] =>
  choices.filter((c) => c.set !== false && (!c.admin || who.admin));
