import clsx from "clsx";
import { useEffect, useState } from "react";
import { Field } from "./Field";
import { t } from "./words";

const hex = /^#[0-9a-f]{6}$/i;
type ColorProps = {
  label: string;
  value: string;
  onChange: (value: string) => void;
  name?: string;
  error?: string;
  hint?: string;
  presets?: readonly string[];
  disabled?: boolean;
};

/** A colour as #rrggbb: picked, typed, or one of a few. Half-typed text is not passed on. */
export function ColorField({ label, value, onChange, name, error, hint, presets = [], disabled }: ColorProps) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  const wrong = text !== "" && !hex.test(text);
  const type = (v: string) => {
    const full = v && !v.startsWith("#") ? `#${v}` : v;
    setText(full);
    if (hex.test(full)) onChange(full.toLowerCase());
  };
  return (
    <Field label={label} hint={hint} error={error ?? (wrong ? t("color_bad") : undefined)}>
      {(b) => (
        <div className="flex flex-wrap items-center gap-2">
          <input
            type="color"
            aria-label={label}
            disabled={disabled}
            value={hex.test(value) ? value : "#4650cf"}
            onChange={(e) => type(e.target.value)}
            className="size-8 shrink-0 rounded-md border border-line-2 bg-surface p-0.5 shadow-1"
          />
          <input
            {...b}
            name={name}
            disabled={disabled}
            className="input tnum w-28"
            spellCheck={false}
            maxLength={7}
            placeholder="#4650cf"
            value={text}
            onChange={(e) => type(e.target.value.trim())}
          />
          {presets.map((c) => (
            <button
              key={c}
              type="button"
              disabled={disabled}
              aria-label={c}
              aria-pressed={value === c}
              onClick={() => type(c)}
              className={clsx("size-6 rounded-full border border-line-2", value === c && "outline-2 outline-offset-1 outline-ring")}
              style={{ background: c }}
            />
          ))}
        </div>
      )}
    </Field>
  );
}
