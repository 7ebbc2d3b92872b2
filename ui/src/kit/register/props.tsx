import { useQuery } from "@tanstack/react-query";
import { ExternalLink, Tag as TagIcon } from "lucide-react";
import type { ReactElement, ReactNode } from "react";
import { useSession } from "#/shell/session";
import { Fields } from "../about/Fields";
import { RecordLinkTo } from "../about/kinds";
import { TagsField } from "../about/Tags";
import { Menu, MenuCheck } from "../Menu";
import { FindPicker, PeoplePicker } from "../Picker";
import { peopleQuery } from "../people";
import { InlineText, Prop, Props, propButton, Section } from "../Sidecar";
import { Help } from "../Tip";
import { Typed } from "../Typed";
import { DueTag } from "../When";
import { ChoiceItems } from "./cells";
import type { Editing } from "./define";
import { type Field, offered, ofKind, type Row, read, readText, readTexts, settable, type Who, whyFixed } from "./fields";
import { said, Value } from "./values";
import { t } from "./words";

type OfProps<T extends Row> = { of: Editing<T>; row: T };

/** The properties of a record, each changed where it stands by those who may; then its tags and custom fields. */
export function FieldProps<T extends Row>({ of, row }: OfProps<T>) {
  const who = useSession();
  const kind = of.kind;
  return (
    <Props>
      {of.fields
        .filter((f) => f.prop !== false && f.kind !== "ref" && f.kind !== "title" && f.kind !== "long" && !(f.kind === "own" && !f.value))
        .map((f) => (
          <Prop key={`${row.id} ${f.name}`} icon={f.icon} label={f.label}>
            <span className="flex min-w-0 items-center gap-1.5">
              <FieldEdit of={of} f={f} row={row} who={who} />
              {f.help && <Help label={t("about_field", { name: f.label })}>{f.help}</Help>}
            </span>
          </Prop>
        ))}
      {row.tags && (
        <Prop icon={<TagIcon />} label={t("tags")}>
          <TagsField kind={kind} id={row.id} tags={row.tags} />
        </Prop>
      )}
      <Fields kind={kind} id={row.id} />
    </Props>
  );
}

type EditProps<T extends Row> = OfProps<T> & { f: Field<T>; who: Who };

function FieldEdit<T extends Row>({ of, f, row, who }: EditProps<T>): ReactNode {
  const why = whyFixed(f, row, who);
  if (why !== undefined)
    return (
      <span className="flex min-w-0 items-center gap-1.5" title={why || undefined}>
        <Value full f={f} row={row} />
        {why && <Help label={t("why_fixed", { name: f.label })}>{why}</Help>}
      </span>
    );
  const now = readText(row, f.name);
  const save = (value: unknown, shown?: Record<string, unknown>) => void of.set(row, f.name, value, shown);
  const shown = (
    <button type="button" className={propButton} aria-label={said(f, row)}>
      <Value f={f} row={row} />
    </button>
  );
  switch (f.kind) {
    case "choice":
      return (
        <Menu trigger={shown}>
          <ChoiceItems choices={offered(f, who)} value={now} onPick={(v) => v !== now && save(v)} />
        </Menu>
      );
    case "many": {
      const has = readTexts(row, f.name);
      return (
        <Menu trigger={shown}>
          {settable(f.choices, who).map((c) => (
            <MenuCheck
              key={c.value}
              checked={has.includes(c.value)}
              onChange={(on) => save(f.choices.map((o) => o.value).filter((o) => (o === c.value ? on : has.includes(o))))}
            >
              {c.label}
            </MenuCheck>
          ))}
        </Menu>
      );
    }
    case "person":
      return <PersonEdit f={f} value={now} trigger={shown} onSave={(id, name) => save(id, { [`${f.name}_name`]: name })} />;
    case "record":
      return (
        <>
          <FindPicker
            trigger={shown}
            name={`${of.kind} ${f.name}`}
            find={async (q, signal) => [...(now && !q ? [{ value: "", label: f.empty ?? t("none") }] : []), ...(await f.find(q, signal))]}
            onPick={(o) => save(o.value, { [`${f.name}_name`]: o.value ? o.label : "" })}
          />
          {now && (
            <span className="ms-auto">
              <OpenRecord to={f.to(now)} name={f.label} />
            </span>
          )}
        </>
      );
    case "flag":
      return (
        <input
          type="checkbox"
          className="check"
          aria-label={f.label}
          checked={read(row, f.name) === true}
          onChange={(e) => save(e.target.checked)}
        />
      );
    case "number":
      return (
        <>
          <Typed
            type="number"
            label={f.label}
            value={now}
            empty={f.empty}
            // What is no number is sent as it was typed: the server says what is wrong with it.
            onSave={(v) => save(Number.isNaN(Number(v)) ? v : Number(v))}
          />
          {now && <span className="text-fg-3">{f.unit}</span>}
        </>
      );
    case "date":
      return (
        <span className="flex min-w-0 flex-wrap items-center gap-x-2">
          <span className="w-36">
            <Typed type="date" label={f.label} value={now} onSave={(v) => save(v)} />
          </span>
          {now && !f.done?.(row) && f.soon !== undefined && <DueTag value={now} soon={f.soon} />}
        </span>
      );
    case "link":
      return (
        <span className="min-w-0 flex-1">
          <Typed type="url" label={f.label} value={now} max={f.max ?? 2000} empty={f.empty} onSave={(v) => save(v)} />
        </span>
      );
    case "text":
      return <TextEdit of={of} f={f} row={row} who={who} />;
  }
  return <Value full f={f} row={row} />;
}

function OpenRecord({ to, name }: { to: string; name: string }) {
  return (
    <RecordLinkTo path={to} className="text-fg-3 hover:text-fg">
      <span className="sr-only">{t("open_named", { name })}</span>
      <ExternalLink size={13} aria-hidden />
    </RecordLinkTo>
  );
}

type PersonProps<T> = { f: Field<T>; value: string; trigger: ReactElement; onSave: (id: string, name: string) => void };
function PersonEdit<T>({ f, value, trigger, onSave }: PersonProps<T>) {
  const people = useQuery(peopleQuery).data ?? [];
  return (
    <PeoplePicker
      people={people.filter((p) => p.active || p.id === value)}
      nobody={f.empty ?? t("nobody")}
      value={value}
      onChange={(id) => onSave(id, people.find((p) => p.id === id)?.name ?? "")}
      trigger={trigger}
    />
  );
}

function TextEdit<T extends Row>({ of, f, row }: EditProps<T>) {
  const suggest = useSuggestions(of.kind, f);
  const max = f.kind === "text" ? f.max : undefined;
  return (
    <span className="min-w-0 flex-1">
      <Typed
        label={f.label}
        value={readText(row, f.name)}
        empty={f.empty}
        max={max}
        suggest={suggest}
        onSave={(v) => void of.set(row, f.name, v)}
      />
    </span>
  );
}

/** What people usually write in a text field, where the declaration knows it. */
export function useSuggestions<T>(kind: string, f: Field<T>): readonly string[] | undefined {
  const suggest = f.kind === "text" ? f.suggest : undefined;
  return useQuery({
    queryKey: ["suggest", kind, f.name],
    queryFn: () => suggest?.() ?? [],
    enabled: suggest !== undefined,
    staleTime: 60_000,
  }).data;
}

/** The long texts of a record that was read in full, each a section that is written where it is read. */
export function FieldTexts<T extends Row>({ of, row }: OfProps<T>) {
  const who = useSession();
  return ofKind(of.fields, "long").map((f) => {
    const why = whyFixed(f, row, who);
    return (
      <Section key={`${row.id} ${f.name}`} title={f.label} aside={f.aside?.(row)}>
        <InlineText
          label={f.label}
          value={readText(row, f.name)}
          placeholder={f.empty}
          maxLength={f.max ?? 20000}
          readOnly={why !== undefined}
          onSave={(v) => void of.set(row, f.name, v)}
        />
        {why && <p className="mt-1 text-xs text-fg-3">{why}</p>}
      </Section>
    );
  });
}
