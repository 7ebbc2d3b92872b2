import { getRouteApi, Link } from "@tanstack/react-router";
import { CircleCheck, RotateCcw, TriangleAlert, Undo2 } from "lucide-react";
import { useEffect } from "react";
import { type ImportTarget, imports, type TableImportDetail } from "#/api/api";
import { ApiError } from "#/api/call";
import { Button, buttonClass, LinkButton } from "#/kit/Button";
import { ask } from "#/kit/Dialog";
import { Progress } from "#/kit/Drop";
import { num } from "#/kit/format";
import { Note, sentence } from "#/kit/State";
import { toast } from "#/kit/Toast";
import { DateText } from "#/kit/When";
import { useSession } from "#/shell/session";
import { keep, recordsOf, refreshAll } from "./data";
import { Diffs, Figures, Problems } from "./Report";
import { t } from "./words";

const route = getRouteApi("/o/$slug/imports/$id");

/** What became of an import: while it runs, and for good. */
export function Outcome({ d, target }: { d: TableImportDetail; target: ImportTarget }) {
  const { slug } = route.useParams();
  const { editor, admin, person } = useSession();
  // biome-ignore lint/correctness/useExhaustiveDependencies: when it is over, what it wrote is read again
  useEffect(() => void refreshAll(), [d.state]);
  if (d.state === "running")
    return (
      <div role="status" className="rounded-lg border border-line bg-surface p-5">
        <h2 className="text-base font-semibold">{t("running")}</h2>
        <p className="mt-1 text-fg-3">{t("running_more")}</p>
        <div className="mt-4 flex items-center gap-3">
          <Progress value={d.rows > 0 ? d.done_rows / d.rows : undefined} label={d.name} />
          <span className="tnum text-xs whitespace-nowrap text-fg-3">{t("of_rows", { n: d.done_rows, all: num(d.rows) })}</span>
        </div>
      </div>
    );
  const back = async (leave: boolean) => {
    keep(await imports.undo({ id: d.id, leave }));
    toast.done(t("undone"));
    void refreshAll();
  };
  const undo = () =>
    ask({
      title: t("undo_title"),
      effect: t("undo_more", { n: d.created + d.changed }),
      action: t("undo"),
      run: () =>
        back(false).catch((e) => {
          if (!(e instanceof ApiError && e.status === 409 && d.state === "done")) throw e;
          // The next question waits until this one is gone.
          setTimeout(() => ask({ title: t("undo_rest_title"), effect: sentence(e), action: t("undo_rest"), run: () => back(true) }));
        }),
    });
  return (
    <div className="space-y-8">
      {d.state === "failed" ? (
        <Note tone="bad" icon={<TriangleAlert size={15} />}>
          <b className="font-semibold">{t("failed")}.</b> {d.failure} {t("failure_rest")}
        </Note>
      ) : (
        <Note
          tone={d.state === "done" ? "ok" : "info"}
          icon={d.state === "done" ? <CircleCheck size={15} /> : <RotateCcw size={15} />}
          actions={
            editor &&
            d.undoable &&
            (admin || d.person === person) && (
              <Button size="sm" onClick={undo}>
                <Undo2 size={13} /> {t("undo")}
              </Button>
            )
          }
        >
          <b className="font-semibold">{d.state === "done" ? t("done") : t("undone")}.</b>{" "}
          {t("done_more", { created: num(d.created), changed: num(d.changed), same: num(d.same), refused: num(d.refused) })} {d.person_name}{" "}
          <DateText value={d.ended_at} show="full" />
        </Note>
      )}
      <Figures d={d} />
      <div className="flex flex-wrap gap-2">
        <LinkButton href={recordsOf(slug, d)}>{t("view_records")}</LinkButton>
        {editor && d.refused > 0 && (
          <Link
            to="/o/$slug/imports/new"
            params={{ slug }}
            search={{ target: d.target, under: d.under || undefined }}
            className={buttonClass({ variant: "primary" })}
          >
            {t("again")}
          </Link>
        )}
      </div>
      <Problems d={d} target={target} />
      {d.report && <Diffs report={d.report} target={target} over />}
    </div>
  );
}
