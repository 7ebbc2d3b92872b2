import clsx from "clsx";
import { CircleAlert, RotateCw } from "lucide-react";
import type { ReactNode } from "react";
import { ApiError } from "#/api/call";
import { Button } from "./Button";
import { t } from "./words";

/** Grey lines where text will be. */
export function Skeleton({ lines = 3, className }: { lines?: number; className?: string }) {
  return (
    <div role="status" aria-label={t("loading")} className={clsx("space-y-3", className)}>
      {Array.from({ length: lines }, (_, i) => (
        <span
          key={String(i)}
          className="skeleton block h-3"
          style={{ width: i === 0 ? "60%" : `${92 - ((i * 23) % 40)}%`, height: i === 0 ? 18 : undefined }}
        />
      ))}
    </div>
  );
}

/** What belongs here, why the auditor cares, and the fastest ways to add it. */
export function EmptyState({
  icon,
  title,
  children,
  actions,
  className,
}: {
  icon?: ReactNode;
  title: string;
  children?: ReactNode;
  actions?: ReactNode;
  className?: string;
}) {
  return (
    <div className={clsx("m-auto flex max-w-md flex-col items-center gap-3 p-8 text-center", className)}>
      {icon && (
        <span className="flex size-10 items-center justify-center rounded-xl bg-accent-soft text-accent-text [&_svg]:size-[18px]">
          {icon}
        </span>
      )}
      <h2 className="text-base font-semibold">{title}</h2>
      {children && <div className="text-pretty text-fg-3">{children}</div>}
      {actions && <div className="flex flex-wrap justify-center gap-2 pt-1">{actions}</div>}
    </div>
  );
}

/** The sentence of an error, for a person. */
export const sentence = (e: unknown): string => (e instanceof Error && e.message ? e.message : t("went_wrong"));

/** Says what went wrong, in the server's own words, and offers to try again. */
export function ErrorState({ error, onRetry, className }: { error: unknown; onRetry?: () => void; className?: string }) {
  const request = error instanceof ApiError ? error.request : "";
  return (
    <div role="alert" className={clsx("m-auto flex max-w-md flex-col items-center gap-3 p-8 text-center", className)}>
      <span className="flex size-10 items-center justify-center rounded-xl bg-bad-soft text-bad-text">
        <CircleAlert size={18} />
      </span>
      <h2 className="text-base font-semibold">{t("went_wrong")}</h2>
      <p className="text-pretty text-fg-3">
        {sentence(error)} {request && <span className="text-xs">{t.rich("went_wrong_request", { request: <code>{request}</code> })}</span>}
      </p>
      {onRetry && (
        <Button onClick={onRetry}>
          <RotateCw size={14} /> {t("retry")}
        </Button>
      )}
    </div>
  );
}

const notes = {
  info: "border-info/30 bg-info-soft text-info-text",
  warn: "border-warn/40 bg-warn-soft text-warn-text",
  bad: "border-bad/30 bg-bad-soft text-bad-text",
  ok: "border-ok/30 bg-ok-soft text-ok-text",
};
/** One sentence above the thing it is about. */
export function Note({
  tone = "info",
  icon,
  children,
  actions,
  className,
}: {
  tone?: keyof typeof notes;
  icon?: ReactNode;
  children: ReactNode;
  actions?: ReactNode;
  className?: string;
}) {
  return (
    <div className={clsx("flex items-center gap-2.5 rounded-lg border px-3 py-2 text-sm [&>svg]:shrink-0", notes[tone], className)}>
      {icon}
      <div className="min-w-0 flex-1 text-pretty">{children}</div>
      {actions}
    </div>
  );
}
