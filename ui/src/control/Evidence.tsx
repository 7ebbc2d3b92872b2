import { getRouteApi, Link } from "@tanstack/react-router";
import clsx from "clsx";
import { FilePlus2, Link2, Paperclip, Unlink } from "lucide-react";
import { useRef, useState } from "react";
import { type ControlDetail, type ControlEvidence, evidence } from "#/api/api";
import { Button } from "#/kit/Button";
import { Dialog, DialogActions } from "#/kit/Dialog";
import { sendFiles, UploadRow } from "#/kit/Drop";
import { Select, TextField } from "#/kit/Field";
import { Form, useForm } from "#/kit/form";
import { daysTo, shortDate } from "#/kit/format";
import { useJobs } from "#/kit/jobs";
import { FindPicker } from "#/kit/Picker";
import { type Status, StatusIcon, statusName } from "#/kit/Status";
import { Tip } from "#/kit/Tip";
import { toast } from "#/kit/Toast";
import { Due } from "#/kit/When";
import { orgPath } from "#/shell/nav";
import { useSession } from "#/shell/session";
import { attach, refreshControl } from "./data";
import { t } from "./words";

const route = getRouteApi("/o/$slug");
const limit = 25 * 2 ** 20;

export const EvidenceAside = ({ c }: { c: ControlDetail }) =>
  c.requests > 0 ? t("evidence_of", { have: c.requests - c.missing, n: c.requests }) : null;

/** The requests that prove the control. A file dropped on one is uploaded for it. */
export function EvidencePart({ c }: { c: ControlDetail }) {
  const { editor } = useSession();
  const [asking, setAsking] = useState(false);
  const have = new Set(c.linked.map((e) => e.id));
  return (
    <div className="space-y-2">
      {c.linked.length > 0 ? (
        <ul className="overflow-hidden rounded-lg border border-line [&>li:last-child]:border-b-0">
          {c.linked.map((e) => (
            <Request key={e.id} c={c} e={e} />
          ))}
        </ul>
      ) : (
        <p className="text-fg-3">{t("evidence_section_none")}</p>
      )}
      {editor && (
        <div className="-ms-2 flex flex-wrap gap-1">
          <FindPicker
            name="evidence"
            placeholder={t("find_evidence")}
            width={400}
            find={async (q) => {
              const found = await evidence.list({ q, limit: 40 });
              return found.items
                .filter((e) => !have.has(e.id))
                .map((e) => ({ value: e.id, label: e.name, hint: e.category, icon: <StatusIcon s={e.status} /> }));
            }}
            onPick={(o) =>
              void attach(c.id, () => evidence.link({ id: o.value, body: { controls: [c.id] } }), t("evidence_added", { name: o.label }))
            }
            trigger={
              <Button size="sm" variant="ghost" aria-label={t("evidence_link")}>
                <Link2 size={13} /> {t("evidence_link")}
              </Button>
            }
          />
          <Button size="sm" variant="ghost" onClick={() => setAsking(true)}>
            <FilePlus2 size={13} /> {t("ask_evidence")}
          </Button>
        </div>
      )}
      <AskDialog c={c} open={asking} onOpenChange={setAsking} />
    </div>
  );
}

/** How a request stands by its clock. */
function clock(e: ControlEvidence): Status {
  if (e.not_applicable) return "not_applicable";
  if (!e.collected_on) return "not_collected";
  if (!e.expires_on) return "current";
  const days = daysTo(e.expires_on);
  return days < 0 ? "expired" : days <= 30 ? "expiring_soon" : "current";
}

function Request({ c, e }: { c: ControlDetail; e: ControlEvidence }) {
  const { editor } = useSession();
  const { slug } = route.useParams();
  const [over, setOver] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  const scope = `evidence/${e.id}`;
  const jobs = useJobs(scope);
  const status = clock(e);
  const href = orgPath(slug, "evidence");
  const take = (files: FileList | null) =>
    files &&
    sendFiles(files, {
      scope,
      limit,
      link: `${href}?open=${e.id}`,
      send: (file, o) => evidence.upload({ id: e.id, file, ...o }),
      done: () => void refreshControl(c.id),
    });
  return (
    <>
      <li
        onDragEnter={(ev) => editor && ev.dataTransfer.types.includes("Files") && setOver((n) => n + 1)}
        onDragLeave={() => setOver((n) => Math.max(0, n - 1))}
        onDragOver={(ev) => editor && ev.dataTransfer.types.includes("Files") && ev.preventDefault()}
        onDrop={(ev) => {
          setOver(0);
          if (!editor || !ev.dataTransfer.types.includes("Files")) return;
          ev.preventDefault();
          take(ev.dataTransfer.files);
        }}
        className={clsx(
          "group/ev flex min-h-9 items-center gap-2.5 border-b border-line ps-3 pe-1.5",
          over > 0 ? "bg-accent-soft" : "hover:bg-hover",
        )}
      >
        <span className="flex" title={statusName(status)}>
          <StatusIcon s={status} label />
        </span>
        <Link to={href} search={{ open: e.id }} className="min-w-0 flex-1 truncate py-1.5 hover:underline" title={e.name}>
          {e.name}
        </Link>
        <span className="shrink-0 text-xs">
          {status === "not_collected" || status === "not_applicable" ? (
            <span className="text-fg-3">{statusName(status)}</span>
          ) : e.expires_on ? (
            <Due value={e.expires_on} soon={30} />
          ) : (
            <span className="text-fg-3">{t("evidence_last", { when: shortDate(e.collected_on) })}</span>
          )}
        </span>
        {editor && (
          <span className="flex shrink-0">
            <Tip label={t("evidence_drop", { name: e.name })}>
              <button
                type="button"
                aria-label={t("evidence_drop", { name: e.name })}
                onClick={() => input.current?.click()}
                className={rowButton}
              >
                <Paperclip size={13} />
              </button>
            </Tip>
            <button
              type="button"
              aria-label={t("evidence_unlink", { name: e.name })}
              title={t("evidence_unlink", { name: e.name })}
              onClick={() =>
                void attach(c.id, () => evidence.unlink({ id: e.id, control: c.id }), t("evidence_unlinked", { name: e.name }))
              }
              className={clsx(rowButton, "opacity-0 group-hover/ev:opacity-100 focus-visible:opacity-100 pointer-coarse:opacity-100")}
            >
              <Unlink size={13} />
            </button>
            <input
              ref={input}
              type="file"
              hidden
              multiple
              data-upload={e.id}
              onChange={(ev) => {
                take(ev.target.files);
                ev.target.value = ""; // the same file may be chosen again
              }}
            />
          </span>
        )}
      </li>
      {jobs.map((j) => (
        <UploadRow key={j.id} job={j} />
      ))}
    </>
  );
}
const rowButton = "flex size-6 items-center justify-center rounded-md text-fg-3 hover:bg-active hover:text-fg pointer-coarse:size-9";

const frequencies = [
  { value: "annual", label: t("frequency_annual") },
  { value: "semi_annual", label: t("frequency_semi_annual") },
  { value: "quarterly", label: t("frequency_quarterly") },
  { value: "monthly", label: t("frequency_monthly") },
  { value: "once", label: t("frequency_once") },
] as const;
type Frequency = (typeof frequencies)[number]["value"];

/** Asks for a proof that nobody has asked for yet. */
function AskDialog({ c, open, onOpenChange }: { c: ControlDetail; open: boolean; onOpenChange: (open: boolean) => void }) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t("ask_evidence")} description={t("ask_evidence_more", { ref: c.ref })}>
      {open && <AskBody c={c} close={() => onOpenChange(false)} />}
    </Dialog>
  );
}

function AskBody({ c, close }: { c: ControlDetail; close: () => void }) {
  const start: { name: string; frequency: Frequency } = { name: "", frequency: "annual" };
  const form = useForm({
    start,
    send: (v) => evidence.create({ body: { ...v, category: c.domain, owner: c.owner, controls: [c.id] } }),
    done: (out) => {
      toast.saved(t("evidence_created", { name: out.name }), out);
      void refreshControl(c.id);
      close();
    },
  });
  return (
    <Form form={form}>
      <TextField label={t("evidence_name")} hint={t("evidence_name_hint")} maxLength={300} required {...form.field("name")} />
      <Select label={t("every")} options={frequencies} {...form.field("frequency")} />
      <DialogActions>
        <Button onClick={close}>{t("cancel")}</Button>
        <Button type="submit" variant="primary" pending={form.pending}>
          {t("evidence_create")}
        </Button>
      </DialogActions>
    </Form>
  );
}
