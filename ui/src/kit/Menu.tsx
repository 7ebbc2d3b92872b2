import { Menu as Base } from "@base-ui/react/menu";
import clsx from "clsx";
import { Check } from "lucide-react";
import { type ReactElement, type ReactNode, useState } from "react";

export const itemClass =
  "flex min-h-7 items-center gap-2 rounded-[5px] px-2 text-sm text-fg-2 outline-none select-none data-highlighted:bg-pop-hover data-highlighted:text-fg data-disabled:opacity-50 pointer-coarse:min-h-10 [&>svg]:shrink-0 [&>svg]:text-fg-3";

type MenuProps = Hanging & {
  children: ReactNode;
  align?: "start" | "center" | "end";
  side?: "top" | "bottom";
  width?: number;
};

/**
 * What a popup hangs from: a trigger of its own, or, in a list, the cell that was clicked. One popup serves all cells
 * then: it is open while there is an `anchor`.
 */
export type Hanging =
  | { trigger: ReactElement; anchor?: undefined; onClose?: undefined }
  | { trigger?: undefined; anchor: HTMLElement | null; onClose: () => void };

/** The anchor, kept while the popup fades out. */
export function useAnchor(anchor: HTMLElement | null | undefined) {
  const [last, setLast] = useState(anchor);
  if (anchor && anchor !== last) setLast(anchor);
  return anchor ?? last;
}

export function Menu({ trigger, anchor, onClose, children, align = "start", side = "bottom", width = 180 }: MenuProps) {
  const at = useAnchor(anchor);
  return (
    <Base.Root modal={false} open={anchor === undefined ? undefined : anchor !== null} onOpenChange={(open) => !open && onClose?.()}>
      {trigger && <Base.Trigger render={trigger} />}
      <Base.Portal>
        <Base.Positioner anchor={at ?? undefined} sideOffset={4} align={align} side={side} className="z-50">
          <Base.Popup
            finalFocus={at ? () => at : undefined}
            className="pop pop-anim max-h-[min(420px,var(--available-height))] max-w-[min(420px,calc(100vw-16px))] overflow-y-auto p-1 outline-none"
            style={{ minWidth: width }}
          >
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

type ItemProps = {
  children: ReactNode;
  hint?: ReactNode;
  /** Shows a check when true and keeps its place when false. */
  selected?: boolean;
  danger?: boolean;
  disabled?: boolean;
  onClick?: () => void;
  closeOnClick?: boolean;
  /** A link in place of a div: `render={<Link to="…" />}`. */
  render?: ReactElement;
};
export function MenuItem({ children, hint, selected, danger, ...p }: ItemProps) {
  return (
    <Base.Item className={clsx(itemClass, danger && "text-bad-text data-highlighted:text-bad-text [&>svg]:text-bad-text")} {...p}>
      {children}
      {(hint !== undefined || selected !== undefined) && (
        <span className="tnum ms-auto flex items-center gap-2 ps-4 text-xs text-fg-3">
          {hint}
          {selected !== undefined && <Check size={14} aria-hidden className={clsx("text-accent-text", !selected && "invisible")} />}
          {selected && <span className="sr-only">✓</span>}
        </span>
      )}
    </Base.Item>
  );
}

export function MenuCheck({
  children,
  checked,
  onChange,
  hint,
  disabled,
}: {
  children: ReactNode;
  checked: boolean;
  onChange: (v: boolean) => void;
  hint?: ReactNode;
  disabled?: boolean;
}) {
  return (
    <Base.CheckboxItem
      className={itemClass}
      checked={checked}
      disabled={disabled}
      onCheckedChange={(v) => onChange(v)}
      closeOnClick={false}
    >
      <Tick on={checked} />
      {children}
      {hint !== undefined && <span className="tnum ms-auto ps-4 text-xs text-fg-3">{hint}</span>}
    </Base.CheckboxItem>
  );
}

/** The box of an item that can be chosen together with others. */
export const Tick = ({ on }: { on: boolean }) => (
  <span
    aria-hidden
    className={clsx(
      "flex size-3.5 shrink-0 items-center justify-center rounded-[4px] border",
      on ? "border-accent bg-accent text-accent-fg" : "border-line-2",
    )}
  >
    {on && <Check size={10} strokeWidth={3.5} />}
  </span>
);

export const MenuLabel = ({ children }: { children: ReactNode }) => (
  <div className="px-2 pt-1.5 pb-1 text-2xs font-medium text-fg-3">{children}</div>
);
export const MenuSep = () => <Base.Separator className="-mx-1 my-1 h-px bg-line" />;
