import { Popover } from "@base-ui/react/popover";
import { Tooltip } from "@base-ui/react/tooltip";
import { CircleHelp } from "lucide-react";
import type { ReactElement, ReactNode } from "react";
import { t } from "./words";

/** Names a button that has only an icon, with its key. The button itself still needs an aria-label. */
export function Tip({
  label,
  keys,
  side,
  children,
}: {
  label: ReactNode;
  keys?: string;
  side?: "top" | "bottom" | "left" | "right";
  children: ReactElement;
}) {
  return (
    <Tooltip.Root>
      <Tooltip.Trigger render={children} />
      <Tooltip.Portal>
        <Tooltip.Positioner sideOffset={6} side={side} className="z-[70]">
          <Tooltip.Popup className="pop pop-anim flex max-w-72 items-center gap-2 px-2 py-1 text-xs text-fg-2">
            {label}
            {keys && <kbd className="kbd">{keys}</kbd>}
          </Tooltip.Popup>
        </Tooltip.Positioner>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}

/** Explains a figure or a field: opens on hover, on focus with Enter, and by touch. */
export function Help({ label = t("how"), children }: { label?: string; children: ReactNode }) {
  return (
    <Popover.Root>
      <Popover.Trigger
        openOnHover
        delay={200}
        aria-label={label}
        className="-m-1 inline-flex size-6 items-center justify-center rounded-md text-fg-3 print:hidden hover:text-fg-2 data-popup-open:text-fg-2"
      >
        <CircleHelp size={13} />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner sideOffset={4} className="z-[70]">
          <Popover.Popup className="pop pop-anim max-w-80 px-3 py-2.5 text-sm text-pretty text-fg-2 outline-none">{children}</Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}
