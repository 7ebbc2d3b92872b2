import { useQuery } from "@tanstack/react-query";
import clsx from "clsx";
import { Download, ExternalLink, FileText } from "lucide-react";
import { useState } from "react";
import { type EvidenceFile, evidence, type FilePreview } from "#/api/api";
import { Button, buttonClass } from "#/kit/Button";
import { Dialog } from "#/kit/Dialog";
import { Menu, MenuItem } from "#/kit/Menu";
import { EmptyState, ErrorState, Skeleton } from "#/kit/State";
import { t } from "./words";

type Shown = Pick<EvidenceFile, "id" | "name" | "type">;

/** What a browser shows by itself, and the server sends to be shown. */
const isPicture = (type: string) => type === "image/png" || type === "image/jpeg";
const isPDF = (type: string) => type === "application/pdf";

/** A file's content: pictures by the browser, text and tables as data that the page draws. Nothing of a file runs. */
export function Preview({ f }: { f: Shown }) {
  if (isPicture(f.type)) return <Picture key={f.id} f={f} />;
  if (isPDF(f.type)) return <Pdf f={f} />;
  return <Read key={f.id} f={f} />;
}

function Picture({ f }: { f: Shown }) {
  const [broken, setBroken] = useState(false);
  if (broken) return <EmptyState icon={<FileText />} title={t("preview_failed")} actions={<Get f={f} />} />;
  return (
    <div className="flex min-h-full items-center justify-center p-4">
      <img
        src={evidence.download({ id: f.id, inline: true })}
        alt={t("preview_of", { name: f.name })}
        onError={() => setBroken(true)}
        className="max-h-full max-w-full rounded-sm border border-line bg-surface"
      />
    </div>
  );
}

/** The browser's own viewer, in a frame without our origin: the server sends the file with a sandbox. */
function Pdf({ f }: { f: Shown }) {
  if (navigator.pdfViewerEnabled)
    return (
      <iframe
        title={t("preview_of", { name: f.name })}
        src={evidence.download({ id: f.id, inline: true })}
        className="block size-full min-h-96 border-0"
      />
    );
  return (
    <EmptyState
      icon={<FileText />}
      title={f.name}
      actions={
        <>
          <a
            href={evidence.download({ id: f.id, inline: true })}
            target="_blank"
            rel="noreferrer"
            aria-label={t("preview_pdf_open", { name: f.name })}
            className={buttonClass({ variant: "primary" })}
          >
            <ExternalLink size={14} /> {t("view")}
          </a>
          <Get f={f} />
        </>
      }
    >
      {t("preview_pdf")}
    </EmptyState>
  );
}

const Get = ({ f }: { f: Shown }) => (
  <a href={evidence.download({ id: f.id })} download className={buttonClass({})}>
    <Download size={14} /> {t("download")}
  </a>
);

function Read({ f }: { f: Shown }) {
  const [sheet, setSheet] = useState("");
  const { data, error, refetch } = useQuery({
    queryKey: ["evidence", "preview", f.id, sheet],
    queryFn: () => evidence.preview({ id: f.id, sheet: sheet || undefined }),
    staleTime: Number.POSITIVE_INFINITY, // a file never changes
  });
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton className="p-5" lines={8} />;
  if (data.show === "table") return <Table p={data} f={f} onSheet={setSheet} />;
  if (data.show === "text")
    return (
      <div className="p-4">
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: long lines and long texts scroll by keyboard */}
        <pre tabIndex={0} className="overflow-x-auto font-mono text-xs whitespace-pre-wrap break-words">
          {data.text}
        </pre>
        {data.truncated && <p className="mt-3 text-xs text-fg-3">{t("end_text")}</p>}
      </div>
    );
  return (
    <EmptyState icon={<FileText />} title={f.name} actions={<Get f={f} />}>
      {data.sentence}
    </EmptyState>
  );
}

function Table({ p, f, onSheet }: { p: FilePreview; f: Shown; onSheet: (name: string) => void }) {
  const columns = p.rows.reduce((n, r) => Math.max(n, r.length), 0);
  return (
    <div className="flex min-h-full flex-col">
      <div className="flex min-h-9 items-center gap-2 border-b border-line px-4 text-xs text-fg-3">
        <span className="tnum">{t("preview_rows", { n: p.rows.length })}</span>
        {p.sheets.length > 1 && (
          <span className="ms-auto">
            <Menu
              align="end"
              trigger={
                <Button size="sm" variant="ghost">
                  {t("preview_sheet")}: {p.sheet}
                </Button>
              }
            >
              {p.sheets.map((name) => (
                <MenuItem key={name} selected={name === p.sheet} onClick={() => onSheet(name)}>
                  {name}
                </MenuItem>
              ))}
            </Menu>
          </span>
        )}
      </div>
      {p.rows.length === 0 ? (
        <EmptyState icon={<FileText />} title={f.name} actions={<Get f={f} />}>
          {p.sentence}
        </EmptyState>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table scrolls by keyboard
        <section className="min-h-0 flex-1 overflow-auto" tabIndex={0} aria-label={t("preview_of", { name: f.name })}>
          <table className="w-max min-w-full border-collapse text-xs">
            <tbody>
              {p.rows.map((r, y) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a line of a file is its place
                <tr key={y} className={clsx(y === 0 && "bg-surface-2 font-medium")}>
                  <th scope="row" className="tnum border-e border-b border-line px-2 py-1 text-end font-normal text-fg-3">
                    {y + 1}
                  </th>
                  {Array.from({ length: columns }, (_, x) => (
                    // biome-ignore lint/suspicious/noArrayIndexKey: so is a cell of a line
                    <td key={x} className="max-w-80 truncate border-e border-b border-line px-2 py-1" title={r[x]}>
                      {r[x]}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      {(p.truncated || (p.sentence && p.rows.length > 0)) && (
        <p className="border-t border-line px-4 py-2 text-xs text-fg-3">{p.sentence || t("end_shown", { rows: p.rows.length, columns })}</p>
      )}
    </div>
  );
}

/** The same over the page. */
export function PreviewDialog({ f, open, onOpenChange }: { f: Shown; open: boolean; onOpenChange: (open: boolean) => void }) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={f.name} width={960}>
      {open && (
        <div className="-mx-5 -mb-5 h-[70dvh] overflow-auto border-t border-line">
          <Preview f={f} />
        </div>
      )}
    </Dialog>
  );
}
