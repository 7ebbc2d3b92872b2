import clsx from "clsx";
import type { ReactNode } from "react";
import { Tip } from "./Tip";

type SwitcherProps<V extends string> = {
  /** What is switched: "Shown as". */
  label: string;
  value: V;
  options: readonly { value: V; label: string; icon: ReactNode }[];
  onChange: (value: V) => void;
};

/** Shows the same rows in another way: a table, a board, a calendar. */
export function Switcher<V extends string>({ label, value, options, onChange }: SwitcherProps<V>) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would bring a border and a legend
    <div role="group" aria-label={label} className="flex h-7 shrink-0 items-center rounded-md border border-line p-px pointer-coarse:h-9">
      {options.map((o) => (
        <Tip key={o.value} label={o.label}>
          <button
            type="button"
            aria-pressed={o.value === value}
            aria-label={o.label}
            onClick={() => onChange(o.value)}
            className={clsx(
              "flex h-full w-7 items-center justify-center rounded-[5px] pointer-coarse:w-9 [&>svg]:size-3.5",
              o.value === value ? "bg-active text-fg" : "text-fg-3 hover:bg-hover hover:text-fg",
            )}
          >
            {o.icon}
          </button>
        </Tip>
      ))}
    </div>
  );
}
