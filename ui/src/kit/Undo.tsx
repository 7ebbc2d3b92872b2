import { useQuery } from "@tanstack/react-query";
import { Undo2 } from "lucide-react";
import { useState } from "react";
import { type AuditChange, audit, type Hurdle, type UndoPreview } from "#/api/api";
import { asOf } from "#/api/past";
import { Button } from "./Button";
import { Dialog } from "./Dialog";
import { DiffList } from "./DiffList";
import { withDates } from "./format";
import { ErrorState, Note, Skeleton, sentence } from "./State";
import { putBack } from "./Toast";
import { t } from "./words";

type Props = {
  seq: number;
  /** What was done, for the button's name where many stand under each other. */
  what?: string;
  quiet?: boolean;
};

/** Undoes one record of the log: first it shows what would change back, or why it cannot. The past has none. */
export function UndoButton({ seq, what, quiet }: Props) {
  const [open, setOpen] = useState(false);
  if (asOf) return null;
  return (
    <>
      <Button
        size="sm"
        variant={quiet ? "ghost" : undefined}
        aria-label={what && t("undo_step", { what })}
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
      >
        <Undo2 size={12} aria-hidden /> {t("undo")}
      </Button>
      <UndoDialog seq={seq} open={open} onOpenChange={setOpen} />
    </>
  );
}

function UndoDialog({ seq, open, onOpenChange }: { seq: number; open: boolean; onOpenChange: (open: boolean) => void }) {
  const look = useQuery({
    queryKey: ["undo", seq],
    queryFn: () => audit.undo_preview({ seq }),
    enabled: open,
    staleTime: 0,
    gcTime: 0,
    retry: false,
  });
  const [pending, setPending] = useState(false);
  const [failed, setFailed] = useState("");
  const p = look.data;
  const change = (to: boolean) => {
    setFailed("");
    onOpenChange(to);
  };
  const run = async (leave: boolean) => {
    setPending(true);
    setFailed("");
    try {
      await putBack(seq, { leave });
      change(false);
    } catch (e) {
      setFailed(sentence(e));
      void look.refetch();
    } finally {
      setPending(false);
    }
  };
  const possible = p !== undefined && p.rows > 0;
  return (
    <Dialog
      open={open}
      onOpenChange={change}
      width={560}
      title={t(p && !possible ? "undo_could" : "undo_title")}
      description={p && `${p.actor.name} ${p.summary}.`}
      footer={
        <>
          <Button onClick={() => change(false)}>{t(p && !possible ? "close" : "cancel")}</Button>
          {(!p || possible) && (
            <Button variant="primary" disabled={!possible || look.isFetching} pending={pending} onClick={() => void run(!p?.possible)}>
              {t(p && !p.possible ? "undo_all_but" : "undo")}
            </Button>
          )}
        </>
      }
    >
      {look.error ? (
        <ErrorState error={look.error} onRetry={() => void look.refetch()} className="py-4" />
      ) : p ? (
        <div className="space-y-4">
          {failed && (
            <p role="alert" className="text-bad-text">
              {failed}
            </p>
          )}
          {p.why.length > 0 && <Why p={p} />}
          {p.changes.length > 0 && <Back p={p} />}
        </div>
      ) : (
        <Skeleton lines={4} />
      )}
    </Dialog>
  );
}

/** What is in the way: one sentence for each row, with a link to the record that it is about. */
function Why({ p }: { p: UndoPreview }) {
  const few = p.why.slice(0, 5);
  return (
    <Note tone="info">
      {p.rows > 0 && <p className="mb-1 font-medium">{t("undo_in_the_way", { n: p.left })}</p>}
      <ul className="space-y-1">
        {few.map((h) => (
          <li key={h.why} className="text-pretty">
            {h.why} <Where h={h} />
          </li>
        ))}
        {p.in_the_way > few.length && <li className="text-fg-3">{t("undo_more", { n: p.in_the_way - few.length })}</li>}
      </ul>
      {p.rows > 0 && <p className="mt-1">{t("undo_rest", { n: p.rows })}</p>}
    </Note>
  );
}

/** Records that have an address of their own. */
const pages: Readonly<Record<string, string>> = { control: "controls", evidence: "evidence", framework: "frameworks" };

function Where({ h }: { h: Hurdle }) {
  const [, , slug] = location.pathname.split("/");
  const page = pages[h.table ?? ""];
  if (!page || !h.id || !h.name) return null;
  return (
    <a className="text-accent-text underline underline-offset-2" href={`/o/${slug}/${page}/${h.id}`}>
      {t("undo_open", { name: h.name })}
    </a>
  );
}

function Back({ p }: { p: UndoPreview }) {
  return (
    <section>
      <h3 className="mb-2 font-medium">{t("undo_done")}</h3>
      <ul className="max-h-72 space-y-3 overflow-y-auto">
        {p.changes.map((c) => (
          <li key={`${c.table}/${c.pk}`}>
            <p className="mb-1 truncate text-fg-2">
              {c.op === "update" ? c.name : t(c.op === "insert" ? "history_added" : "history_removed", { name: c.name })}
            </p>
            {c.op === "update" && <Fields c={c} />}
          </li>
        ))}
        {p.rows > p.changes.length && <li className="text-fg-3">{t("undo_more", { n: p.rows - p.changes.length })}</li>}
      </ul>
    </section>
  );
}

function Fields({ c }: { c: AuditChange }) {
  return (
    <div className="text-xs">
      <DiffList changes={c.fields.map((f) => ({ field: f.column, label: f.name, old: withDates(f.old), new: withDates(f.new) }))} />
    </div>
  );
}
