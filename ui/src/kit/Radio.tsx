import clsx from "clsx";
import { type ReactNode, useId } from "react";

export type RadioOption<V extends string> = { value: V; label: ReactNode; hint?: ReactNode; disabled?: boolean };

type RadioProps<V extends string> = {
  label: string;
  hideLabel?: boolean;
  name?: string;
  value: V;
  onChange: (value: V) => void;
  options: readonly RadioOption<V>[];
  error?: string;
  /** Beside each other rather than under each other. */
  row?: boolean;
};

/** One of a few that need a word of explanation each. */
export function RadioCards<V extends string>({ label, hideLabel, name, value, onChange, options, error, row }: RadioProps<V>) {
  const id = useId();
  return (
    <fieldset aria-describedby={error ? `${id}-error` : undefined} className="min-w-0">
      <legend className={clsx("mb-1 block text-xs font-medium", hideLabel && "sr-only")}>{label}</legend>
      <div className={row ? "grid grid-cols-3 gap-2" : "overflow-hidden rounded-lg border border-line-2"}>
        {options.map((o) => (
          <label
            key={o.value}
            className={clsx(
              "relative flex gap-2.5",
              row
                ? "flex-col rounded-lg border p-2 has-focus-visible:outline-2 has-focus-visible:outline-offset-1 has-focus-visible:outline-ring"
                : "border-b border-line px-3 py-2 last:border-b-0 has-focus-visible:shadow-[inset_0_0_0_2px_var(--ring)]",
              row && (value === o.value ? "border-accent shadow-[0_0_0_1px_var(--accent)]" : "border-line-2 hover:border-fg-3"),
              !row && (value === o.value ? "bg-accent-soft" : "hover:bg-hover"),
              o.disabled && "opacity-50",
            )}
          >
            <input
              type="radio"
              name={name ?? id}
              value={o.value}
              checked={value === o.value}
              disabled={o.disabled}
              aria-describedby={o.hint ? `${id}-${o.value}` : undefined}
              onChange={() => onChange(o.value)}
              className={clsx("outline-none", row ? "absolute opacity-0" : "mt-[3px] size-3.5 shrink-0 accent-(--accent)")}
            />
            <span className="min-w-0">
              <span className="block font-medium">{o.label}</span>
              {o.hint && (
                <span id={`${id}-${o.value}`} className="block text-xs text-pretty text-fg-3">
                  {o.hint}
                </span>
              )}
            </span>
          </label>
        ))}
      </div>
      {error && (
        <p id={`${id}-error`} className="mt-1 text-xs text-bad-text">
          {error}
        </p>
      )}
    </fieldset>
  );
}
