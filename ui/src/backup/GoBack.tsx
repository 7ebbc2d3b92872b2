import { useQuery } from "@tanstack/react-query";
import clsx from "clsx";
import { CornerUpLeft, FileWarning, Minus, Plus, RotateCcw } from "lucide-react";
import { useState } from "react";
import { type BackupChange, type BackupPreview, type BackupRow, backup } from "#/api/api";
import { exactly } from "#/auditlog/data";
import { tableName } from "#/auditlog/names";
import { Button } from "#/kit/Button";
import { cache } from "#/kit/cache";
import { Dialog, DialogActions } from "#/kit/Dialog";
import { Field, TextArea } from "#/kit/Field";
import { Form, useForm } from "#/kit/form";
import { num } from "#/kit/format";
import { ErrorState, Note, Skeleton } from "#/kit/State";
import { toast } from "#/kit/Toast";
import { previewQuery } from "./data";
import { t } from "./words";

/** Asks for any moment, to the minute, as the reader's clock says it. */
export function Moment({ first, onPick }: { first: string; onPick: (at: string) => void }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button variant="primary" onClick={() => setOpen(true)}>
        <RotateCcw size={14} /> {t("back_to")}
      </Button>
      <Dialog open={open} onOpenChange={setOpen} title={t("moment")} description={t("moment_how")} width={380}>
        <Choose
          first={first}
          onPick={(at) => {
            setOpen(false);
            onPick(at);
          }}
        />
      </Dialog>
    </>
  );
}

const pad = (n: number) => String(n).padStart(2, "0");
const local = (d: Date) => `${d.getFullYear()}-${pad(d.getMonth() + 1)}-${pad(d.getDate())}T${pad(d.getHours())}:${pad(d.getMinutes())}`;

function Choose({ first, onPick }: { first: string; onPick: (at: string) => void }) {
  const [at, setAt] = useState(() => local(new Date(Date.now() - 3_600_000)));
  const [wrong, setWrong] = useState("");
  return (
    <form
      noValidate
      onSubmit={(e) => {
        e.preventDefault();
        const when = new Date(at);
        if (Number.isNaN(when.getTime())) setWrong(t("moment_bad"));
        else onPick(when.toISOString());
      }}
    >
      <Field label={t("moment_at")} error={wrong || undefined}>
        {(bind) => (
          <input
            {...bind}
            type="datetime-local"
            className="field tnum w-full"
            value={at}
            min={first && local(new Date(first))}
            max={local(new Date())}
            onChange={(e) => setAt(e.target.value)}
          />
        )}
      </Field>
      <DialogActions>
        <Button type="submit" variant="primary">
          {t("preview")}
        </Button>
      </DialogActions>
    </form>
  );
}

/** What would change if the organisation went back, and doing it. */
export function GoBack({ at, onClose }: { at: string; onClose: () => void }) {
  const { data, error } = useQuery(previewQuery(at));
  return (
    <Dialog open onOpenChange={(to) => !to && onClose()} title={t("lead", { when: exactly(at) })} width={620}>
      {error ? (
        <ErrorState error={error} />
      ) : !data ? (
        <>
          <p role="status" className="mb-4 text-fg-3">
            {t("checking")}
          </p>
          <Skeleton lines={6} />
        </>
      ) : (
        <Preview p={data} onClose={onClose} />
      )}
    </Dialog>
  );
}

function Preview({ p, onClose }: { p: BackupPreview; onClose: () => void }) {
  const form = useForm({
    start: { reason: "" },
    send: (input) => backup.restore({ body: { record: p.record, reason: input.reason } }),
    done: (out) => {
      onClose();
      toast.done(t("restored"), { description: t("restored_more", { n: out.rows }) });
      void cache.invalidateQueries(); // it may show anywhere
    },
  });
  if (p.rows === 0) return <p className="text-fg-2">{t("nothing")}</p>;
  return (
    <Form form={form}>
      <p className="text-fg-2">
        {t("rows", { n: p.rows })}. {p.since > 0 && t("since", { n: p.since })}
      </p>
      <ul className="divide-y divide-line rounded-lg border border-line">
        {p.tables.map((c) => (
          <Kind key={c.table} c={c} />
        ))}
      </ul>
      {p.lost > 0 && (
        <Note tone="warn" icon={<FileWarning size={15} />}>
          {t("lost", { n: p.lost })}
        </Note>
      )}
      <p className="text-pretty text-fg-3">{t("people_stay")}</p>
      <TextArea label={t("reason")} required rows={2} {...form.field("reason")} />
      <DialogActions>
        <Button onClick={onClose}>{t("cancel")}</Button>
        <Button type="submit" variant="danger" pending={form.pending} disabled={form.input.reason.trim() === ""}>
          {t("back_to")}
        </Button>
      </DialogActions>
    </Form>
  );
}

function Kind({ c }: { c: BackupChange }) {
  const counts = [
    c.back > 0 && t("back", { n: c.back }),
    c.changed > 0 && t("changed", { n: c.changed }),
    c.gone > 0 && t("gone", { n: c.gone }),
  ];
  const rest = c.back + c.changed + c.gone - c.some.length;
  const named = c.some.some((r) => r.ref || r.title);
  return (
    <li className="px-3 py-2">
      <div className="flex flex-wrap items-baseline gap-x-2">
        <span className="font-medium">{tableName(c.table)}</span>
        <span className="text-xs text-fg-3">{counts.filter(Boolean).join(", ")}</span>
      </div>
      {named && (
        <ul className="mt-1 space-y-0.5">
          {c.some.map((r) => (
            <Row key={r.id} r={r} />
          ))}
          {rest > 0 && <li className="ps-5 text-xs text-fg-3">{t("more", { rest: num(rest) })}</li>}
        </ul>
      )}
    </li>
  );
}

const signs = { insert: [Plus, "text-ok-text"], update: [CornerUpLeft, "text-info-text"], delete: [Minus, "text-bad-text"] } as const;

function Row({ r }: { r: BackupRow }) {
  const [Sign, tone] = signs[r.op];
  return (
    <li className="flex min-w-0 items-center gap-2 text-sm text-fg-2">
      <Sign size={12} aria-hidden className={clsx("shrink-0", tone)} />
      {r.ref && <span className="ref shrink-0 text-xs">{r.ref}</span>}
      <span className="truncate">{r.title || r.id}</span>
    </li>
  );
}
