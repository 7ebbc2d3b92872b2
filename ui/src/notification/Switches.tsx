import type { ReactNode } from "react";
import { Switch } from "#/kit/Checkbox";

export type Way = { label: string; checked: boolean; disabled?: boolean; onChange: (on: boolean) => void };

/** The names of the columns of switches, above the rows. */
export function SwitchHead({ first, ways }: { first: string; ways: readonly string[] }) {
  return (
    <div className="flex items-center gap-2 bg-surface-2 px-4 py-2 text-xs font-medium text-fg-3 sm:px-5" aria-hidden>
      <span className="min-w-0 flex-1">{first}</span>
      {ways.map((w) => (
        <span key={w} className="w-14 text-center">
          {w}
        </span>
      ))}
    </div>
  );
}

/** An event with its switches, which work at once. */
export function SwitchRow({ name, note, ways, aside }: { name: string; note?: ReactNode; ways: readonly Way[]; aside?: ReactNode }) {
  return (
    <div className="flex min-h-14 items-center gap-2 px-4 py-2.5 sm:px-5">
      <div className="min-w-0 flex-1">
        <div className="font-medium">{name}</div>
        {note && <div className="mt-0.5 text-xs text-pretty text-fg-3">{note}</div>}
        {aside}
      </div>
      {ways.map((w) => (
        <span key={w.label} className="flex w-14 justify-center">
          <Switch hideLabel label={`${name}: ${w.label}`} checked={w.checked} disabled={w.disabled} onChange={w.onChange} />
        </span>
      ))}
    </div>
  );
}
