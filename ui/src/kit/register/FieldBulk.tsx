import type { ReactNode } from "react";
import { useSession } from "#/shell/session";
import { BulkTags } from "../about/BulkTags";
import { countSelected, type Selection } from "../selection";
import type { Filterable, Words } from "./address";
import { aimOf, BulkChoice, BulkDay, BulkOwner, BulkRecord, BulkText, now, useBulk } from "./bulk";
import type { RegisterOf } from "./define";
import { choosable, type Row } from "./fields";
import { ChoiceLabel } from "./values";

type Props<T extends Row, D extends T, F extends Filterable> = {
  of: RegisterOf<T, D, F>;
  selected: Selection<T>;
  total: number;
  filter: F;
  done: () => void;
  /** What the module adds. */
  children?: ReactNode;
};

/** What can be done with the rows that are chosen: one step each, that one Undo takes back. */
export function FieldBulk<T extends Row, D extends T, F extends Filterable>({
  of,
  selected,
  total,
  filter,
  done,
  children,
}: Props<T, D, F>) {
  const who = useSession();
  const run = useBulk<T>({ list: of.kind, selected, done, refresh: of.refreshAll });
  const send = (set: Words, shown: Words = set, said?: (n: number) => string) =>
    // What rows look like until the server has answered: the same names and values.
    run(() => of.bulk(aimOf(selected, filter), set), shown as Partial<T>, said);
  return (
    <>
      {of.fields
        .filter((f) => f.bulk)
        .map((f) =>
          f.kind === "choice" ? (
            <BulkChoice
              key={f.name}
              label={f.label}
              icon={f.icon}
              choices={choosable(f, who).map((c) => ({ value: c.value, label: <ChoiceLabel choice={c} /> }))}
              onPick={(v) => now(send({ [f.name]: v }))}
            />
          ) : f.kind === "person" ? (
            <BulkOwner
              key={f.name}
              label={f.label}
              nobody={f.empty}
              onPick={(id, name) => now(send({ [f.name]: id }, { [f.name]: id, [`${f.name}_name`]: name }))}
            />
          ) : f.kind === "record" ? (
            <BulkRecord
              key={f.name}
              f={f}
              name={`${of.kind} ${f.name}`}
              onPick={(o) => now(send({ [f.name]: o.value }, { [f.name]: o.value, [`${f.name}_name`]: o.value && o.label }))}
            />
          ) : f.kind === "date" ? (
            <BulkDay
              key={f.name}
              name={f.name}
              label={f.label}
              n={countSelected(selected, total)}
              send={(day) => send({ [f.name]: day })}
            />
          ) : f.kind === "text" ? (
            <BulkText
              key={f.name}
              name={f.name}
              label={f.label}
              icon={f.icon}
              max={f.max}
              suggest={f.suggest}
              n={countSelected(selected, total)}
              send={(text) => send({ [f.name]: text })}
            />
          ) : null,
        )}
      {children}
      <BulkTags kind={of.kind} selected={tagged(selected)} send={(set, said) => now(send(set, {}, said))} />
    </>
  );
}

/** The tags of the rows that are chosen, as far as they are known. */
const tagged = <T extends Row>(s: Selection<T>) =>
  s.all ? s : { all: false as const, rows: new Map([...s.rows].map(([id, r]) => [id, { tags: r.tags ?? [] }])) };
