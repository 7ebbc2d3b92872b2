import { useQuery } from "@tanstack/react-query";
import { FileText, X } from "lucide-react";
import { useState } from "react";
import { activity } from "#/api/api";
import { Button } from "#/kit/Button";
import { Dialog, DialogActions } from "#/kit/Dialog";
import { DropTarget } from "#/kit/Drop";
import { Select, TextArea } from "#/kit/Field";
import { Form, useForm } from "#/kit/form";
import { bytes } from "#/kit/format";
import { Note, Skeleton } from "#/kit/State";
import { toast } from "#/kit/Toast";
import { detailQuery, refreshAll } from "./data";
import type { Turn } from "./say";
import { t } from "./words";

/** Completes an occurrence: with what was found and, best, the file that proves it. */
export function CompleteDialog({ turn, onClose }: { turn: Turn | null; onClose: () => void }) {
  const [last, setLast] = useState(turn);
  if (turn && turn !== last) setLast(turn); // its words stay while it fades out
  return (
    <Dialog open={turn !== null} onOpenChange={(on) => !on && onClose()} title={t("complete_title", { name: last?.name ?? "" })}>
      {turn && <Body turn={turn} close={onClose} />}
    </Dialog>
  );
}

type Input = { note: string; evidence: string; file: File | null };
const empty: Input = { note: "", evidence: "", file: null };

function Body({ turn, close }: { turn: Turn; close: () => void }) {
  const requests = useQuery(detailQuery(turn.activity)).data?.requests;
  const form = useForm({
    start: empty,
    send: ({ note, evidence, file }) =>
      file
        ? activity.prove({ id: turn.occurrence, file, evidence: evidence || requests?.[0]?.id, note: note || undefined, complete: true })
        : activity.say({ id: turn.occurrence, body: { status: "completed", note } }),
    done: (out) => {
      toast.saved(t("completed", { name: turn.name }), out);
      void refreshAll();
      close();
    },
  });
  const { file } = form.input;
  if (!requests) return <Skeleton lines={4} />;
  return (
    <Form form={form}>
      {requests.length === 0 ? (
        <Note>{t("complete_no_request")}</Note>
      ) : (
        <div>
          <p className="mb-1 text-xs font-medium">{t("complete_file")}</p>
          {file ? (
            <p className="flex min-h-9 items-center gap-2.5 rounded-lg border border-line px-3">
              <FileText size={14} className="shrink-0 text-fg-3" aria-hidden />
              <span className="truncate">{file.name}</span>
              <span className="tnum text-xs text-fg-3">{bytes(file.size)}</span>
              <Button
                variant="ghost"
                size="sm"
                icon
                className="ms-auto"
                aria-label={t("unlink", { name: file.name })}
                onClick={() => form.set({ file: null })}
              >
                <X size={13} />
              </Button>
            </p>
          ) : (
            <DropTarget large multiple={false} onFiles={([f]) => f && form.set({ file: f })} hint={t("complete_file_hint")} />
          )}
          {form.errors.fields.file && <p className="mt-1 text-xs text-bad-text">{form.errors.fields.file}</p>}
        </div>
      )}
      {file && requests.length > 1 && (
        <Select
          label={t("complete_which")}
          options={requests.map((r) => ({ value: r.id, label: r.name }))}
          {...form.field("evidence")}
          value={form.input.evidence || (requests[0]?.id ?? "")}
        />
      )}
      <TextArea label={t("note")} hint={t("note_hint")} optional maxLength={2000} {...form.field("note")} />
      <DialogActions>
        <Button onClick={close}>{t("cancel")}</Button>
        <Button type="submit" variant="primary" pending={form.pending}>
          {t("complete")}
        </Button>
      </DialogActions>
    </Form>
  );
}
