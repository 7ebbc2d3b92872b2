import { useQueryClient } from "@tanstack/react-query";
import clsx from "clsx";
import {
  Check,
  Download,
  Ellipsis,
  Eye,
  FileBraces,
  File as FileIcon,
  FileImage,
  FilePlus2,
  FileSpreadsheet,
  FileText,
  LoaderCircle,
  type LucideIcon,
  MessageSquareText,
  Pencil,
  ShieldCheck,
  Trash2,
  X,
} from "lucide-react";
import { type ReactNode, useState } from "react";
import { type EvidenceDetail, type EvidenceFile, evidence, type FileCheck } from "#/api/api";
import { Button } from "#/kit/Button";
import { Copy } from "#/kit/Copy";
import { ago, bytes, dateRange, fullDate, longDate } from "#/kit/format";
import { Menu, MenuItem, MenuSep } from "#/kit/Menu";
import { Note } from "#/kit/State";
import { StatusLabel } from "#/kit/Status";
import { Tag } from "#/kit/Tag";
import { Tip } from "#/kit/Tip";
import { toast } from "#/kit/Toast";
import { useSession } from "#/shell/session";
import { attach } from "./data";
import { FileForm } from "./FileForm";
import { kindName } from "./names";
import { PreviewDialog } from "./Preview";
import { acceptFile, askAccept, askReject, useMayReview } from "./review";
import { t } from "./words";

type Props = {
  e: EvidenceDetail;
  f: EvidenceFile;
  /** An earlier version, under the one that follows it. */
  earlier?: boolean;
  onReplace?: (id: string) => void;
};

/** One file with all that an auditor asks about it, and what may be done with it. */
export function FileRow({ e, f, earlier, onReplace }: Props) {
  const [check, setCheck] = useState<FileCheck | "reading">();
  const [editing, setEditing] = useState(false);
  const may = useMayReview(e, f);
  const client = useQueryClient();
  const Icon = iconOf(f.type);
  const view = f.type === "application/pdf" ? evidence.download({ id: f.id, inline: true }) : undefined;
  const [looking, setLooking] = useState(false);
  const href = evidence.download({ id: f.id });
  const before = e.files.find((x) => x.id === f.replaces);

  const state = f.replaced ? <Tag tone="mute">{t("replaced")}</Tag> : <StatusLabel s={f.review} />;
  const counts = f.review === "accepted" && !f.replaced && f.collected_on === e.collected_on;

  const verify = async () => {
    setCheck("reading");
    try {
      setCheck(await evidence.verify({ id: f.id }));
      void client.invalidateQueries({ queryKey: ["history", "evidence", e.id] });
    } catch (x) {
      setCheck(undefined);
      toast.failed(x);
    }
  };
  return (
    <article
      aria-label={t("of_file", { name: f.name, n: f.number })}
      data-file={f.number}
      className={clsx("@container relative px-3 py-2.5", earlier && "ps-9", f.replaced && "bg-surface-2")}
    >
      <div className="flex min-h-6 items-center gap-2">
        <Icon size={15} className="shrink-0 text-fg-3" aria-hidden />
        {isViewable(f.type) ? (
          <button
            type="button"
            onClick={() => setLooking(true)}
            title={`${t("preview")}: ${f.name}`}
            className="min-w-0 truncate text-start font-medium hover:underline"
          >
            {f.name}
          </button>
        ) : (
          <a
            href={view ?? href}
            {...(view ? { target: "_blank", rel: "noreferrer" } : { download: true })}
            title={`${view ? t("view") : t("download")}: ${f.name}`}
            className="min-w-0 truncate font-medium hover:underline"
          >
            {f.name}
          </a>
        )}
        <span className="ms-auto flex shrink-0 items-center gap-1 ps-2">
          <span className="me-1 text-xs @max-sm:hidden">{state}</span>
          <Tip label={t("download")}>
            <a href={href} download aria-label={`${t("download")} ${f.name}`} className={iconLink}>
              <Download size={13} />
            </a>
          </Tip>
          <FileMenu {...{ e, f, may, view, onReplace, verify }} onEdit={() => setEditing(true)} />
        </span>
      </div>
      <div className="mt-0.5 space-y-0.5 ps-[23px] text-xs text-fg-3">
        <div className="pb-0.5 text-fg @sm:hidden">{state}</div>
        <Facts>
          <span className="tnum">{t("file_no", { n: f.number })}</span>
          {before && t("replaces", { n: before.number })}
          <span title={longDate(f.collected_on)}>{t("collected_short", { day: fullDate(f.collected_on) })}</span>
          {f.period_start && dateRange(f.period_start, f.period_end)}
          {f.periods.length > 0 && t("period_in", { names: f.periods.join(", ") })}
          {f.kind !== e.kind && kindName(f.kind)}
          <span className="tnum">{bytes(f.size)}</span>
        </Facts>
        <Facts>
          <span title={longDate(f.uploaded_at)}>{t("uploaded_by", { who: f.uploaded_by_name || "–", when: ago(f.uploaded_at) })}</span>
          <span className="inline-flex items-center" title={digestTitle(f)}>
            {t("sha")} <code className="ms-1 font-mono text-2xs text-fg-2">{f.sha256.slice(0, 12)}…</code>
            <span className="-my-1.5 inline-flex">
              <Copy value={f.sha256} name={t("sha_of", { name: f.name })} />
            </span>
          </span>
        </Facts>
        <TextInside f={f} />
        {counts && <p className="text-ok-text">{t("sets_clock")}</p>}
        {f.note && <p className="break-words whitespace-pre-wrap text-fg-2">{f.note}</p>}
        {f.same_as.length > 0 && <p className="text-warn-text">{t("same_as", { numbers: f.same_as.join(", ") })}</p>}
        <Reviewed f={f} />
      </div>
      {f.review === "pending" && may !== "no" && (
        <div className="mt-2 flex flex-wrap items-center gap-2 ps-[23px]">
          {may === "yes" ? (
            <>
              <Button size="sm" variant="primary" aria-label={`${t("accept")} ${f.name}`} onClick={() => void acceptFile(e, f)}>
                <Check size={13} /> {t("accept")}
              </Button>
              <Button size="sm" aria-label={`${t("reject")} ${f.name}`} onClick={() => askReject(e, f)}>
                <X size={13} /> {t("reject")}
              </Button>
            </>
          ) : (
            <p className="text-xs text-pretty text-fg-3">{t("own_upload")}</p>
          )}
        </div>
      )}
      {check && <Checked check={check} onClose={() => setCheck(undefined)} />}
      <FileForm e={e} f={f} open={editing} onOpenChange={setEditing} />
      {isViewable(f.type) && <PreviewDialog f={f} open={looking} onOpenChange={setLooking} />}
    </article>
  );
}
const iconLink = "flex size-6 items-center justify-center rounded-md text-fg-3 hover:bg-hover hover:text-fg pointer-coarse:size-9";

/** Facts on a line, with dots between those that are there. */
function Facts({ children }: { children: readonly ReactNode[] }) {
  const said = children.filter(Boolean);
  return (
    <p className="flex flex-wrap items-center gap-x-1.5">
      {said.map((fact, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: facts have no name of their own and never change places
        <span key={i} className="inline-flex items-center gap-x-1.5">
          {fact}
          {i < said.length - 1 && <span aria-hidden>·</span>}
        </span>
      ))}
    </p>
  );
}

/** Whether the text inside the file can be searched, or why not. Of a picture there is nothing to say. */
function TextInside({ f }: { f: EvidenceFile }) {
  switch (f.text) {
    case "ok":
      return (
        <p>
          {t("text_ok")}
          {f.text_reason && `. ${f.text_reason}`}
        </p>
      );
    case "waiting":
      return <p>{t("text_waiting")}</p>;
    case "empty":
    case "too_large":
      return <p>{t(`text_${f.text}`, { reason: f.text_reason })}</p>;
    case "unreadable":
      return <p className="text-warn-text">{t("text_unreadable", { reason: f.text_reason })}</p>;
  }
  return null;
}

/** Who decided about the file, when, and what they said. */
function Reviewed({ f }: { f: EvidenceFile }) {
  if (f.review === "pending") return null;
  if (!f.reviewed_by) return <p>{t("accepted_as_came")}</p>;
  return (
    <p className={f.review === "rejected" && !f.replaced ? "text-bad-text" : undefined}>
      <span className="sr-only">{t("review")}: </span>
      <span title={longDate(f.reviewed_at)}>
        {t(f.review === "rejected" ? "rejected_by" : "accepted_by", { who: f.reviewed_by_name, when: ago(f.reviewed_at) })}
      </span>
      {f.review_note && <span className="break-words whitespace-pre-wrap">: “{f.review_note}”</span>}
    </p>
  );
}

function Checked({ check, onClose }: { check: FileCheck | "reading"; onClose: () => void }) {
  if (check === "reading")
    return (
      <p role="status" className="mt-2 flex items-center gap-2 ps-[23px] text-xs text-fg-3">
        <LoaderCircle size={13} className="spin" aria-hidden /> {t("verifying")}
      </p>
    );
  return (
    <div role={check.intact ? "status" : "alert"} className="mt-2 ps-[23px]">
      <Note
        tone={check.intact ? "ok" : "bad"}
        icon={<ShieldCheck size={14} />}
        actions={
          <button type="button" aria-label={t("close")} onClick={onClose} className="flex size-6 items-center justify-center rounded-md">
            <X size={13} aria-hidden />
          </button>
        }
      >
        {t("verified", { sentence: check.sentence })}
      </Note>
    </div>
  );
}

type MenuProps = Omit<Props, "earlier"> & {
  may: ReturnType<typeof useMayReview>;
  view: string | undefined;
  verify: () => Promise<void>;
  onEdit: () => void;
};
function FileMenu({ e, f, may, view, onReplace, verify, onEdit }: MenuProps) {
  const { admin, editor } = useSession();
  const corrects = editor && (admin || f.review === "pending");
  const turns = may === "yes" && !f.replaced;
  return (
    <Menu
      align="end"
      width={210}
      trigger={
        <Button variant="ghost" size="sm" icon aria-label={t("more_of", { name: f.name })} className="pointer-coarse:size-9">
          <Ellipsis size={14} />
        </Button>
      }
    >
      {view && (
        <MenuItem render={<a href={view} target="_blank" rel="noreferrer" aria-label={t("view")} />}>
          <Eye size={14} /> {t("view")}
        </MenuItem>
      )}
      <MenuItem onClick={() => void verify()}>
        <ShieldCheck size={14} /> {t("verify")}
      </MenuItem>
      {onReplace && (
        <MenuItem onClick={() => onReplace(f.id)}>
          <FilePlus2 size={14} /> {t("new_version")}
        </MenuItem>
      )}
      {corrects && (
        <MenuItem onClick={onEdit}>
          <Pencil size={14} /> {t("edit_file")}
        </MenuItem>
      )}
      {turns && (
        <>
          <MenuSep />
          {f.review !== "accepted" && (
            <MenuItem onClick={() => askAccept(e, f)}>
              <MessageSquareText size={14} /> {t("accept_note")}
            </MenuItem>
          )}
          {f.review === "accepted" && (
            <MenuItem onClick={() => askReject(e, f)}>
              <X size={14} /> {t("reject_after")}
            </MenuItem>
          )}
        </>
      )}
      {admin && (
        <>
          <MenuSep />
          <MenuItem danger onClick={() => void attach(e.id, () => evidence.delete_file({ id: f.id }), t("deleted", { name: f.name }))}>
            <Trash2 size={14} /> {t("delete_file")}
          </MenuItem>
        </>
      )}
    </Menu>
  );
}

/** What the page shows itself: pictures, text and tables. A PDF has a tab of its own, Word files are only downloaded. */
const isViewable = (type: string) =>
  type.startsWith("image/") || type.startsWith("text/") || type === "application/json" || type.includes("spreadsheet");

function iconOf(type: string): LucideIcon {
  if (type.startsWith("image/")) return FileImage;
  if (type.includes("spreadsheet") || type === "text/csv") return FileSpreadsheet;
  if (type === "application/json") return FileBraces;
  if (type === "application/pdf" || type.startsWith("text/") || type.includes("word")) return FileText;
  return FileIcon;
}

const digestTitle = (f: EvidenceFile) =>
  f.original && f.original !== f.sha256 ? `${f.sha256}\n${t("original_differs", { sum: f.original })}` : f.sha256;
