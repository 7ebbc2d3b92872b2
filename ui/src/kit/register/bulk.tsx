import { useQuery } from "@tanstack/react-query";
import { CalendarClock, ChevronDown, CircleDashed, UserRound } from "lucide-react";
import { type ReactNode, useId, useState } from "react";
import { Button } from "../Button";
import { Dialog, DialogActions } from "../Dialog";
import { patchRows } from "../edit";
import { DateField, TextField } from "../Field";
import { Form, useForm } from "../form";
import { Menu, MenuItem } from "../Menu";
import { FindPicker, type Option, PeoplePicker } from "../Picker";
import { peopleQuery } from "../people";
import type { Selection } from "../selection";
import { toast } from "../Toast";
import { t } from "./words";

/** Which rows a bulk change is aimed at: some by their ids, or all that a filter finds but a few. */
export type Aim<F> = { ids: string[] } | { match: F; except: string[] };
export type Bulked = { updated: number; skipped: readonly { why: string }[] };

/** "3 skipped: It is like this already." */
export function skippedWords(out: Bulked): string | undefined {
  const why = new Map<string, number>();
  for (const s of out.skipped) why.set(s.why, (why.get(s.why) ?? 0) + 1);
  return [...why].map(([sentence, n]) => t("bulk_skipped", { n, why: sentence })).join(" ") || undefined;
}

/** The rows that are chosen, as a bulk change takes them: their order plays no part. */
export function aimOf<T, F extends { sort?: string }>(selected: Selection<T>, filter: F): Aim<Omit<F, "sort">> {
  const { sort: _, ...match } = filter;
  return selected.all ? { match, except: [...selected.except] } : { ids: [...selected.rows.keys()] };
}

type BulkOf<T extends { id: string }> = {
  list: string;
  selected: Selection<T>;
  done: () => void;
  refresh: () => Promise<unknown>;
};

/** Sends one change of many: rows on screen show it at once, a toast says what it did and offers Undo. */
export function useBulk<T extends { id: string }>({ list, selected, done, refresh }: BulkOf<T>) {
  return async (send: () => Promise<Bulked>, shown: Partial<T> = {}, said = (n: number) => t("bulk_saved", { n })): Promise<void> => {
    if (!selected.all) patchRows<T>(list, (row) => selected.rows.has(row.id), shown);
    try {
      const out = await send();
      toast.saved(out.updated > 0 ? said(out.updated) : t("bulk_none"), out, { description: skippedWords(out) });
      done();
    } finally {
      await refresh();
    }
  };
}

/** Does a bulk change without a form: a refusal is said. */
export const now = (work: Promise<void>) => void work.catch((e) => toast.failed(e));

type ChoiceProps<V extends string> = {
  label: string;
  icon?: ReactNode;
  choices: readonly { value: V; label: ReactNode }[];
  onPick: (value: V) => void;
};
/** One of a few values for all rows that are chosen. */
export function BulkChoice<V extends string>({ label, icon = <CircleDashed />, choices, onPick }: ChoiceProps<V>) {
  return (
    <Menu
      side="top"
      trigger={
        <Button variant="ghost">
          <span className="[&>svg]:size-3.5">{icon}</span> {label} <ChevronDown size={12} />
        </Button>
      }
    >
      {choices.map((c) => (
        <MenuItem key={c.value} onClick={() => onPick(c.value)}>
          {c.label}
        </MenuItem>
      ))}
    </Menu>
  );
}

type OwnerProps = { label?: string; nobody?: string; onPick: (owner: string, name: string) => void };
/** A person for all rows that are chosen. */
export function BulkOwner({ label = t("owner"), nobody = t("nobody"), onPick }: OwnerProps) {
  const people = useQuery(peopleQuery).data ?? [];
  return (
    <PeoplePicker
      side="top"
      people={people.filter((p) => p.active)}
      nobody={nobody}
      value={undefined}
      onChange={(owner) => onPick(owner, people.find((p) => p.id === owner)?.name ?? "")}
      trigger={
        <Button variant="ghost" aria-label={label}>
          <UserRound size={14} /> {label} <ChevronDown size={12} />
        </Button>
      }
    />
  );
}

type TextProps = {
  /** The server's name of the field. */
  name: string;
  label: string;
  icon?: ReactNode;
  max: number;
  suggest?: () => Promise<readonly string[]>;
  n: number;
  send: (text: string) => Promise<void>;
};
/** A short text for all rows that are chosen; nothing empties it. */
export function BulkText({ name, label, icon, max, suggest, n, send }: TextProps) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button variant="ghost" onClick={() => setOpen(true)}>
        <span className="[&>svg]:size-3.5">{icon}</span> {label}
      </Button>
      <Dialog open={open} onOpenChange={setOpen} title={t("set_text_title", { label, n })}>
        {open && <TextForm {...{ name, label, max, suggest, send }} close={() => setOpen(false)} />}
      </Dialog>
    </>
  );
}

function TextForm({ name, label, max, suggest, close, send }: Omit<TextProps, "n" | "icon"> & { close: () => void }) {
  const list = useId();
  const known =
    useQuery({ queryKey: ["suggest", name, label], queryFn: () => suggest?.() ?? [], enabled: suggest !== undefined }).data ?? [];
  const form = useForm<Record<string, string>, void>({ start: { [name]: "" }, send: (input) => send(input[name] ?? ""), done: close });
  const text = form.field(name);
  return (
    <Form form={form}>
      <TextField label={label} optional maxLength={max} list={list} autoComplete="off" {...text} value={text.value ?? ""} />
      <datalist id={list}>
        {known.map((k) => (
          <option key={k} value={k} />
        ))}
      </datalist>
      <DialogActions>
        <Button onClick={close}>{t("cancel")}</Button>
        <Button type="submit" variant="primary" pending={form.pending}>
          {t("put")}
        </Button>
      </DialogActions>
    </Form>
  );
}

type RecordProps = {
  f: { label: string; icon?: ReactNode; empty?: string; find: (q: string, signal: AbortSignal) => Promise<Option[]> };
  name: string;
  onPick: (picked: Option) => void;
};
/** Another record for all rows that are chosen, or none. */
export const BulkRecord = ({ f, name, onPick }: RecordProps) => (
  <FindPicker
    side="top"
    name={name}
    find={async (q, signal) => [...(q ? [] : [{ value: "", label: f.empty ?? t("none") }]), ...(await f.find(q, signal))]}
    onPick={onPick}
    trigger={
      <Button variant="ghost">
        <span className="[&>svg]:size-3.5">{f.icon}</span> {f.label} <ChevronDown size={12} />
      </Button>
    }
  />
);

type DayProps = { /** The server's name of the field. */ name?: string; label: string; n: number; send: (day: string) => Promise<void> };
/** A day for all rows that are chosen. What the server finds wrong with it stands in the dialog. */
export function BulkDay({ name = "due_on", label, n, send }: DayProps) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button variant="ghost" onClick={() => setOpen(true)}>
        <CalendarClock size={14} /> {label}
      </Button>
      <Dialog open={open} onOpenChange={setOpen} title={t("set_day_title", { label, n })}>
        {open && <DayForm name={name} label={label} close={() => setOpen(false)} send={send} />}
      </Dialog>
    </>
  );
}

function DayForm({ name, label, close, send }: Omit<DayProps, "n"> & { name: string; close: () => void }) {
  const form = useForm<Record<string, string>, void>({ start: { [name]: "" }, send: (input) => send(input[name] ?? ""), done: close });
  const day = form.field(name);
  return (
    <Form form={form}>
      <DateField label={label} optional clearable {...day} value={day.value ?? ""} />
      <DialogActions>
        <Button onClick={close}>{t("cancel")}</Button>
        <Button type="submit" variant="primary" pending={form.pending}>
          {t("put")}
        </Button>
      </DialogActions>
    </Form>
  );
}
