import clsx from "clsx";
import { ChevronDown, X } from "lucide-react";
import { type InputHTMLAttributes, type ReactNode, type TextareaHTMLAttributes, useId } from "react";
import { today } from "./format";
import { t } from "./words";

type FieldProps = {
  label: ReactNode;
  hint?: ReactNode;
  error?: string;
  required?: boolean;
  /** Says "(optional)" beside the label: for the few fields of a form that may stay empty. */
  optional?: boolean;
  hideLabel?: boolean;
  className?: string;
};
/** What the control inside needs, so that label, hint and error are read with it. */
export type Bind = {
  id: string;
  "aria-describedby": string | undefined;
  "aria-invalid": boolean | undefined;
  required: boolean | undefined;
};

/** A label, the control, a hint, and the server's sentence when the value is not acceptable. */
export function Field({
  label,
  hint,
  error,
  required,
  optional,
  hideLabel,
  className,
  children,
}: FieldProps & { children: (bind: Bind) => ReactNode }) {
  const id = useId();
  const described = [error && `${id}-error`, hint && `${id}-hint`].filter(Boolean).join(" ");
  return (
    <div className={clsx("min-w-0", className)}>
      <label htmlFor={id} className={clsx("mb-1 block text-xs font-medium", hideLabel && "sr-only")}>
        {label} {optional && <span className="font-normal text-fg-3">({t("optional")})</span>}
      </label>
      {children({ id, "aria-describedby": described || undefined, "aria-invalid": error ? true : undefined, required })}
      {error && (
        <p id={`${id}-error`} className="mt-1 text-xs text-bad-text">
          {error}
        </p>
      )}
      {hint && (
        <div id={`${id}-hint`} className="mt-1 text-xs text-pretty text-fg-3">
          {hint}
        </div>
      )}
    </div>
  );
}

type Typed<V> = FieldProps & { value: V; onChange: (value: V) => void; name?: string };
type Native = Omit<InputHTMLAttributes<HTMLInputElement>, "value" | "onChange" | "required" | "className">;

function split<V, P extends Typed<V>>(p: P) {
  const { label, hint, error, required, optional, hideLabel, className, value, onChange, ...rest } = p;
  return { field: { label, hint, error, required, optional, hideLabel, className }, value, onChange, rest };
}

export function TextField(p: Typed<string> & Native) {
  const { field, value, onChange, rest } = split<string, typeof p>(p);
  return (
    <Field {...field}>
      {(b) => <input type="text" {...rest} {...b} className="input" value={value} onChange={(e) => onChange(e.target.value)} />}
    </Field>
  );
}

/** Grows with its text. Ctrl/⌘ Enter sends the form around it. */
export function TextArea(
  p: Typed<string> & Omit<TextareaHTMLAttributes<HTMLTextAreaElement>, "value" | "onChange" | "required" | "className">,
) {
  const { label, hint, error, required, optional, hideLabel, className, value, onChange, ...rest } = p;
  return (
    <Field {...{ label, hint, error, required, optional, hideLabel, className }}>
      {(b) => (
        <textarea
          rows={3}
          {...rest}
          {...b}
          className="input field-sizing-content h-auto max-h-96 min-h-16 resize-y py-1.5"
          value={value}
          onChange={(e) => onChange(e.target.value)}
          onKeyDown={(e) => {
            if (e.key === "Enter" && (e.metaKey || e.ctrlKey)) e.currentTarget.form?.requestSubmit();
          }}
        />
      )}
    </Field>
  );
}

/** A whole number, or null while the field is empty. */
export function NumberField(p: Typed<number | null> & Native & { unit?: string }) {
  const { unit, ...others } = p;
  const { field, value, onChange, rest } = split<number | null, typeof others>(others);
  return (
    <Field {...field}>
      {(b) => (
        <span className="flex items-center gap-2">
          <input
            inputMode="numeric"
            step={1}
            {...rest}
            {...b}
            type="number"
            className="input tnum w-28"
            value={value ?? ""}
            onChange={(e) => onChange(e.target.value === "" ? null : Math.trunc(e.target.valueAsNumber))}
          />
          {unit && <span className="text-fg-3">{unit}</span>}
        </span>
      )}
    </Field>
  );
}

/** A calendar date as YYYY-MM-DD, or the empty string. The picker is the browser's own: it speaks every language and works by touch. */
export function DateField(p: Typed<string> & Pick<Native, "min" | "max" | "disabled"> & { clearable?: boolean }) {
  const { clearable, ...others } = p;
  const { field, value, onChange, rest } = split<string, typeof others>(others);
  return (
    <Field {...field}>
      {(b) => (
        <span className="relative flex items-center">
          <input
            type="date"
            {...rest}
            {...b}
            className={clsx("input tnum", !value && "text-fg-3")}
            value={value}
            onChange={(e) => onChange(e.target.value)}
          />
          {clearable && value && (
            <button
              type="button"
              aria-label={t("clear_date")}
              onClick={() => onChange("")}
              className="absolute end-8 flex size-6 items-center justify-center rounded-md text-fg-3 hover:bg-hover"
            >
              <X size={12} />
            </button>
          )}
        </span>
      )}
    </Field>
  );
}
export { today };

export type Choice<V extends string> = { value: V; label: string; disabled?: boolean };
/** One of a few, in a form. The browser's own list: it opens as a wheel on a phone. */
export function Select<V extends string>(
  p: Typed<V> & {
    options: readonly Choice<V>[];
    disabled?: boolean /** What the empty choice says; without it something is always chosen. */;
    placeholder?: string;
  },
) {
  const { options, placeholder, disabled, name, value, onChange, ...field } = p;
  return (
    <Field {...field}>
      {(b) => (
        <span className="relative block">
          <select
            {...b}
            name={name}
            disabled={disabled}
            value={value}
            className="input appearance-none pe-8"
            onChange={(e) => {
              const picked = options.find((o) => o.value === e.target.value);
              if (picked) onChange(picked.value);
            }}
          >
            {placeholder !== undefined && (
              <option value="" disabled={field.required}>
                {placeholder}
              </option>
            )}
            {options.map((o) => (
              <option key={o.value} value={o.value} disabled={o.disabled}>
                {o.label}
              </option>
            ))}
          </select>
          <ChevronDown size={13} aria-hidden className="pointer-events-none absolute end-2.5 top-1/2 -translate-y-1/2 text-fg-3" />
        </span>
      )}
    </Field>
  );
}
