import { Download, FileText, Trash2 } from "lucide-react";
import { type Attachment, attachment } from "#/api/api";
import { useSession } from "#/shell/session";
import { cache } from "../cache";
import { ask } from "../Dialog";
import { Dropzone } from "../Drop";
import { ago, bytes, longDate } from "../format";
import { remove } from "../remove";
import { Tip } from "../Tip";
import { type About, refresh } from "./data";
import { t } from "./words";

const MB = 1 << 20;
/** A PDF and pictures open in a tab of their own; the server sends them in a sandbox. */
export const opens = (type: string) => type === "application/pdf" || type === "image/png" || type === "image/jpeg";

/** The name of a file that hangs at a record, which opens or saves it. */
export function AttachmentLink({ id, name, type, className }: { id: string; name: string; type: string; className?: string }) {
  const inline = opens(type);
  return (
    <a
      href={attachment.download({ id, inline: inline || undefined })}
      {...(inline ? { target: "_blank", rel: "noreferrer" } : { download: true })}
      className={className ?? "truncate hover:underline"}
    >
      {name}
    </a>
  );
}

/** The files that hang at a record: dropped here they are sent at once. */
export function Attachments({ kind, id, items }: About & { items: readonly Attachment[] }) {
  const { editor } = useSession();
  const again = () => Promise.all([refresh("attachment"), cache.invalidateQueries({ queryKey: [kind] })]);
  const list = (
    <ul className="divide-y divide-line">
      {items.map((f) => (
        <FileLine key={f.id} f={f} again={again} />
      ))}
    </ul>
  );
  if (!editor)
    return items.length > 0 ? (
      <div className="overflow-hidden rounded-lg border border-line">{list}</div>
    ) : (
      <p className="text-fg-3">{t("files_none")}</p>
    );
  return (
    <Dropzone
      scope={`${kind}/${id}`}
      limit={25 * MB}
      send={(file, o) => attachment.upload({ kind, id, file, ...o })}
      done={() => void again()}
      hint={t("files_size")}
    >
      {items.length > 0 && <div className="border-b border-line">{list}</div>}
    </Dropzone>
  );
}

function FileLine({ f, again }: { f: Attachment; again: () => Promise<unknown> }) {
  const { admin } = useSession();
  return (
    <li className="flex min-h-10 items-center gap-2.5 px-3 py-1">
      <FileText size={14} className="shrink-0 text-fg-3" aria-hidden />
      <span className="min-w-0 flex-1">
        <span className="flex">
          <AttachmentLink id={f.id} name={f.name} type={f.type} className="min-w-0 truncate font-medium hover:underline" />
        </span>
        <span className="tnum block truncate text-xs text-fg-3" title={longDate(f.uploaded_at)}>
          {t("file_said", { size: bytes(f.size), who: f.uploaded_by_name || "–", when: ago(f.uploaded_at) })}
        </span>
      </span>
      <Tip label={t("file_download")}>
        <a href={attachment.download({ id: f.id })} download aria-label={t("file_download_of", { name: f.name })} className={icon}>
          <Download size={13} />
        </a>
      </Tip>
      {admin && (
        <Tip label={t("file_delete")}>
          <button
            type="button"
            aria-label={t("file_delete_of", { name: f.name })}
            className={icon}
            onClick={() =>
              ask({
                title: t("file_delete_of", { name: f.name }),
                effect: t("file_delete_effect"),
                action: t("file_delete"),
                run: () =>
                  remove({
                    send: () => attachment.delete({ id: f.id }),
                    gone: async () => {},
                    forget: [],
                    said: t("file_deleted", { name: f.name }),
                    refresh: again,
                  }),
              })
            }
          >
            <Trash2 size={13} />
          </button>
        </Tip>
      )}
    </li>
  );
}
const icon = "flex size-6 shrink-0 items-center justify-center rounded-md text-fg-3 hover:bg-hover hover:text-fg pointer-coarse:size-9";
