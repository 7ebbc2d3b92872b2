import { useQuery } from "@tanstack/react-query";
import { CircleCheck, TriangleAlert } from "lucide-react";
import type { Report } from "#/api/api";
import { Button } from "#/kit/Button";
import { Dialog } from "#/kit/Dialog";
import { num } from "#/kit/format";
import { ErrorState, Note, Skeleton } from "#/kit/State";
import { Tag } from "#/kit/Tag";
import { t } from "./crosswalkWords";
import { detailQuery } from "./data";

/** What an import brought, what it warned of, and what it could not keep. */
export function ReportView({ report: r, bare }: { report: Report /** Its title stands above already. */; bare?: boolean }) {
  const left = Object.entries(r.not_kept).sort(([, a], [, b]) => b - a);
  const warnings = [...new Set(r.warnings)];
  return (
    <div className="space-y-4">
      <div>
        {!bare && <p className="font-medium">{r.title}</p>}
        <p className="text-xs text-fg-3">
          {r.kind === "ciso_library"
            ? t("report_of_ciso", { version: r.version || "–" })
            : t("report_of", { kind: r.kind.replaceAll("-", " "), version: r.version || "–" })}
          {r.oscal_version && ` · OSCAL ${r.oscal_version}`}
        </p>
        <p className="mt-2 flex flex-wrap gap-1.5">
          <Tag tone="ok">{t("report_controls", { n: r.controls })}</Tag>
          {r.groups > 0 && <Tag>{t("report_groups", { n: r.groups })}</Tag>}
          {r.withdrawn > 0 && <Tag>{t("report_withdrawn", { n: r.withdrawn })}</Tag>}
        </p>
      </div>
      {warnings.length > 0 && (
        <details open={warnings.length <= 8} className="rounded-lg border border-line">
          <summary className="flex cursor-pointer items-center gap-2 px-3 py-2 font-medium">
            <TriangleAlert size={14} className="text-warn" aria-hidden /> {t("report_warnings", { n: warnings.length })}
          </summary>
          <ul className="max-h-56 list-disc space-y-1 overflow-y-auto border-t border-line py-2 ps-7 pe-3 text-xs text-fg-2">
            {warnings.map((w) => (
              <li key={w}>{w}</li>
            ))}
          </ul>
        </details>
      )}
      {left.length > 0 ? (
        <div>
          <h3 className="text-xs font-semibold">{t("report_kept")}</h3>
          <p className="mb-1.5 text-xs text-fg-3">{t("report_kept_more")}</p>
          <ul className="grid grid-cols-1 gap-x-6 sm:grid-cols-2">
            {left.map(([name, n]) => (
              <li key={name} className="flex justify-between gap-3 border-b border-line py-1 text-xs">
                <code className="truncate text-fg-2">{name}</code>
                <span className="tnum text-fg-3">{num(n)}</span>
              </li>
            ))}
          </ul>
        </div>
      ) : (
        <Note tone="ok" icon={<CircleCheck size={15} />}>
          {t("report_clean")}
        </Note>
      )}
    </div>
  );
}

export function ReportDialog({ id, open, onOpenChange }: { id: string; open: boolean; onOpenChange: (open: boolean) => void }) {
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={t("import_report")}
      width={620}
      footer={<Button onClick={() => onOpenChange(false)}>{t("close")}</Button>}
    >
      {open && <Loaded id={id} />}
    </Dialog>
  );
}

function Loaded({ id }: { id: string }) {
  const { data, error, refetch } = useQuery(detailQuery(id));
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  return data?.report ? <ReportView report={data.report} /> : <Skeleton lines={6} />;
}
