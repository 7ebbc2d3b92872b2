import { Download } from "lucide-react";
import { type ImportReport, type ImportTarget, imports, type TableImportDetail } from "#/api/api";
import { LinkButton } from "#/kit/Button";
import { DiffList } from "#/kit/DiffList";
import { num } from "#/kit/format";
import { Help } from "#/kit/Tip";
import { labelOf } from "./data";
import { Scroll } from "./Scroll";
import { t } from "./words";

/** The four numbers of an import. */
export function Figures({ d }: { d: TableImportDetail }) {
  const over = d.state !== "checked";
  const list = [
    { label: over ? t("was_created") : t("created"), n: d.created, help: t("created_help") },
    { label: over ? t("was_changed") : t("changed"), n: d.changed, help: t("changed_help") },
    { label: t("same"), n: d.same, help: t("same_help") },
    { label: t("refused"), n: d.refused, help: t("refused_help"), bad: d.refused > 0 },
  ];
  return (
    <dl className="grid grid-cols-2 gap-3 @2xl:grid-cols-4">
      {list.map((f) => (
        <div key={f.label} className="rounded-lg border border-line bg-surface p-4">
          <dt className="flex items-center gap-1.5 text-fg-3">
            {f.label} <Help>{f.help}</Help>
          </dt>
          <dd className={f.bad ? "tnum mt-1 text-2xl font-semibold text-bad-text" : "tnum mt-1 text-2xl font-semibold"}>{num(f.n)}</dd>
        </div>
      ))}
    </dl>
  );
}

/** The refused rows: why, and as a file. */
export function Problems({ d, target }: { d: TableImportDetail; target: ImportTarget }) {
  const problems = d.report?.problems ?? [];
  if (d.refused === 0 || problems.length === 0) return null;
  return (
    <section aria-labelledby="problems">
      <div className="mb-3 flex flex-wrap items-end gap-3">
        <div className="min-w-0 flex-1 basis-60">
          <h2 id="problems" className="text-base font-semibold">
            {t("problems", { n: d.refused })}
          </h2>
          <p className="mt-1 text-pretty text-fg-3">{t("problems_more")}</p>
        </div>
        <LinkButton href={imports.problems({ id: d.id })} download>
          <Download size={14} /> {t("problems_file")}
        </LinkButton>
      </div>
      <Scroll label={t("problems_first", { n: problems.length })}>
        <thead>
          <tr>
            {[t("row"), t("field"), t("problem")].map((h) => (
              <th
                key={h}
                scope="col"
                className="sticky top-0 border-b border-line bg-surface-2 px-3 py-2 text-start font-medium whitespace-nowrap text-fg-3"
              >
                {h}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {problems.map((p, i) => (
            <tr key={String(i)} className="border-b border-line align-top last:border-0">
              <td className="tnum px-3 py-2">{num(p.row)}</td>
              <td className="px-3 py-2 whitespace-nowrap">{p.field && labelOf(target.fields, p.field)}</td>
              <td className="min-w-64 px-3 py-2 text-pretty">{p.sentence}</td>
            </tr>
          ))}
        </tbody>
      </Scroll>
    </section>
  );
}

/** The first rows that write something, field by field. */
export function Diffs({ report, target, over }: { report: ImportReport; target: ImportTarget; over?: boolean }) {
  const all = report.create + report.change;
  if (report.diffs.length === 0) return null;
  return (
    <section>
      <h2 className="text-base font-semibold">{over ? t("written") : t("diffs")}</h2>
      {all > report.diffs.length && <p className="mt-1 text-fg-3">{t("diffs_more", { n: report.diffs.length, all: num(all) })}</p>}
      <ul className="mt-3 divide-y divide-line rounded-lg border border-line bg-surface">
        {report.diffs.map((x) => (
          <li key={x.row} className="px-4 py-3 sm:px-5">
            <details open={x.id !== "" && report.diffs.length <= 10}>
              <summary className="flex min-h-6 cursor-pointer items-center gap-2">
                <span className="truncate font-medium">{x.label}</span>
                <span className="ms-auto shrink-0 text-xs text-fg-3">
                  {x.id === "" ? t(over ? "was_created" : "created") : t(over ? "was_changed" : "changed")} · {t("row_n", { n: x.row })}
                </span>
              </summary>
              <div className="mt-2">
                <DiffList
                  changes={x.fields.map((f) => ({ field: f.field, label: labelOf(target.fields, f.field), old: f.was, new: f.now }))}
                />
              </div>
            </details>
          </li>
        ))}
      </ul>
    </section>
  );
}
