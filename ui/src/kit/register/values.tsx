import type { ReactNode } from "react";
import { Person } from "../Avatar";
import { RecordLinkTo } from "../about/kinds";
import { num, shortDate } from "../format";
import { StatusIcon } from "../Status";
import { Tag, Tags } from "../Tag";
import { Due, DueFull } from "../When";
import { type Choice, type Field, read, readText, readTexts } from "./fields";
import { t } from "./words";

/** A value of a choice: its word, with the sign that goes with it. */
export function ChoiceLabel({ choice: c }: { choice: Choice }) {
  if (c.tone) return <Tag tone={c.tone}>{c.label}</Tag>;
  return (
    <span className="inline-flex min-w-0 items-center gap-2 whitespace-nowrap">
      {c.look ? <StatusIcon s={c.look} /> : c.icon}
      <span className="truncate">{c.label}</span>
    </span>
  );
}

/** The word of a value that was chosen; one that this build does not know keeps its own. */
const choiceOf = (choices: readonly Choice[], value: string): Choice | undefined =>
  value === "" ? undefined : (choices.find((c) => c.value === value) ?? { value, label: value });

/** A value in words: for labels that are heard, and where there is no room for more. Empty where there is nothing. */
export function valueText<T extends object>(f: Field<T>, row: T): string {
  const v = read(row, f.name);
  switch (f.kind) {
    case "choice":
      return choiceOf(f.choices, readText(row, f.name))?.label ?? "";
    case "many":
      return readTexts(row, f.name)
        .map((o) => choiceOf(f.choices, o)?.label ?? o)
        .join(", ");
    case "person":
    case "record":
      return readText(row, `${f.name}_name`);
    case "date": {
      const day = readText(row, f.name);
      return day && shortDate(day);
    }
    case "flag":
      return v === true ? (f.yes ?? t("yes")) : (f.no ?? t("no"));
    case "number":
      return typeof v === "number" && v !== 0 ? `${num(v)} ${f.unit ?? ""}`.trim() : "";
  }
  return readText(row, f.name);
}

/** The same for a label: what is heard has what is seen in it, also where there is nothing. */
export const said = <T extends object>(f: Field<T>, row: T): string =>
  `${f.label}: ${valueText(f, row) || f.empty || (f.kind === "person" ? t("nobody") : t("empty"))}`;

type ValueProps<T> = { f: Field<T>; row: T /** At length, as in the record; otherwise as in a cell. */; full?: boolean };

/** A value as it is read. */
export function Value<T extends object>({ f, row, full }: ValueProps<T>): ReactNode {
  const words = valueText(f, row);
  const nothing = <span className="truncate text-fg-3">{f.empty ?? "–"}</span>;
  switch (f.kind) {
    case "own":
      return full ? f.value?.(row) : f.cell?.(row);
    case "ref":
      return <span className="ref shrink-0 text-xs whitespace-nowrap text-fg-3">{words}</span>;
    case "title":
      return (
        <span className="truncate font-medium" title={words}>
          {words}
        </span>
      );
    case "choice": {
      const c = choiceOf(f.choices, readText(row, f.name));
      return c ? <ChoiceLabel choice={c} /> : nothing;
    }
    case "many":
      return words ? <Tags values={words.split(", ")} max={full ? 100 : 2} wrap={full} /> : nothing;
    case "person":
      return <Person name={words} nobody={f.empty ?? t("nobody")} />;
    case "date": {
      const at = { value: readText(row, f.name), soon: f.soon, done: f.done?.(row) };
      return full ? <DueFull {...at} /> : <Due {...at} />;
    }
    case "record": {
      const id = readText(row, f.name);
      return id && full ? (
        <RecordLinkTo path={f.to(id)} className="block truncate text-accent-text hover:underline">
          {words}
        </RecordLinkTo>
      ) : words ? (
        <span className="truncate text-fg-2">{words}</span>
      ) : (
        nothing
      );
    }
    case "link":
      // Only what a browser opens as a page becomes a link.
      return /^https?:\/\//i.test(words) ? (
        <a href={words} target="_blank" rel="noreferrer noopener" className="block truncate text-accent-text hover:underline">
          {words.replace(/^https?:\/\//i, "")}
        </a>
      ) : words ? (
        words
      ) : (
        nothing
      );
    case "number":
      return words ? <span className="tnum text-fg-2">{words}</span> : nothing;
  }
  return words ? <span className="truncate text-fg-2">{words}</span> : nothing;
}
