import clsx from "clsx";
import { CircleCheck, FileText, Paperclip, RotateCw, TriangleAlert, X } from "lucide-react";
import { type DragEvent, type ReactNode, type RefObject, useRef, useState } from "react";
import { bytes } from "./format";
import { isOver, type Job, jobQueue, useJobs } from "./jobs";
import { t } from "./words";

type Send<Out> = (file: File, o: { onProgress: (sent: number, all: number) => void; signal: AbortSignal }) => Promise<Out>;
type UploadProps<Out> = {
  /** Names the place: "evidence/<id>". */
  scope: string;
  /** `(file, o) => evidence.upload(file, { id, ...o })` */
  send: Send<Out>;
  done?: (out: Out, file: File) => void;
  /** Bytes; a larger file is refused before it is sent. */
  limit?: number;
  /** ".pdf,.png": what the picker offers. The server decides by content. */
  accept?: string;
  /** Where the file can be seen afterwards. */
  link?: string;
};

/** Sends files as jobs: they show where they were dropped and in the tray. */
export function sendFiles<Out>(files: Iterable<File>, { scope, send, done, limit, accept, link }: UploadProps<Out>) {
  for (const file of files) {
    if (limit !== undefined && file.size > limit) {
      jobQueue.refuse(scope, file.name, t("file_too_big", { size: bytes(file.size), limit: bytes(limit) }), file.size);
      continue;
    }
    if (accept && !accept.split(",").some((ext) => file.name.toLowerCase().endsWith(ext.trim().toLowerCase()))) {
      jobQueue.refuse(scope, file.name, t("file_wrong_kind", { kinds: accept.replaceAll(",", ", ") }), file.size);
      continue;
    }
    jobQueue.start({
      scope,
      title: file.name,
      size: file.size,
      run: async (report, signal) => {
        const out = await send(file, {
          signal,
          onProgress: (sent, all) =>
            sent >= all ? report(undefined, t("processing"), "processing") : report(all > 0 ? sent / all : undefined, t("uploading")),
        });
        done?.(out, file);
        return { link, note: t("ready") };
      },
    });
  }
}

/** Whether a drag carries files, and not text or a tab. */
const carriesFiles = (e: DragEvent) => e.dataTransfer.types.includes("Files");

type TargetProps = {
  onFiles: (files: File[]) => void;
  /** What is already there, above the place to drop. */
  children?: ReactNode;
  accept?: string;
  multiple?: boolean;
  disabled?: boolean;
  /** A large place of its own rather than the last row of a list. */
  large?: boolean;
  hint?: ReactNode;
  /** The file field, for another button that opens it too. */
  input?: RefObject<HTMLInputElement | null>;
};

/** A place where files are dropped or chosen; what happens with them is up to `onFiles`. */
export function DropTarget({ onFiles, children, accept, multiple = true, disabled, large, hint, input }: TargetProps) {
  const [over, setOver] = useState(0);
  const own = useRef<HTMLInputElement>(null);
  const field = input ?? own;
  const take = (files: FileList | null) => files && files.length > 0 && onFiles(multiple ? [...files] : [...files].slice(0, 1));
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
      className={clsx(
        "overflow-hidden rounded-lg border transition-colors",
        over > 0 ? "border-accent bg-accent-soft" : large ? "border-dashed border-line-2" : "border-line",
      )}
    >
      {children}
      {!disabled && (
        <button
          type="button"
          onClick={() => field.current?.click()}
          className={clsx(
            "flex w-full items-center gap-2.5 px-3 text-fg-3 outline-offset-[-2px] hover:bg-hover hover:text-fg-2",
            large ? "min-h-24 flex-col justify-center gap-1.5 py-4" : "min-h-9 pointer-coarse:min-h-11",
          )}
        >
          <Paperclip size={14} className="shrink-0" aria-hidden />
          <span>{over > 0 ? t("drop_here") : t.rich("drop_or", { browse: <span className="text-accent-text">{t("browse")}</span> })}</span>
          {hint && <span className={clsx("text-xs text-fg-3", !large && "ms-auto")}>{hint}</span>}
        </button>
      )}
      <input
        ref={field}
        type="file"
        hidden
        data-upload
        multiple={multiple}
        accept={accept}
        onChange={(e) => {
          take(e.target.files);
          e.target.value = ""; // the same file may be chosen again
        }}
      />
    </div>
  );
}

type DropProps<Out> = UploadProps<Out> & Omit<TargetProps, "onFiles" | "accept" | "input">;

/** Files dropped or chosen here are sent at once; each shows its progress, can be cancelled and tried again. */
export function Dropzone<Out>({ children, multiple, disabled, large, hint, ...p }: DropProps<Out>) {
  const mine = useJobs(p.scope);
  return (
    <DropTarget {...{ multiple, disabled, large, hint }} accept={p.accept} onFiles={(files) => sendFiles(files, p)}>
      {children}
      {mine.length > 0 && (
        <ul>
          {mine.map((j) => (
            <UploadRow key={j.id} job={j} />
          ))}
        </ul>
      )}
    </DropTarget>
  );
}

export function UploadRow({ job }: { job: Job }) {
  const over = isOver(job);
  return (
    <li className="flex min-h-11 items-center gap-2.5 border-b border-line px-3 py-1">
      {job.state === "failed" ? (
        <TriangleAlert size={14} className="shrink-0 text-bad" aria-hidden />
      ) : job.state === "done" ? (
        <CircleCheck size={14} className="shrink-0 text-ok" aria-hidden />
      ) : (
        <FileText size={14} className="shrink-0 text-fg-3" aria-hidden />
      )}
      <div className="min-w-0 flex-1">
        <div className="flex items-baseline gap-2 text-sm">
          {job.link && job.state === "done" ? (
            <a href={job.link} className="truncate hover:underline">
              {job.title}
            </a>
          ) : (
            <span className="truncate">{job.title}</span>
          )}
          {job.size !== undefined && <span className="tnum ms-auto shrink-0 text-xs text-fg-3">{bytes(job.size)}</span>}
        </div>
        {over ? (
          <div
            role={job.state === "failed" ? "alert" : "status"}
            className={clsx(
              "text-xs text-pretty",
              job.state === "failed" ? "text-bad-text" : job.state === "done" ? "text-ok-text" : "text-fg-3",
            )}
          >
            {job.state === "cancelled" ? t("job_cancelled") : job.note || (job.state === "done" ? t("done") : t("failed"))}
          </div>
        ) : (
          <div className="flex items-center gap-2">
            <Progress value={job.progress} label={job.title} />
            <span className="max-w-32 truncate text-end text-xs text-fg-3">{job.state === "waiting" ? t("job_waiting") : job.note}</span>
          </div>
        )}
      </div>
      {(job.state === "failed" || job.state === "cancelled") && jobQueue.canRetry(job.id) && (
        <IconButton label={t("retry_upload", { name: job.title })} onClick={() => jobQueue.retry(job.id)}>
          <RotateCw size={13} />
        </IconButton>
      )}
      <IconButton
        label={over ? t("dismiss") : t("cancel_upload", { name: job.title })}
        onClick={() => (over ? jobQueue.remove(job.id) : jobQueue.cancel(job.id))}
      >
        <X size={13} />
      </IconButton>
    </li>
  );
}

const IconButton = ({ label, onClick, children }: { label: string; onClick: () => void; children: ReactNode }) => (
  <button
    type="button"
    aria-label={label}
    onClick={onClick}
    className="flex size-6 shrink-0 items-center justify-center rounded-md text-fg-3 hover:bg-hover hover:text-fg"
  >
    {children}
  </button>
);

/** A bar that fills, or that moves to and fro while nobody knows how far it is. */
export function Progress({ value, label }: { value: number | undefined; label: string }) {
  return (
    <span
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={value === undefined ? undefined : Math.round(value * 100)}
      className="h-1 min-w-8 flex-1 overflow-hidden rounded-full bg-active"
    >
      {value === undefined ? (
        <span className="skeleton block h-full rounded-full" />
      ) : (
        <span className="block h-full rounded-full bg-accent transition-[width]" style={{ width: `${value * 100}%` }} />
      )}
    </span>
  );
}
