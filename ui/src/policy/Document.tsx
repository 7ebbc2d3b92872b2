import { Download, FileText } from "lucide-react";
import { lazy, Suspense } from "react";
import type { VersionDetail } from "#/api/api";
import { Button, buttonClass } from "#/kit/Button";
import { documentOf, RichText } from "#/kit/RichText";
import { EmptyState, Note, Skeleton } from "#/kit/State";
import { StatusIcon } from "#/kit/Status";
import type { Draft } from "./useDraft";
import { useDraft } from "./useDraft";
import { t } from "./words";

const Editor = lazy(() => import("#/kit/editor/Editor").then((m) => ({ default: m.Editor })));

/** What can be read of a version: a text, or a document that was uploaded. */
export type Readable = Pick<VersionDetail, "id" | "content" | "text" | "name" | "type">;

/** The words of a version to read. `href` is where its document is. */
export function Words({ v, href, className }: { v: Readable; href: (inline: boolean) => string; className?: string }) {
  const doc = documentOf(v.content);
  if (v.name) return <File v={v} href={href} />;
  if (!doc) return <EmptyState icon={<FileText />} title={t("no_words")} />;
  return <RichText doc={doc} className={className} />;
}

function File({ v, href }: { v: Readable; href: (inline: boolean) => string }) {
  const get = (
    <a href={href(false)} download className={buttonClass({})}>
      <Download size={14} /> {t("download")}
    </a>
  );
  if (v.type === "application/pdf" && navigator.pdfViewerEnabled)
    return <iframe title={v.name} src={href(true)} className="block h-full min-h-[70vh] w-full border-0" />;
  if (!v.text)
    return (
      <EmptyState icon={<FileText />} title={v.name} actions={get}>
        {t("not_shown")}
      </EmptyState>
    );
  return (
    <div className="rich">
      <div className="flex items-center gap-2 text-sm text-fg-3">
        <FileText size={14} /> <span className="truncate">{v.name}</span> <span className="ms-auto">{get}</span>
      </div>
      <Note>{t("words_of_document")}</Note>
      {v.text.split(/\n+/).map((line, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line of a document is its place
        <p key={i}>{line}</p>
      ))}
    </div>
  );
}

/** A version that is being written: the editor, and how far what was written is kept. */
export function Writing({ v, label }: { v: VersionDetail; label: string }) {
  const draft = useDraft(v);
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <Trouble d={draft} />
      <Suspense fallback={<Skeleton className="mx-auto w-full max-w-[760px] px-10 py-8" lines={10} />}>
        <Editor key={`${v.id} ${draft.epoch}`} doc={documentOf(v.content)} label={label} onChange={draft.onChange} onSave={draft.save} />
      </Suspense>
      <Kept state={draft.state} />
    </div>
  );
}

function Trouble({ d }: { d: Draft }) {
  if (d.state === "conflict")
    return (
      <Note
        tone="warn"
        icon={<StatusIcon s="attention" />}
        className="m-3"
        actions={
          <>
            <Button size="sm" onClick={d.takeTheirs}>
              {t("take_theirs")}
            </Button>
            <Button size="sm" variant="primary" onClick={d.keepMine}>
              {t("keep_mine")}
            </Button>
          </>
        }
      >
        {t("conflict")}
      </Note>
    );
  if (d.state === "failed")
    return (
      <Note
        tone="bad"
        icon={<StatusIcon s="gap" />}
        className="m-3"
        actions={
          <Button size="sm" onClick={d.save}>
            {t("try_again")}
          </Button>
        }
      >
        {t("not_kept", { why: d.why })}
      </Note>
    );
  return null;
}

const Kept = ({ state }: { state: Draft["state"] }) => (
  <p aria-live="polite" data-kept={state} className="shrink-0 border-t border-line px-4 py-1.5 text-xs text-fg-3">
    {state === "saved" ? t("kept") : state === "conflict" || state === "failed" ? t("kept_not") : t("keeping")}
  </p>
);
