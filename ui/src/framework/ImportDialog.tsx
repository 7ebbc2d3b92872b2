import { getRouteApi, Link } from "@tanstack/react-router";
import clsx from "clsx";
import { CircleCheck, FileJson, Upload, X } from "lucide-react";
import { type DragEvent, useEffect, useRef, useState } from "react";
import { framework, type Imported } from "#/api/api";
import { Button, buttonClass } from "#/kit/Button";
import { Dialog, DialogActions } from "#/kit/Dialog";
import { Progress } from "#/kit/Drop";
import { TextField } from "#/kit/Field";
import { bytes } from "#/kit/format";
import { jobQueue, useJobs } from "#/kit/jobs";
import { Note } from "#/kit/State";
import { orgPath } from "#/shell/nav";
import { t } from "./crosswalkWords";
import { refreshAll } from "./data";
import { ReportView } from "./Report";
import { zip } from "./zip";

const route = getRouteApi("/o/$slug");
const limit = 32e6;
const scope = "framework/import";

/** Imports an OSCAL catalog or profile: the upload is a job, which goes on when the window is closed. */
export function ImportDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t("import")} description={t("import_more")} width={600}>
      {open && <Body close={() => onOpenChange(false)} />}
    </Dialog>
  );
}

function Body({ close }: { close: () => void }) {
  const { slug } = route.useParams();
  const [files, setFiles] = useState<File[]>([]);
  const [name, setName] = useState("");
  const [short, setShort] = useState("");
  const [job, setJob] = useState<number>();
  const [result, setResult] = useState<Imported>();
  const running = useJobs(scope).find((j) => j.id === job);
  const size = files.reduce((n, f) => n + f.size, 0);
  const tooBig = size > limit;
  const alive = useRef(true);
  useEffect(() => {
    alive.current = true;
    return () => {
      alive.current = false;
    };
  }, []);

  const start = () =>
    setJob(
      jobQueue.start({
        scope,
        title: name.trim() || (files[0]?.name ?? ""),
        size,
        run: async (report, signal) => {
          const [one] = files;
          if (!one) return undefined;
          const file = files.length === 1 ? one : await zip(files, "import.zip");
          const out = await framework.import({
            file,
            name: name.trim() || undefined,
            short: short.trim() || undefined,
            signal,
            onProgress: (sent, all) => (sent < all ? report(sent / all) : report(undefined, undefined, "processing")),
          });
          if (alive.current) setResult(out);
          void refreshAll();
          if (out.framework) return { link: orgPath(slug, `frameworks/${out.framework.id}`), note: out.framework.name };
          if (out.edition)
            return {
              link: orgPath(slug, `frameworks/${out.edition.framework}/editions/${out.edition.id}`),
              note: t("edition_title", { name: out.edition.name || out.edition.file }),
            };
          return { link: orgPath(slug, "frameworks"), note: out.sets?.[0]?.name };
        },
      }),
    );
  const again = () => {
    setFiles([]);
    setName("");
    setShort("");
    setJob(undefined);
    setResult(undefined);
  };

  if (result && !result.framework) return <Other result={result} again={again} close={close} />;
  if (result?.framework)
    return (
      <div className="space-y-4">
        <Note tone="ok" icon={<CircleCheck size={15} />}>
          {t.rich("import_done", { name: <b className="font-semibold">{result.framework.name}</b> })}
          {result.mappings > 0 && ` ${t("import_mappings", { n: result.mappings })}`}
          {result.related > 0 && ` ${t("import_related", { n: result.related })}`}
        </Note>
        <Sets result={result} />
        {result.framework.report && <ReportView report={result.framework.report} bare />}
        <DialogActions>
          <Button onClick={again}>{t("import_again")}</Button>
          <Link
            to="/o/$slug/frameworks/$id"
            params={{ slug, id: result.framework.id }}
            className={buttonClass({ variant: "primary" }, "min-w-0 max-w-72")}
          >
            <span className="truncate">{t("import_open", { name: result.framework.short })}</span>
          </Link>
        </DialogActions>
      </div>
    );
  const busy = running !== undefined && running.state !== "failed" && running.state !== "cancelled";
  return (
    <form
      className="space-y-4"
      onSubmit={(e) => {
        e.preventDefault();
        if (files.length > 0 && !tooBig && !busy) start();
      }}
    >
      <Choose files={files} setFiles={setFiles} disabled={busy} />
      {files.length > 0 && (
        <div className="grid gap-4 sm:grid-cols-[1fr_180px]">
          <TextField
            label={t("import_name")}
            hint={t("import_name_hint")}
            optional
            maxLength={300}
            value={name}
            onChange={setName}
            disabled={busy}
          />
          <TextField
            label={t("import_short")}
            hint={t("import_short_hint")}
            optional
            maxLength={40}
            value={short}
            onChange={setShort}
            disabled={busy}
          />
        </div>
      )}
      {busy && (
        <div role="status">
          <div className="flex items-center gap-3">
            <Progress value={running.state === "processing" ? undefined : running.progress} label={running.title} />
            <span className="tnum text-xs text-fg-3">{bytes(size)}</span>
          </div>
          <p className="mt-1.5 text-xs text-fg-3">{t("import_running")}</p>
        </div>
      )}
      {running?.state === "failed" && (
        <Note tone="bad">
          <span role="alert">
            <b className="font-semibold">{t("import_failed")}.</b> {running.note}
          </span>
        </Note>
      )}
      <DialogActions>
        <Button onClick={close}>{t(busy ? "close" : "cancel")}</Button>
        <Button type="submit" variant="primary" disabled={files.length === 0 || tooBig} pending={busy}>
          <Upload size={14} /> {t("import_do")}
        </Button>
      </DialogActions>
    </form>
  );
}

/** What an import was that made no framework: mapping sets, or another edition of one that is here. */
function Other({ result, again, close }: { result: Imported; again: () => void; close: () => void }) {
  const { slug } = route.useParams();
  const e = result.edition;
  return (
    <div className="space-y-4">
      {e && (
        <Note tone={e.open > 0 ? "info" : "ok"} icon={<CircleCheck size={15} />}>
          {e.open > 0
            ? t("import_edition", { short: e.short, from: e.from || "–", name: e.name || e.file, n: e.open })
            : t("import_edition_same", { short: e.short, name: e.name || e.file })}
        </Note>
      )}
      <Sets result={result} />
      <DialogActions>
        <Button onClick={again}>{t("import_again")}</Button>
        {e ? (
          <Link
            to="/o/$slug/frameworks/$id/editions/$edition"
            params={{ slug, id: e.framework, edition: e.id }}
            className={buttonClass({ variant: "primary" })}
          >
            {t("edition_review")}
          </Link>
        ) : (
          <Button variant="primary" onClick={close}>
            {t("close")}
          </Button>
        )}
      </DialogActions>
    </div>
  );
}

function Sets({ result }: { result: Imported }) {
  return result.sets?.map((s) => (
    <div key={s.id} className="space-y-2">
      <Note tone="ok" icon={<CircleCheck size={15} />}>
        {t.rich("import_set", { name: <b className="font-semibold">{s.name}</b>, bound: s.bound, of: s.total })}{" "}
        {(!s.from.framework || !s.to.framework) && t("import_set_waits", { name: s.from.framework ? s.to.key : s.from.key })}
      </Note>
      {s.warnings.length > 0 && (
        <ul className="list-disc space-y-1 ps-6 text-xs text-fg-2">
          {s.warnings.map((w) => (
            <li key={w}>{w}</li>
          ))}
        </ul>
      )}
    </div>
  ));
}

const canRead = (f: File) => /\.(json|xml|zip|ya?ml)$/i.test(f.name);
const carriesFiles = (e: DragEvent) => e.dataTransfer.types.includes("Files");

/** Files are dropped or chosen; the first is imported, the others are catalogs that it may select from. */
function Choose({ files, setFiles, disabled }: { files: File[]; setFiles: (files: File[]) => void; disabled: boolean }) {
  const [over, setOver] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  const take = (list: FileList | null) => {
    const fresh = [...(list ?? [])].filter(canRead);
    setFiles([...files.filter((f) => !fresh.some((n) => n.name === f.name)), ...fresh]);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is a second way; the button inside is the first
    <div
      onDragEnter={(e) => !disabled && carriesFiles(e) && setOver((n) => n + 1)}
      onDragLeave={(e) => carriesFiles(e) && setOver((n) => Math.max(0, n - 1))}
      onDragOver={(e) => !disabled && carriesFiles(e) && e.preventDefault()}
      onDrop={(e) => {
        if (disabled || !carriesFiles(e)) return;
        e.preventDefault();
        setOver(0);
        take(e.dataTransfer.files);
      }}
      className={clsx("overflow-hidden rounded-lg border", over > 0 ? "border-accent bg-accent-soft" : "border-dashed border-line-2")}
    >
      {files.length > 0 && (
        <ul>
          {files.map((f) => (
            <li key={f.name} className="flex min-h-9 items-center gap-2.5 border-b border-line px-3">
              <FileJson size={14} className="shrink-0 text-fg-3" aria-hidden />
              <span className="truncate">{f.name}</span>
              <span className="tnum ms-auto shrink-0 text-xs text-fg-3">{bytes(f.size)}</span>
              <button
                type="button"
                disabled={disabled}
                aria-label={t("import_remove", { name: f.name })}
                onClick={() => setFiles(files.filter((o) => o !== f))}
                className="flex size-6 items-center justify-center rounded-md text-fg-3 hover:bg-hover hover:text-fg disabled:opacity-50"
              >
                <X size={13} />
              </button>
            </li>
          ))}
        </ul>
      )}
      <button
        type="button"
        disabled={disabled}
        onClick={() => input.current?.click()}
        className="flex min-h-24 w-full flex-col items-center justify-center gap-1.5 px-4 py-4 text-fg-2 outline-offset-[-2px] hover:bg-hover disabled:opacity-50"
      >
        <FileJson size={18} className="text-fg-3" aria-hidden />
        <span>{t.rich("import_drop", { browse: <span className="text-accent-text">{t("import_drop_browse")}</span> })}</span>
        <span className="max-w-96 text-xs text-pretty text-fg-3">{t("import_drop_hint")}</span>
      </button>
      <input
        ref={input}
        type="file"
        hidden
        multiple
        data-upload
        accept=".json,.xml,.zip,.yaml,.yml"
        onChange={(e) => {
          take(e.target.files);
          e.target.value = ""; // the same file may be chosen again
        }}
      />
    </div>
  );
}
