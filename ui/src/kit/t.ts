import { createElement, Fragment, type ReactNode } from "react";

/** A text, or the forms of a text that counts `n`. `{name}` stands for a value. */
type Word = string | { readonly one: string; readonly other: string };
type Words = Readonly<Record<string, Word>>;

type Names<S> = S extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never;
type Vars<W> = W extends { one: infer A; other: infer B } ? "n" | Names<A> | Names<B> : Names<W>;
type Values<W, V> = [Vars<W>] extends [never] ? [] : [values: { [K in Vars<W>]: K extends "n" ? number : V }];

/** Speaks the texts of one dictionary: a text that does not exist, or a value left out, does not compile. */
export type Speak<D extends Words> = {
  <K extends keyof D>(key: K, ...values: Values<D[K], string | number>): string;
  /** The same with elements for values: `t.rich("remove", { name: <b>{title}</b> })`. */
  rich<K extends keyof D>(key: K, ...values: Values<D[K], ReactNode>): ReactNode;
};

/** The language of dates and numbers: the browser's, as far as it is English, because the texts are. */
export const locale = /^en\b/i.test(navigator.language) ? navigator.language : "en";
const plural = new Intl.PluralRules("en");
const figure = new Intl.NumberFormat(locale);

/** en-XA shows every text that goes through a dictionary in [accents]; what stays plain was forgotten. `?locale=en-XA` lasts for the tab. */
const pseudo = (() => {
  try {
    const asked = new URLSearchParams(location.search).get("locale");
    if (asked) sessionStorage.setItem("assay.locale", asked);
    return sessionStorage.getItem("assay.locale") === "en-XA";
  } catch {
    return false;
  }
})();
const accents: Record<string, string> = {
  a: "å",
  c: "ç",
  e: "é",
  i: "î",
  n: "ñ",
  o: "ö",
  s: "š",
  u: "ü",
  y: "ý",
  A: "Å",
  C: "Ç",
  E: "É",
  I: "Î",
  N: "Ñ",
  O: "Ö",
  S: "Š",
  U: "Ü",
};
/** Accents every letter and makes the text a third longer, as German would; values stay as they are. */
export function accent(text: string): string {
  const said = text.replace(/\{\w+\}|[a-z]/gi, (m) => (m.length > 1 ? m : (accents[m] ?? m)));
  return `[${said}${"·".repeat(Math.ceil(text.length / 3))}]`;
}

/**
 * Makes the `t` of one module from its English texts. Each module keeps its own, in words.ts beside its screens,
 * so that texts load with the module.
 */
export function dictionary<const D extends Words>(words: D): Speak<D> {
  const pattern = (key: keyof D, values: Record<string, unknown> | undefined) => {
    const word: Word = words[key] ?? String(key);
    const text = typeof word === "string" ? word : plural.select(Number(values?.n)) === "one" ? word.one : word.other;
    return pseudo ? accent(text) : text;
  };
  const say = (v: unknown) => (typeof v === "number" ? figure.format(v) : String(v ?? ""));
  const t = (key: keyof D, values?: Record<string, unknown>) =>
    pattern(key, values).replace(/\{(\w+)\}/g, (_, name: string) => say(values?.[name]));
  t.rich = (key: keyof D, values?: Record<string, ReactNode>) =>
    createElement(
      Fragment,
      null,
      ...pattern(key, values)
        .split(/(\{\w+\})/)
        .map((part) => {
          const name = /^\{(\w+)\}$/.exec(part)?.[1];
          const v = name === undefined ? part : values?.[name];
          return typeof v === "number" ? say(v) : v;
        }),
    );
  return t as Speak<D>;
}
