import { CircleMinus, CirclePlus, PencilLine } from "lucide-react";
import type { AuditChange } from "#/api/api";
import { DiffList } from "#/kit/DiffList";
import { bytes, fullDate } from "#/kit/format";
import { dictionary } from "#/kit/t";
import { exactly } from "./data";
import { tableName } from "./names";

const t = dictionary({
  insert: "added",
  update: "changed",
  delete: "deleted",
  more: { one: "{n} more field that the program keeps", other: "{n} more fields that the program keeps" },
});

const icons = { insert: CirclePlus, update: PencilLine, delete: CircleMinus };
const tones = { insert: "text-ok-text", update: "text-info-text", delete: "text-bad-text" };

/** Columns that move with every change, or serve the program: they stand behind those that people speak of. */
const quiet = new Set(
  "id version created_at updated_at changed_at changed_by digest sort_ref source_key source_id position replaced object since logo_object logo_sha256 logo_size".split(
    " ",
  ),
);

/** Changed rows, each with its fields before and after. */
export function Changes({ changes }: { changes: readonly AuditChange[] }) {
  return (
    <ul className="space-y-4">
      {changes.map((c) => (
        <Row key={`${c.table}/${c.pk}/${c.op}`} c={c} />
      ))}
    </ul>
  );
}

function Row({ c }: { c: AuditChange }) {
  const Icon = icons[c.op];
  const told = c.fields.filter((f) => !quiet.has(f.column));
  const rest = c.fields.filter((f) => quiet.has(f.column));
  return (
    <li>
      <div className="mb-1.5 flex min-w-0 items-center gap-2">
        <Icon size={14} aria-hidden className={`shrink-0 ${tones[c.op]}`} />
        <span className="truncate font-medium" title={c.name}>
          {c.name}
        </span>
        <span className="ms-auto shrink-0 text-xs text-fg-3">
          {tableName(c.table)} {t(c.op)}
        </span>
      </div>
      <div className="ps-[22px]">
        <Fields c={c} fields={told} />
        {rest.length > 0 && (
          <details className="mt-1.5 text-xs">
            <summary className="w-fit rounded text-fg-3 hover:text-fg">{t("more", { n: rest.length })}</summary>
            <div className="pt-1.5">
              <Fields c={c} fields={rest} />
            </div>
          </details>
        )}
      </div>
    </li>
  );
}

const instant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;
const date = /^\d{4}-\d{2}-\d{2}$/;
/** A value as people read it: the server has put ids into names, dates are the reader's. */
const said = (v: string) => (v === "nothing" ? "" : instant.test(v) ? exactly(v) : date.test(v) ? fullDate(v) : v);

const worded = (f: AuditChange["fields"][number], v: string) => (f.column === "size" && /^\d+$/.test(v) ? bytes(Number(v)) : said(v));

function Fields({ c, fields }: { c: AuditChange; fields: AuditChange["fields"] }) {
  if (c.op === "update")
    return <DiffList changes={fields.map((f) => ({ field: f.column, label: f.name, old: worded(f, f.old), new: worded(f, f.new) }))} />;
  return (
    <dl className="space-y-1">
      {fields.map((f) => (
        <div key={f.column} className="grid grid-cols-[minmax(84px,120px)_1fr] gap-x-3">
          <dt className="truncate text-fg-3" title={f.name}>
            {f.name}
          </dt>
          <dd className={c.op === "delete" ? "min-w-0 break-words text-fg-3 line-through" : "min-w-0 break-words"}>
            {worded(f, c.op === "delete" ? f.old : f.new)}
          </dd>
        </div>
      ))}
    </dl>
  );
}
