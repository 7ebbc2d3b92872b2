import { useQuery } from "@tanstack/react-query";
import clsx from "clsx";
import { useState } from "react";
import { type ImportField, type ImportMapping, type ImportTarget, imports, type TableImportDetail } from "#/api/api";
import { Button } from "#/kit/Button";
import { CheckField } from "#/kit/Checkbox";
import { NumberField, Select, TextField } from "#/kit/Field";
import { Group } from "#/kit/Group";
import { peopleQuery } from "#/kit/people";
import { Note, sentence } from "#/kit/State";
import { useSession } from "#/shell/session";
import { aboutFile, keep, targetName } from "./data";
import { Scroll } from "./Scroll";
import { t } from "./words";

const CONSTANT = "\u0000one";

type Props = { d: TableImportDetail; target: ImportTarget; checked: () => void };

/** Which column is which field. */
export function Mapping({ d, target, checked }: Props) {
  const { editor } = useSession();
  const [m, setM] = useState<ImportMapping>(d.mapping);
  const [pending, setPending] = useState<"check" | "read">();
  const [failure, setFailure] = useState("");
  const source = (field: string) => m.fields.find((f) => f.field === field);
  const set = (field: string, to: { column?: string; value?: string } | undefined) =>
    setM({ ...m, fields: [...m.fields.filter((f) => f.field !== field), ...(to ? [{ field, ...to }] : [])] });
  const used = new Set(m.fields.map((f) => f.column));

  async function read(body: { sheet?: string; header?: number }) {
    setPending("read");
    setFailure("");
    try {
      keep(await imports.read({ id: d.id, body }));
    } catch (e) {
      setFailure(sentence(e));
      setPending(undefined);
    }
  }
  async function check() {
    setPending("check");
    setFailure("");
    try {
      keep(await imports.check({ id: d.id, body: { mapping: { ...m, fields: m.fields.filter((f) => f.column || f.value) } } }));
      checked();
    } catch (e) {
      setFailure(sentence(e));
      setPending(undefined);
    }
  }

  return (
    <form
      className="space-y-8"
      onSubmit={(e) => {
        e.preventDefault();
        void check();
      }}
    >
      <Group
        title={d.target === "requirements" ? t("into", { name: d.under_name }) : targetName(d.target)}
        lead={<span className="break-words">{aboutFile(d)}</span>}
      >
        <div className="grid gap-4 sm:grid-cols-2">
          {d.look.sheets.length > 1 && (
            <Select
              label={t("sheet")}
              value={d.look.sheet}
              disabled={pending !== undefined}
              options={d.look.sheets.map((s) => ({ value: s.name, label: s.hidden ? t("hidden", { name: s.name }) : s.name }))}
              onChange={(sheet) => void read({ sheet })}
            />
          )}
          <NumberField
            label={t("heading_row")}
            min={1}
            max={1000}
            value={d.look.header}
            disabled={pending !== undefined}
            onChange={(header) => header && header !== d.look.header && void read({ sheet: d.look.sheet, header })}
          />
          <Select
            label={t("find")}
            hint={t("find_hint")}
            value={m.key}
            options={target.keys.map((k) => ({ value: k, label: keyName(target, k) }))}
            onChange={(key) => setM({ ...m, key })}
          />
          <CheckField
            label={t("exact")}
            hint={t("exact_hint")}
            checked={m.exact ?? false}
            onChange={(exact) => setM({ ...m, exact })}
            className="self-end"
          />
        </div>
      </Group>
      <Group title={t("columns")} lead={t("columns_lead")} flush>
        {target.fields.map((f) => (
          <FieldRow
            key={f.name}
            f={f}
            headings={d.look.headings}
            used={used}
            source={source(f.name)}
            sample={sampleOf(d, source(f.name)?.column)}
            onChange={(to) => set(f.name, to)}
          />
        ))}
      </Group>
      <section>
        <h2 className="text-base font-semibold">{t("preview")}</h2>
        <p className="mt-1 mb-3 text-fg-3">{t("preview_lead")}</p>
        <Preview d={d} used={used} />
      </section>
      {failure && (
        <Note tone="bad">
          <span role="alert">{failure}</span>
        </Note>
      )}
      {editor && (
        <div className="flex items-center justify-end gap-3">
          {pending === "check" && (
            <span role="status" className="text-fg-3">
              {t("checking")}
            </span>
          )}
          <Button type="submit" variant="primary" pending={pending === "check"} disabled={pending === "read"}>
            {t("check")}
          </Button>
        </div>
      )}
    </form>
  );
}

/** The first cell of a column that says anything. */
function sampleOf(d: TableImportDetail, column: string | undefined): string {
  const i = column ? d.look.headings.indexOf(column) : -1;
  return i < 0 ? "" : (d.look.samples.map((s) => s[i] ?? "").find((s) => s !== "") ?? "");
}

type RowProps = {
  f: ImportField;
  headings: readonly string[];
  used: ReadonlySet<string | undefined>;
  source: { column?: string; value?: string } | undefined;
  sample: string;
  onChange: (to: { column?: string; value?: string } | undefined) => void;
};
function FieldRow({ f, headings, used, source, sample, onChange }: RowProps) {
  const constant = source !== undefined && !source.column;
  const fixed = f.name === "id" || f.name === "version" || f.required;
  return (
    <div className="grid items-center gap-x-4 gap-y-1.5 px-4 py-2.5 sm:grid-cols-[minmax(0,1fr)_minmax(0,240px)] sm:px-5">
      <div className="min-w-0">
        <div className="font-medium">
          {f.label} {f.required && <span className="text-xs font-normal text-fg-3">({t("required")})</span>}
        </div>
        {(sample || f.hint) && <div className="truncate text-xs text-fg-3">{sample || f.hint}</div>}
      </div>
      <div className="space-y-1.5">
        <Select
          hideLabel
          label={f.label}
          placeholder={t("not_chosen")}
          value={constant ? CONSTANT : (source?.column ?? "")}
          options={[
            ...(source ? [{ value: "", label: t("not_chosen") }] : []),
            ...headings.map((h) => ({ value: h, label: used.has(h) && h !== source?.column ? `${h} ✓` : h })),
            ...(fixed ? [] : [{ value: CONSTANT, label: t("constant") }]),
          ]}
          onChange={(v) => onChange(v === "" ? undefined : v === CONSTANT ? { value: "" } : { column: v })}
        />
        {constant && (
          <ValueField
            f={f}
            label={t("value_of", { field: f.label })}
            value={source.value ?? ""}
            onChange={(value) => onChange({ value })}
          />
        )}
      </div>
    </div>
  );
}

/** A value of a field: one of its own, a person, or text. */
export function ValueField({
  f,
  label,
  value,
  onChange,
  none,
}: {
  f: ImportField;
  label: string;
  value: string;
  onChange: (v: string) => void;
  none?: string;
}) {
  const people = useQuery({ ...peopleQuery, enabled: f.kind === "person" }).data ?? [];
  const first = none === undefined ? [] : [{ value: "none", label: none }];
  if (f.kind === "choice") return <Select hideLabel label={label} placeholder="–" value={value} options={f.options} onChange={onChange} />;
  if (f.kind === "flag") return <Select hideLabel label={label} placeholder="–" value={value} options={flags} onChange={onChange} />;
  if (f.kind === "person")
    return (
      <Select
        hideLabel
        label={label}
        placeholder="–"
        value={value}
        options={[...first, ...people.filter((p) => p.active).map((p) => ({ value: p.id, label: p.name }))]}
        onChange={onChange}
      />
    );
  return <TextField hideLabel label={label} value={value} onChange={onChange} />;
}
const flags = [
  { value: "true", label: "Yes" },
  { value: "false", label: "No" },
];

/** The first rows, as they are read. */
function Preview({ d, used }: { d: TableImportDetail; used: ReadonlySet<string | undefined> }) {
  return (
    <Scroll label={t("preview")}>
      <thead>
        <tr>
          {d.look.headings.map((h) => (
            <th
              key={h}
              scope="col"
              className={clsx(
                "sticky top-0 border-b border-line bg-surface-2 px-3 py-2 text-start whitespace-nowrap",
                used.has(h) ? "font-semibold" : "font-normal text-fg-3",
              )}
            >
              {h}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {d.look.samples.map((row, i) => (
          <tr key={String(i)} className="border-b border-line last:border-0">
            {row.map((cell, c) => (
              <td
                key={d.look.headings[c]}
                className={clsx("max-w-64 truncate px-3 py-1.5 align-top", !used.has(d.look.headings[c]) && "text-fg-3")}
              >
                {cell}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </Scroll>
  );
}

/** A key as people call it: a field, or several together. */
const keyName = (target: ImportTarget, key: string): string =>
  key
    .split("+")
    .map((part) => target.fields.find((f) => f.name === part)?.label ?? part)
    .join(" + ");
