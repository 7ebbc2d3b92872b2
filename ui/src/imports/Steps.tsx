import clsx from "clsx";
import { Check } from "lucide-react";
import { t } from "./words";

const steps = [t("step_file"), t("step_columns"), t("step_check"), t("step_done")];

/** Where one is on the way of a file. */
export function Steps({ at }: { at: number }) {
  return (
    <ol aria-label={t("steps")} className="flex flex-wrap items-center gap-x-2 gap-y-1 text-sm">
      {steps.map((s, i) => (
        <li key={s} aria-current={i === at ? "step" : undefined} className="flex items-center gap-2">
          {i > 0 && <span aria-hidden className="h-px w-4 bg-line-2 sm:w-8" />}
          <span
            aria-hidden
            className={clsx(
              "tnum flex size-5 items-center justify-center rounded-full text-xs font-medium",
              i < at ? "bg-ok-soft text-ok-text" : i === at ? "bg-accent text-accent-fg" : "bg-active text-fg-2",
            )}
          >
            {i < at ? <Check size={12} /> : i + 1}
          </span>
          <span className={i === at ? "font-semibold" : "text-fg-3 max-sm:sr-only"}>{s}</span>
        </li>
      ))}
    </ol>
  );
}
