import { getRouteApi } from "@tanstack/react-router";
import { ChevronRight, Files } from "lucide-react";
import { useRef, useState } from "react";
import type { EvidenceDetail } from "#/api/api";
import { DropTarget, UploadRow } from "#/kit/Drop";
import { keyLabel } from "#/kit/hotkeys";
import { useJobs } from "#/kit/jobs";
import { Kbd } from "#/kit/Tag";
import { orgPath } from "#/shell/nav";
import { useSession } from "#/shell/session";
import { FileRow } from "./FileRow";
import { usePaste } from "./paste";
import { Stage, type Staged } from "./Stage";
import { accept, type Chain, chainsOf, scopeOf, sendProof } from "./upload";
import { t } from "./words";

const route = getRouteApi("/o/$slug");

/** How many files there are, and how many of them wait. */
export function FilesAside({ e }: { e: EvidenceDetail }) {
  if (e.files.length === 0) return null;
  return [t("files_count", { n: e.files.length }), ...(e.pending > 0 ? [t("files_waiting", { n: e.pending })] : [])].join(" · ");
}

/** So many files show at first, newest first. */
const atFirst = 3;
const waits = (c: Chain) => [c.head, ...c.earlier].some((f) => f.review === "pending");

type Staging = { files: Staged[]; replaces: string };
const nothing: Staging = { files: [], replaces: "" };
const none: readonly File[] = [];

/** The files that answer a request, and the place where more are dropped. */
export function FilePart({ e, onSent, start = none }: { e: EvidenceDetail; onSent?: () => void; start?: readonly File[] }) {
  const { slug } = route.useParams();
  const { editor, draft } = useSession();
  const jobs = useJobs(scopeOf(e)).filter((j) => j.state !== "done"); // what is done stands among the files
  const [staging, setStaging] = useState<Staging>(() => ({ files: start.map((file, i) => ({ id: -1 - i, file })), replaces: "" }));
  const counter = useRef(0);
  const version = useRef<HTMLInputElement>(null);
  const next = useRef(""); // the file of which a new version is being chosen
  const stage = (files: File[], replaces = "") =>
    setStaging((s) => ({
      files: [...s.files, ...files.map((file) => ({ id: counter.current++, file }))],
      replaces: replaces || s.replaces,
    }));
  const remove = (id: number) =>
    setStaging((s) => {
      const files = s.files.filter((f) => f.id !== id);
      return files.length > 0 ? { ...s, files } : nothing;
    });
  const chains = chainsOf(e.files);
  const [all, setAll] = useState(false);
  // What is decided and no longer sets the clock steps back; what waits never does.
  const shown = all || chains.length <= atFirst + 1 ? chains : chains.filter((c, i) => i < atFirst || waits(c));
  const open = editor && !draft && !e.not_applicable; // a branch takes no files
  usePaste((files) => stage(files), open);
  const replace = (id: string) => {
    next.current = id;
    version.current?.click();
  };
  if (!open && chains.length === 0) return <p className="text-fg-3">{t("files_none")}</p>;
  return (
    <>
      <DropTarget
        accept={accept}
        disabled={!open}
        large={chains.length === 0 && jobs.length === 0 && staging.files.length === 0}
        hint={chains.length === 0 && jobs.length === 0 && staging.files.length === 0 ? t("file_hint") : undefined}
        onFiles={(files) => stage(files)}
      >
        {chains.length > 0 && (
          <ul className={open || jobs.length > 0 || staging.files.length > 0 ? undefined : "-mb-px"}>
            {shown.map((c) => (
              <Versions key={c.head.id} e={e} chain={c} onReplace={open ? replace : undefined} />
            ))}
            {shown.length < chains.length && (
              <li className="border-b border-line">
                <button
                  type="button"
                  onClick={() => setAll(true)}
                  className="flex min-h-9 w-full items-center gap-2.5 px-3 text-fg-3 outline-offset-[-2px] hover:bg-hover hover:text-fg-2 pointer-coarse:min-h-11"
                >
                  <Files size={14} className="shrink-0" aria-hidden /> {t("older", { n: chains.length - shown.length })}
                </button>
              </li>
            )}
          </ul>
        )}
        {staging.files.length > 0 && (
          <Stage
            key={staging.replaces}
            e={e}
            files={staging.files}
            replaces={staging.replaces}
            onRemove={remove}
            onCancel={() => setStaging(nothing)}
            onSend={(files, about, also) => {
              sendProof(e, files, about, `${orgPath(slug, "evidence")}?open=${e.id}`);
              for (const a of also) sendProof(a, files, { ...about, replaces: "" }, `${orgPath(slug, "evidence")}?open=${a.id}`);
              setStaging(nothing);
              onSent?.();
            }}
          />
        )}
        {jobs.length > 0 && (
          <ul>
            {jobs.map((j) => (
              <UploadRow key={j.id} job={j} />
            ))}
          </ul>
        )}
      </DropTarget>
      {open && staging.files.length === 0 && (
        <p className="mt-1.5 text-xs text-fg-3 pointer-coarse:hidden">{t.rich("paste_hint", { keys: <Kbd>{keyLabel("mod+v")}</Kbd> })}</p>
      )}
      <input
        ref={version}
        type="file"
        hidden
        data-upload-version
        accept={accept}
        onChange={(ev) => {
          const [file] = ev.target.files ?? [];
          if (file) {
            setStaging(nothing);
            stage([file], next.current);
          }
          ev.target.value = ""; // the same file may be chosen again
        }}
      />
    </>
  );
}

/** A file, and under it what it replaced. Versions that still count are not hidden. */
function Versions({ e, chain, onReplace }: { e: EvidenceDetail; chain: Chain; onReplace: ((id: string) => void) | undefined }) {
  const counting = chain.earlier.filter((f) => !f.replaced);
  const gone = chain.earlier.filter((f) => f.replaced);
  return (
    <li className="border-b border-line">
      <FileRow e={e} f={chain.head} onReplace={onReplace} />
      {counting.map((f) => (
        <FileRow key={f.id} e={e} f={f} earlier />
      ))}
      {gone.length > 0 && (
        <details className="group/earlier">
          <summary className="flex min-h-7 items-center gap-1.5 ps-9 pe-3 pb-1.5 text-xs text-fg-3 hover:text-fg-2">
            <ChevronRight size={12} aria-hidden className="shrink-0 transition-transform group-open/earlier:rotate-90" />
            {t("earlier", { n: gone.length })}
          </summary>
          {gone.map((f) => (
            <FileRow key={f.id} e={e} f={f} earlier />
          ))}
        </details>
      )}
    </li>
  );
}
