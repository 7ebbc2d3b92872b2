import clsx from "clsx";
import { Eye, EyeOff } from "lucide-react";
import { useRef, useState } from "react";
import { type Bind, Field } from "./Field";
import { t } from "./words";

type PasswordProps = {
  label: string;
  value: string;
  onChange: (value: string) => void;
  name?: string;
  error?: string;
  hint?: string;
  /** "current-password" to sign in; "new-password" to choose one, which shows how long it is. */
  autoComplete: "current-password" | "new-password";
  /** The least number of characters, shown as a meter. */
  min?: number;
  autoFocus?: boolean;
};

/** A password that can be looked at and pasted. Length is what counts, so length is what is measured. */
export function PasswordField({ label, value, onChange, name, error, hint, autoComplete, min, autoFocus }: PasswordProps) {
  const [seen, setSeen] = useState(false);
  const length = [...value].length;
  return (
    <Field label={label} error={error} hint={hint} required>
      {(b) => (
        <>
          <span className="relative block">
            <input
              {...b}
              name={name}
              type={seen ? "text" : "password"}
              className="input pe-10"
              autoComplete={autoComplete}
              autoCapitalize="off"
              autoCorrect="off"
              spellCheck={false}
              // biome-ignore lint/a11y/noAutofocus: the page of signing in has this one thing to do
              autoFocus={autoFocus}
              value={value}
              onChange={(e) => onChange(e.target.value)}
            />
            <button
              type="button"
              aria-label={seen ? t("hide_password") : t("show_password")}
              aria-pressed={seen}
              onClick={() => setSeen(!seen)}
              className="absolute end-1 top-1/2 flex size-7 -translate-y-1/2 items-center justify-center rounded-md text-fg-3 hover:bg-hover hover:text-fg-2"
            >
              {seen ? <EyeOff size={14} /> : <Eye size={14} />}
            </button>
          </span>
          {min !== undefined && (
            <span className="mt-1.5 flex items-center gap-2 text-xs text-fg-3">
              <span aria-hidden className="flex h-1 flex-1 overflow-hidden rounded-full bg-active">
                <span
                  className={clsx("rounded-full transition-[width]", length >= min ? "bg-ok" : "bg-warn")}
                  style={{ width: `${Math.min(100, (length / min) * 100)}%` }}
                />
              </span>
              <span className={clsx("tnum", length >= min && "text-ok-text")}>
                {length >= min ? t("chars_enough") : t("chars_of", { n: length, min })}
              </span>
            </span>
          )}
        </>
      )}
    </Field>
  );
}

type CodeProps = {
  label: string;
  value: string;
  onChange: (value: string) => void;
  onComplete?: (value: string) => void;
  length?: number;
  error?: string;
  hint?: string;
  autoFocus?: boolean;
};

/**
 * A one-time code. One ordinary input, so that autofill, paste and screen readers work; the boxes behind it
 * only show where the digits fall. `onComplete` gets the code when the last digit is there.
 */
export function CodeInput({ label, value, onChange, onComplete, length = 6, error, hint, autoFocus }: CodeProps) {
  return (
    <Field label={label} error={error} hint={hint} required>
      {(b) => <Boxes bind={b} {...{ value, onChange, onComplete, length, autoFocus }} invalid={Boolean(error)} />}
    </Field>
  );
}

function Boxes({
  bind,
  value,
  onChange,
  onComplete,
  length,
  autoFocus,
  invalid,
}: Pick<CodeProps, "value" | "onChange" | "onComplete" | "autoFocus"> & { bind: Bind; length: number; invalid: boolean }) {
  const ref = useRef<HTMLInputElement>(null);
  const [focus, setFocus] = useState(false);
  return (
    <span className="relative flex w-fit gap-2">
      {Array.from({ length }, (_, i) => (
        <span
          key={String(i)}
          aria-hidden
          className={clsx(
            "tnum flex h-11 w-9 items-center justify-center rounded-md border bg-surface text-xl font-semibold shadow-1",
            invalid
              ? "border-bad"
              : focus && i === Math.min(value.length, length - 1)
                ? "border-ring outline-2 outline-ring/30"
                : "border-line-2",
          )}
        >
          {value[i] ?? ""}
        </span>
      ))}
      <input
        {...bind}
        ref={ref}
        name="code"
        inputMode="numeric"
        autoComplete="one-time-code"
        pattern="[0-9]*"
        maxLength={length + 4}
        // biome-ignore lint/a11y/noAutofocus: the page of the second factor has this one thing to do
        autoFocus={autoFocus}
        value={value}
        onFocus={() => setFocus(true)}
        onBlur={() => setFocus(false)}
        onSelect={(e) => e.currentTarget.setSelectionRange(e.currentTarget.value.length, e.currentTarget.value.length)}
        onChange={(e) => {
          const digits = e.target.value.replace(/\D/g, "").slice(0, length);
          onChange(digits);
          if (digits.length === length && digits !== value) onComplete?.(digits);
        }}
        className="absolute inset-0 h-full w-full bg-transparent text-lg text-transparent caret-transparent outline-none selection:bg-transparent"
      />
    </span>
  );
}
