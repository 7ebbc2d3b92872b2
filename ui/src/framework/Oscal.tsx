import { CircleCheck, FileJson, FileUp } from "lucide-react";
import { useRef, useState } from "react";
import { type Framework, framework, type OscalPlan, statement } from "#/api/api";
import { Button } from "#/kit/Button";
import { Dialog, DialogActions } from "#/kit/Dialog";
import { MenuItem, MenuLabel, MenuSep } from "#/kit/Menu";
import { Note, Skeleton, sentence } from "#/kit/State";
import { save } from "#/kit/save";
import { Tag } from "#/kit/Tag";
import { toast } from "#/kit/Toast";
import { refreshAll } from "./data";
import { ReportView } from "./Report";
import { t } from "./words";

/** A framework as OSCAL, in the export menu. */
export function OscalExports({ id }: { id: string }) {
  const items = [
    [framework.export_catalog({ id }), t("oscal_catalog", { form: "JSON" })],
    [framework.export_catalog({ id, format: "xml" }), t("oscal_catalog", { form: "XML" })],
    [framework.export_profile({ id }), t("oscal_profile")],
    [statement.export_ssp({ id }), t("oscal_ssp")],
    [statement.export_components({ id }), t("oscal_components")],
  ] as const;
  return (
    <>
      <MenuSep />
      <MenuItem render={<a href={statement.export({ framework: id, format: "xlsx" })} download />}>{t("statements_export")}</MenuItem>
      <MenuSep />
      <MenuLabel>{t("oscal")}</MenuLabel>
      {items.map(([href, label]) => (
        <MenuItem key={href} onClick={() => void save(href).catch((e) => toast.failed(e))}>
          {label}
        </MenuItem>
      ))}
    </>
  );
}

type Read = { file: File; plan?: OscalPlan; error?: unknown };

/** Imports a plan or components into a framework: first it says what would change, then it does. */
export function PlanDialog({ f, open, onOpenChange }: { f: Framework; open: boolean; onOpenChange: (open: boolean) => void }) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t("plan_title")} description={t("plan_more", { name: f.short })} width={620}>
      {open && <Body f={f} close={() => onOpenChange(false)} />}
    </Dialog>
  );
}

function Body({ f, close }: { f: Framework; close: () => void }) {
  const input = useRef<HTMLInputElement>(null);
  const [read, setRead] = useState<Read>();
  const [busy, setBusy] = useState(false);
  const plan = read?.plan;

  const check = async (file: File | undefined) => {
    if (!file) return;
    setRead({ file });
    try {
      setRead({ file, plan: await send(f.id, file, true) });
    } catch (error) {
      setRead({ file, error });
    }
  };
  const run = async () => {
    if (!read) return;
    setBusy(true);
    try {
      const out = await send(f.id, read.file, false);
      toast.saved(t("plan_done", { name: out.report.title }), out);
      await refreshAll();
      close();
    } catch (error) {
      setRead({ file: read.file, error });
      setBusy(false);
    }
  };
  const nothing = plan !== undefined && plan.created + plan.changed === 0;
  return (
    <div className="space-y-4">
      {!read ? (
        <button
          type="button"
          onClick={() => input.current?.click()}
          className="flex min-h-24 w-full flex-col items-center justify-center gap-1.5 rounded-lg border border-dashed border-line-2 px-4 py-4 text-fg-2 hover:bg-hover"
        >
          <FileJson size={18} className="text-fg-3" aria-hidden />
          <span>{t("plan_drop")}</span>
          <span className="text-xs text-fg-3">{t("plan_drop_hint")}</span>
        </button>
      ) : read.error !== undefined ? (
        <Note tone="bad">
          <span role="alert">
            <b className="font-semibold">{t("plan_failed")}.</b> {sentence(read.error)}
          </span>
        </Note>
      ) : plan ? (
        <Found plan={plan} nothing={nothing} />
      ) : (
        <div role="status">
          <p className="mb-2 text-xs text-fg-3">{t("plan_checking", { name: read.file.name })}</p>
          <Skeleton lines={5} />
        </div>
      )}
      <input
        ref={input}
        type="file"
        hidden
        data-upload
        accept=".json"
        onChange={(e) => {
          void check(e.target.files?.[0]);
          e.target.value = ""; // the same file may be chosen again
        }}
      />
      <DialogActions>
        {read && (
          <Button variant="ghost" className="me-auto" onClick={() => input.current?.click()} disabled={busy}>
            {t("plan_other")}
          </Button>
        )}
        <Button onClick={close}>{t(nothing ? "close" : "cancel")}</Button>
        {!nothing && (
          <Button variant="primary" disabled={!plan} pending={busy} onClick={() => void run()}>
            <FileUp size={14} /> {t("plan_do")}
          </Button>
        )}
      </DialogActions>
    </div>
  );
}

/** The document says itself which of the two it is; what is neither, the server names. */
async function send(id: string, file: File, dry: boolean): Promise<OscalPlan> {
  const head = await file.slice(0, 4096).text();
  const run = /"component-definition"\s*:/.test(head) ? statement.import_components : statement.import_ssp;
  return run({ id, file, dry });
}

function Found({ plan, nothing }: { plan: OscalPlan; nothing: boolean }) {
  return (
    <>
      <div>
        <p className="font-medium">{plan.report.title}</p>
        <p className="mt-1.5 flex flex-wrap gap-1.5">
          {plan.created > 0 && <Tag tone="ok">{t("plan_created", { n: plan.created })}</Tag>}
          {plan.changed > 0 && <Tag tone="warn">{t("plan_changed", { n: plan.changed })}</Tag>}
          {plan.same > 0 && <Tag>{t("plan_same", { n: plan.same })}</Tag>}
        </p>
      </div>
      {nothing ? (
        <Note tone="ok" icon={<CircleCheck size={15} />}>
          {t("plan_nothing")}
        </Note>
      ) : (
        <div>
          <h3 className="mb-1 text-xs font-semibold">{t("plan_changes")}</h3>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by keys */}
          <ul tabIndex={0} aria-label={t("plan_changes")} className="max-h-56 overflow-y-auto rounded-lg border border-line">
            {plan.changes.map((c) => (
              <li
                key={`${c.kind} ${c.ref} ${c.title}`}
                className="flex min-h-8 items-center gap-2 border-b border-line px-3 text-xs last:border-b-0"
              >
                <span className="w-20 shrink-0 text-fg-3">{t(`plan_kind_${c.kind}`)}</span>
                {c.ref && <span className="ref shrink-0">{c.ref}</span>}
                <span className="truncate text-fg-2">{c.title}</span>
                <span className="ms-auto shrink-0 ps-2 text-fg-3">{t(c.what === "new" ? "plan_new" : "plan_now")}</span>
              </li>
            ))}
          </ul>
        </div>
      )}
      <ReportView report={plan.report} bare />
    </>
  );
}
