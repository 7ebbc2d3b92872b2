import { Popover } from "@base-ui/react/popover";
import clsx from "clsx";
import { CalendarDays, ChevronDown, X } from "lucide-react";
import { useState } from "react";
import { Button } from "#/kit/Button";
import { DateField } from "#/kit/Field";
import { dayOf, shortDate } from "#/kit/format";
import { t } from "./words";

type Props = { from: string | undefined; to: string | undefined; onChange: (from: string | undefined, to: string | undefined) => void };

function before(days: number): string {
  const d = new Date();
  d.setDate(d.getDate() - days);
  return dayOf(d);
}

/** Between two days, both included: a chip like the others beside it. */
export function DateRange({ from, to, onChange }: Props) {
  const [open, setOpen] = useState(false);
  const on = from !== undefined || to !== undefined;
  const chosen = from && from === to ? shortDate(from) : `${from ? shortDate(from) : "…"} – ${to ? shortDate(to) : t("today")}`;
  const pick = (a: string | undefined, b: string | undefined) => {
    onChange(a, b);
    setOpen(false);
  };
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <span
        className={clsx(
          "inline-flex h-7 shrink-0 items-center rounded-md border text-sm whitespace-nowrap pointer-coarse:h-9",
          on ? "border-line-2 bg-surface shadow-1" : "border-dashed border-line-2",
        )}
      >
        <Popover.Trigger
          aria-label={t("when_of", { days: on ? chosen : t("any_time") })}
          className={clsx(
            "inline-flex h-full items-center gap-1.5 rounded-md px-2 hover:bg-hover data-popup-open:bg-hover",
            on ? "text-fg" : "text-fg-2",
          )}
        >
          <CalendarDays size={13} className="text-fg-3" aria-hidden />
          <span className={on ? "text-fg-3" : undefined}>{t("when")}</span>
          {on ? <span className="tnum font-medium">{chosen}</span> : <ChevronDown size={12} className="text-fg-3" aria-hidden />}
        </Popover.Trigger>
        {on && (
          <button
            type="button"
            aria-label={t("any_time")}
            onClick={() => onChange(undefined, undefined)}
            className="flex h-full w-6 items-center justify-center rounded-e-md border-s border-line text-fg-3 hover:bg-hover hover:text-fg"
          >
            <X size={12} aria-hidden />
          </button>
        )}
      </span>
      <Popover.Portal>
        <Popover.Positioner sideOffset={4} align="start" className="z-50">
          <Popover.Popup aria-label={t("when")} className="pop pop-anim w-64 p-3 outline-none">
            <div className="grid grid-cols-2 gap-1.5">
              {(
                [
                  [t("today"), 0],
                  [t("days_7"), 6],
                  [t("days_30"), 29],
                  [t("days_90"), 89],
                ] as const
              ).map(([label, days]) => (
                <Button key={days} size="sm" aria-pressed={from === before(days) && !to} onClick={() => pick(before(days), undefined)}>
                  {label}
                </Button>
              ))}
            </div>
            <div className="mt-3 grid gap-2.5 border-t border-line pt-3">
              <DateField label={t("from")} value={from ?? ""} max={to} onChange={(v) => onChange(v || undefined, to)} />
              <DateField label={t("to")} value={to ?? ""} min={from} onChange={(v) => onChange(from, v || undefined)} />
            </div>
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}
