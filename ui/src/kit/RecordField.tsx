import { useState } from "react";
import { Field } from "./Field";
import { FindPicker, type Option } from "./Picker";

type Props = {
  label: string;
  /** What is said while nothing is chosen. */
  nothing: string;
  required?: boolean;
  /** What is found, under which answers are cached. */
  cached: string;
  find: (q: string, signal: AbortSignal) => Promise<Option[]>;
  value: string;
  error: string | undefined;
  onChange: (id: string) => void;
};

/** Another record in a form, found by typing. */
export function RecordField({ label, nothing, required, cached, find, value, error, onChange }: Props) {
  const [picked, setPicked] = useState<Option>();
  const shown = value && picked?.value === value ? picked.label : "";
  return (
    <Field label={label} required={required} optional={!required} error={error}>
      {(b) => (
        <FindPicker
          name={cached}
          find={async (q, signal) => [...(value && !q && !required ? [{ value: "", label: nothing }] : []), ...(await find(q, signal))]}
          onPick={(o) => {
            setPicked(o);
            onChange(o.value);
          }}
          trigger={
            <button
              type="button"
              id={b.id}
              aria-label={`${label}: ${shown || nothing}`}
              aria-describedby={b["aria-describedby"]}
              className="input flex items-center text-start"
            >
              {shown ? <span className="truncate">{shown}</span> : <span className="truncate text-fg-3">{nothing}</span>}
            </button>
          }
        />
      )}
    </Field>
  );
}
