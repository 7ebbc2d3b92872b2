import { Popover } from "@base-ui/react/popover";
import clsx from "clsx";
import { History } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { asOf, goToTime } from "#/api/past";
import { Button, buttonClass } from "#/kit/Button";
import { fullDate, isDate } from "#/kit/format";
import { Skeleton } from "#/kit/State";
import { t } from "./words";

const Panel = lazy(() => import("./PastPanel").then((m) => ({ default: m.PastPanel })));

/** "31 Oct 2026", or the moment with its time; what is neither keeps its words, and the server says what is wrong with them. */
export const momentName = (v: string): string => (Number.isNaN(new Date(v).getTime()) ? v : fullDate(v));

/** Opens the control of the page that is shown: for the palette, which closes first. */
export const openPast = () => void setTimeout(() => document.querySelector<HTMLElement>("[data-past-control]")?.click(), 150);

/** Which time the page shows, and the way to another. It stands on every page, also where the past is not kept: it says so. */
export function PastControl() {
  const [open, setOpen] = useState(false);
  const name = asOf ? t("past_at", { at: momentName(asOf) }) : t("past_open");
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger
        data-past-control
        aria-label={name}
        title={name}
        className={clsx(buttonClass({ variant: asOf ? "outline" : "ghost" }), asOf && "text-info-text", "max-sm:w-9 max-sm:px-0")}
      >
        <History size={15} aria-hidden />
        <span className="max-sm:sr-only">{asOf ? momentName(asOf) : t("past_today")}</span>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner sideOffset={6} align="end" className="z-50">
          <Popover.Popup
            aria-label={t("past")}
            className="pop pop-anim max-h-[var(--available-height)] w-[340px] max-w-[calc(100vw-16px)] overflow-y-auto outline-none"
          >
            <Suspense fallback={<Skeleton className="p-4" lines={5} />}>{open && <Panel />}</Suspense>
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}

/** Above every page of the past: which moment it is, that it is read-only, and the way back. On paper, too. */
export function PastBanner() {
  if (!asOf) return null;
  const name = momentName(asOf);
  return (
    <div
      role="note"
      className="mb-2 flex flex-wrap items-center gap-x-3 gap-y-1 rounded-lg bg-info-soft px-3 py-1.5 text-info-text max-[899px]:mx-3"
    >
      <History size={15} className="shrink-0" aria-hidden />
      <span className="min-w-0 flex-1 text-pretty font-medium">
        {t("past_banner", { at: isDate(asOf) ? t("past_end_of", { day: name }) : name })}
      </span>
      <Button data-noprint size="sm" onClick={() => goToTime(undefined)}>
        {t("past_back")}
      </Button>
    </div>
  );
}
