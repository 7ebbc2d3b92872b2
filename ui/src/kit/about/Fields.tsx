import { useQuery } from "@tanstack/react-query";
import { Calendar, CircleDot, ExternalLink, Hash, type LucideIcon, SquareCheck, Text, UserRound } from "lucide-react";
import { type ReactNode, useState } from "react";
import type { Field } from "#/api/api";
import { useSession } from "#/shell/session";
import { Avatar, Person } from "../Avatar";
import { Facet } from "../Filters";
import { Menu, MenuCheck, MenuItem } from "../Menu";
import { PeoplePicker, Picker } from "../Picker";
import { peopleQuery } from "../people";
import { Prop, propButton } from "../Sidecar";
import { sentence } from "../State";
import type { Column } from "../TableRow";
import { Tags } from "../Tag";
import { Help } from "../Tip";
import { Typed } from "../Typed";
import { DateText } from "../When";
import { type About, fieldsOfQuery, fieldsQuery, setField } from "./data";
import { t } from "./words";

const icons: Record<Field["type"], LucideIcon> = {
  text: Text,
  number: Hash,
  date: Calendar,
  select: CircleDot,
  multiselect: CircleDot,
  person: UserRound,
  url: ExternalLink,
  checkbox: SquareCheck,
};
export const FieldIcon = ({ type }: { type: Field["type"] }) => {
  const Icon = icons[type];
  return <Icon aria-hidden />;
};

const texts = (v: unknown): string[] => (Array.isArray(v) ? v.map(String) : []);
const textOf = (v: unknown): string => (typeof v === "string" || typeof v === "number" ? String(v) : "");

/** The custom fields of a kind of record that are in use. */
export function useFields(kind: string): readonly Field[] {
  return useQuery(fieldsQuery).data?.items.filter((f) => f.kind === kind && !f.archived) ?? none;
}
const none: readonly Field[] = [];

/** A value as it is read. */
export function FieldValue({ field: f, value }: { field: Field; value: unknown }): ReactNode {
  const people = useQuery({ ...peopleQuery, enabled: f.type === "person" }).data;
  if (value === undefined || value === null) return <span className="text-fg-3">{t("empty")}</span>;
  switch (f.type) {
    case "checkbox":
      return value === true ? t("field_yes") : t("field_no");
    case "date":
      return <DateText value={textOf(value)} show="full" />;
    case "person":
      return <Person name={people?.find((p) => p.id === value)?.name ?? "…"} nobody="" />;
    case "multiselect":
      return <Tags values={texts(value)} max={100} wrap />;
    case "url":
      return (
        <a href={textOf(value)} target="_blank" rel="noreferrer noopener" className="block truncate text-accent-text hover:underline">
          {textOf(value).replace(/^https?:\/\//, "")}
        </a>
      );
    case "number":
      return <span className="tnum">{textOf(value)}</span>;
  }
  return <span className="truncate">{textOf(value)}</span>;
}

/** The custom fields of a record among its properties: stands inside `<Props>`. Nothing where a kind has none. */
export function Fields({ kind, id }: About) {
  const { editor } = useSession();
  const has = useFields(kind).length > 0;
  const data = useQuery({ ...fieldsOfQuery({ kind, id }), enabled: has }).data;
  if (!has || !data) return null;
  return data.fields.map((f) => (
    <Prop key={`${id} ${f.key}`} icon={<FieldIcon type={f.type} />} label={f.name}>
      <span className="flex min-w-0 items-center gap-1.5">
        <span className="min-w-0 flex-1">
          {editor ? (
            <FieldEdit about={{ kind, id }} field={f} value={data.custom[f.key]} />
          ) : (
            <FieldValue field={f} value={data.custom[f.key]} />
          )}
        </span>
        {f.help && <Help label={t("about_field", { name: f.name })}>{f.help}</Help>}
      </span>
    </Prop>
  ));
}

function FieldEdit({ about, field: f, value }: { about: About; field: Field; value: unknown }) {
  const people = useQuery({ ...peopleQuery, enabled: f.type === "person" }).data ?? [];
  const [error, setError] = useState("");
  const save = (v: unknown) => {
    setError("");
    setField(about, f.key, v, t("field_saved", { name: f.name })).catch((e) => setError(sentence(e)));
  };
  const unset = value === undefined || value === null;
  const asked = f.required ? t("field_missing") : t("field_choose");
  // What is heard has what is seen in it.
  const said = unset
    ? asked
    : f.type === "person"
      ? (people.find((p) => p.id === value)?.name ?? "…")
      : f.type === "multiselect"
        ? texts(value).join(" ")
        : textOf(value);
  const shown = (
    <button type="button" className={propButton} aria-label={`${f.name}: ${said}`}>
      {unset ? <span className={f.required ? "text-warn-text" : "text-fg-3"}>{asked}</span> : <FieldValue field={f} value={value} />}
    </button>
  );
  return (
    <>
      {f.type === "checkbox" ? (
        <input type="checkbox" className="check" aria-label={f.name} checked={value === true} onChange={(e) => save(e.target.checked)} />
      ) : f.type === "select" ? (
        <Picker
          options={[...(f.required ? [] : [{ value: "", label: t("empty") }]), ...f.options.map((o) => ({ value: o, label: o }))]}
          value={textOf(value)}
          onChange={(v) => save(v || null)}
          placeholder={f.name}
          trigger={shown}
        />
      ) : f.type === "multiselect" ? (
        <Menu trigger={shown}>
          {f.options.map((o) => (
            <MenuCheck
              key={o}
              checked={texts(value).includes(o)}
              onChange={(on) => save(f.options.filter((x) => (x === o ? on : texts(value).includes(x))))}
            >
              {o}
            </MenuCheck>
          ))}
          {!unset && !f.required && <MenuItem onClick={() => save(null)}>{t("empty")}</MenuItem>}
        </Menu>
      ) : f.type === "person" ? (
        <PeoplePicker
          people={people.filter((p) => p.active || p.id === value)}
          nobody={f.required ? undefined : t("empty")}
          value={textOf(value)}
          onChange={(v) => save(v || null)}
          trigger={shown}
        />
      ) : (
        <Typed
          label={f.name}
          type={f.type === "date" || f.type === "url" || f.type === "number" ? f.type : "text"}
          value={textOf(value)}
          empty={f.required ? t("field_missing") : t("empty")}
          onSave={(v) => save(v || null)}
        />
      )}
      {error && (
        <span role="alert" className="block pb-1 text-xs text-bad-text">
          {error}
        </span>
      )}
    </>
  );
}

/** Custom fields as columns of a list, which everybody may turn on. Their ids name them in an export too. */
export function fieldColumns<T extends { custom: Record<string, unknown> }>(fields: readonly Field[]): Column<T>[] {
  return fields.map((f) => ({
    id: `custom.${f.key}`,
    header: f.name,
    width: f.type === "checkbox" ? 90 : f.type === "number" || f.type === "date" ? 110 : 140,
    priority: 2, // whoever turns it on wants to see it
    hidden: true,
    cell: (r) => (
      <span className="flex min-w-0 text-fg-2">
        {f.type === "multiselect" && texts(r.custom[f.key]).length > 0 ? (
          <Tags values={texts(r.custom[f.key])} max={1} />
        ) : (
          <FieldValue field={f} value={r.custom[f.key]} />
        )}
      </span>
    ),
  }));
}
/** The custom fields among the columns on screen, as an export is asked for them. */
export const fieldExport = (ids: readonly string[]): string[] => ids.filter((id) => id.startsWith("custom."));

type FacetsProps = { kind: string; value: readonly string[] | undefined; onChange: (v: string[] | undefined) => void };

/** One filter for each custom field whose values can be chosen. */
export function FieldFacets({ kind, value = [], onChange }: FacetsProps) {
  const fields = useFields(kind);
  const people = useQuery({ ...peopleQuery, enabled: fields.some((f) => f.type === "person") }).data ?? [];
  return fields
    .filter((f) => ["select", "multiselect", "person", "checkbox"].includes(f.type))
    .map((f) => {
      const mine = value.filter((v) => v.startsWith(`${f.key}:`)).map((v) => v.slice(f.key.length + 1) || "none");
      const set = (v: string[] | undefined) => {
        const words = (v?.at(-1) === "none" ? ["none"] : (v ?? []).filter((o) => o !== "none")).map(
          (o) => `${f.key}:${o === "none" ? "" : o}`,
        );
        const all = [...value.filter((o) => !o.startsWith(`${f.key}:`)), ...words];
        onChange(all.length > 0 ? all : undefined);
      };
      return (
        <Facet
          key={f.key}
          label={f.name}
          icon={<FieldIcon type={f.type} />}
          value={mine}
          options={[
            ...(f.type === "checkbox"
              ? [{ value: "true", label: t("field_yes") }]
              : f.type === "person"
                ? people.filter((p) => p.active).map((p) => ({ value: p.id, label: p.name, icon: <Avatar name={p.name} /> }))
                : f.options.map((o) => ({ value: o, label: o }))),
            { value: "none", label: t("none_set") },
          ]}
          onChange={set}
        />
      );
    });
}
