import { getRouteApi } from "@tanstack/react-router";
import { ArrowLeft, TriangleAlert } from "lucide-react";
import { useState } from "react";
import { type ImportReport, type ImportTarget, type ImportWord, imports, type TableImportDetail } from "#/api/api";
import { Button } from "#/kit/Button";
import { num } from "#/kit/format";
import { Group, GroupRow } from "#/kit/Group";
import { Note, sentence } from "#/kit/State";
import { toast } from "#/kit/Toast";
import { useSession } from "#/shell/session";
import { follow, keep, labelOf, refreshAll } from "./data";
import { ValueField } from "./Mapping";
import { Diffs, Figures, Problems } from "./Report";
import { t } from "./words";

const route = getRouteApi("/o/$slug/imports/$id");

type Props = { d: TableImportDetail; target: ImportTarget; back: () => void };

/** What the dry run found, and the button that does it. */
export function Checked({ d, target, back }: Props) {
  const { slug } = route.useParams();
  const { editor } = useSession();
  const [words, setWords] = useState<ImportWord[]>([]);
  const [pending, setPending] = useState<"check" | "run">();
  const [failure, setFailure] = useState("");
  const report = d.report;
  if (!report) return null;
  const writes = report.create + report.change;

  async function attempt(what: "check" | "run", send: () => Promise<void>) {
    setPending(what);
    setFailure("");
    try {
      await send();
    } catch (e) {
      setFailure(sentence(e));
    }
    setPending(undefined);
  }
  const check = () =>
    attempt("check", async () => {
      const kept = (d.mapping.words ?? []).filter((w) => !words.some((n) => n.field === w.field && n.from === w.from));
      keep(await imports.check({ id: d.id, body: { mapping: { ...d.mapping, words: [...kept, ...words] } } }));
      setWords([]);
    });
  const run = () =>
    attempt("run", async () => {
      const out = keep(await imports.run({ id: d.id }));
      if (out.state === "running") return follow(out, slug);
      toast.done(t("imported", { n: out.created + out.changed }));
      void refreshAll();
    });

  return (
    <div className="space-y-8">
      <Figures d={d} />
      <Warnings report={report} />
      {report.unknown.length > 0 && editor && (
        <Group title={t("unknown")} lead={t("unknown_lead")} flush>
          {report.unknown.slice(0, 50).map((u) => {
            const field = target.fields.find((f) => f.name === u.field);
            const chosen = words.find((w) => w.field === u.field && w.from === u.word);
            return (
              field && (
                <GroupRow
                  key={`${u.field} ${u.word}`}
                  title={<span className="break-all">“{u.word}”</span>}
                  note={`${labelOf(target.fields, u.field)} · ${t("of_rows", { n: u.count, all: num(report.rows) })}`}
                >
                  <span className="w-52">
                    <ValueField
                      f={field}
                      label={`${t("known_by")}: ${u.word}`}
                      none={t("nobody")}
                      value={chosen ? chosen.to || "none" : ""}
                      onChange={(to) =>
                        setWords([
                          ...words.filter((w) => w !== chosen),
                          { field: u.field, from: u.word, to: to === "none" && field.kind === "person" ? "" : to },
                        ])
                      }
                    />
                  </span>
                </GroupRow>
              )
            );
          })}
        </Group>
      )}
      <Problems d={d} target={target} />
      <Diffs report={report} target={target} />
      {writes === 0 && <Note>{t("none_to_write")}</Note>}
      {failure && (
        <Note tone="bad">
          <span role="alert">{failure}</span>
        </Note>
      )}
      {editor && (
        <div className="flex flex-wrap items-center justify-end gap-2">
          <Button variant="ghost" className="me-auto" onClick={back}>
            <ArrowLeft size={14} /> {t("back")}
          </Button>
          {words.length > 0 && (
            <Button onClick={() => void check()} pending={pending === "check"}>
              {t("check_again")}
            </Button>
          )}
          <Button
            variant="primary"
            disabled={writes === 0 || words.length > 0 || pending === "check"}
            pending={pending === "run"}
            onClick={() => void run()}
          >
            {t("import_n", { n: writes })}
          </Button>
        </div>
      )}
    </div>
  );
}

function Warnings({ report }: { report: ImportReport }) {
  if (report.warnings.length === 0) return null;
  return (
    <section aria-label={t("warnings")} className="space-y-2">
      {report.warnings.map((w) => (
        <Note key={w.sentence} tone="warn" icon={<TriangleAlert size={15} />}>
          {w.sentence} <span className="whitespace-nowrap">{t("of_rows", { n: w.count, all: num(report.rows) })}.</span>
        </Note>
      ))}
    </section>
  );
}
