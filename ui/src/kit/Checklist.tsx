import clsx from "clsx";
import { Check } from "lucide-react";
import type { ReactNode } from "react";
import { t } from "./words";

export type Step = {
  id: string;
  title: string /** What has been done, or what to do. */;
  note?: ReactNode;
  done: boolean /** A button or link, shown on the first open step. */;
  action?: ReactNode;
};

/** The few steps to get going. Done is what the data says, not what somebody clicked. */
export function Checklist({ steps }: { steps: readonly Step[] }) {
  const first = steps.findIndex((s) => !s.done);
  return (
    <ol className="space-y-0.5">
      {steps.map((s, i) => (
        <li key={s.id} className="flex flex-wrap items-center gap-x-3 gap-y-1.5 py-1">
          <span
            className={clsx(
              "flex size-4.5 shrink-0 items-center justify-center rounded-full border-[1.5px]",
              s.done ? "border-ok bg-ok text-surface" : i === first ? "border-accent" : "border-line-2",
            )}
          >
            {s.done && <Check size={11} strokeWidth={3.5} aria-hidden />}
          </span>
          <div className="min-w-[55%] flex-1 max-sm:min-w-[75%]">
            <div className={clsx("truncate font-medium", s.done && "text-fg-3")}>
              {s.title}
              {s.done && <span className="sr-only"> ({t("checklist_done")})</span>}
            </div>
            {!s.done && s.note && <div className="text-xs text-pretty text-fg-3">{s.note}</div>}
          </div>
          {i === first && s.action && <span className="max-sm:ps-7.5">{s.action}</span>}
        </li>
      ))}
    </ol>
  );
}
