import { ChevronDown } from "lucide-react";
import { Field } from "./Field";
import { type Option, Picker } from "./Picker";
import { locale } from "./t";
import { t } from "./words";

type PickProps = {
  label: string;
  value: string;
  onChange: (value: string) => void;
  options: Option[];
  name?: string;
  error?: string;
  hint?: string;
  optional?: boolean;
};

/** One of very many, in a form: looks like a Select and can be searched. */
export function PickField({ label, value, onChange, options, error, hint, optional }: PickProps) {
  const said = options.find((o) => o.value === value)?.label ?? value;
  return (
    <Field label={label} error={error} hint={hint} optional={optional}>
      {({ required: _, ...b }) => (
        <Picker
          options={options}
          value={value}
          onChange={onChange}
          width={340}
          trigger={
            <button type="button" {...b} aria-label={`${label}: ${said}`} className="input flex items-center gap-2 text-start">
              <span className="min-w-0 flex-1 truncate">{said}</span>
              <ChevronDown size={13} aria-hidden className="shrink-0 text-fg-3" />
            </button>
          }
        />
      )}
    </Field>
  );
}

/** Where the browser is. */
export const browserZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";

/** "UTC+2" as it is today. */
function offset(zone: string): string {
  try {
    const parts = new Intl.DateTimeFormat(locale, { timeZone: zone, timeZoneName: "shortOffset" }).formatToParts(new Date());
    return (parts.find((p) => p.type === "timeZoneName")?.value ?? "").replace("GMT", "UTC");
  } catch {
    return "";
  }
}

let zones: Option[] | undefined;
/** All time zones that the browser knows. Made once: to ask for four hundred offsets takes a moment. */
function everyZone(): Option[] {
  zones ??= ["UTC", ...Intl.supportedValuesOf("timeZone").filter((z) => z !== "UTC")].map((z) => ({
    value: z,
    label: z.replaceAll("_", " "),
    hint: offset(z),
  }));
  return zones;
}

export function ZoneField({ label = t("zone"), ...p }: Omit<PickProps, "options" | "label"> & { label?: string }) {
  const all = everyZone();
  // What is chosen and where the browser is come first. A zone stays even where this browser has another name for it.
  const first = [...new Set([p.value, browserZone()])].filter(Boolean);
  const options = [
    ...first.map((z) => all.find((o) => o.value === z) ?? { value: z, label: z, hint: offset(z) }),
    ...all.filter((o) => !first.includes(o.value)),
  ];
  return <PickField label={label} options={options} {...p} />;
}
