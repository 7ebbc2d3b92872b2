import clsx from "clsx";
import { ArrowDown, ArrowUp, Link2, X } from "lucide-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { Button } from "./Button";
import { copyText } from "./Copy";
import { useMedia } from "./hooks";
import { useHotkeys } from "./hotkeys";
import { ErrorState, Skeleton } from "./State";
import { Tip } from "./Tip";
import { t } from "./words";

type SidecarProps = {
  /** "Control details" */
  label: string;
  /** The record's reference: AC-001. */
  reference?: ReactNode;
  /** "4 / 1,000" */
  position?: string;
  onPrev?: () => void;
  onNext?: () => void;
  onClose: () => void;
  /** More buttons: a link to the record's page, a menu. */
  actions?: ReactNode;
  /** Nothing is known of the record yet, not even the list's row. */
  pending?: boolean;
  error?: unknown;
  onRetry?: () => void;
  /** Changes with the record: scrolls back to the top. */
  recordId: string;
  children: ReactNode;
};

/**
 * A record beside its list, which stays alive. From 1100 px it is a column of the sheet; below it lies over the
 * list and takes the focus, gives it back when it closes. The address holds which record is open.
 */
export function Sidecar(p: SidecarProps) {
  const column = useMedia("(min-width: 1100px)");
  const ref = useRef<HTMLElement>(null);
  const body = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (column) return;
    const before = document.activeElement;
    ref.current?.focus();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, [column]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another record begins at its top
  useEffect(() => {
    if (body.current) body.current.scrollTop = 0;
  }, [p.recordId]);
  useHotkeys({ Escape: p.onClose });
  return (
    <>
      {!column && (
        <button
          type="button"
          tabIndex={-1}
          aria-label={t("close_details")}
          onClick={p.onClose}
          className="absolute inset-0 z-20 bg-scrim"
        />
      )}
      <aside
        ref={ref}
        tabIndex={-1}
        aria-label={p.label}
        data-sidecar
        className={clsx(
          "sidecar-in flex w-[460px] max-w-full shrink-0 flex-col border-s border-line bg-surface",
          !column && "absolute inset-y-0 end-0 z-30 shadow-3",
        )}
      >
        <header className="flex h-11 shrink-0 items-center gap-0.5 border-b border-line ps-5 pe-2">
          {p.reference && <span className="ref truncate text-xs text-fg-3">{p.reference}</span>}
          {p.position && <span className="tnum ms-2 text-xs whitespace-nowrap text-fg-3">{p.position}</span>}
          <span className="ms-auto" />
          {(p.onPrev || p.onNext) && (
            <>
              <Tip label={t("previous")} keys="K">
                <Button variant="ghost" icon aria-label={t("previous")} disabled={!p.onPrev} onClick={p.onPrev}>
                  <ArrowUp size={14} />
                </Button>
              </Tip>
              <Tip label={t("next")} keys="J">
                <Button variant="ghost" icon aria-label={t("next")} disabled={!p.onNext} onClick={p.onNext}>
                  <ArrowDown size={14} />
                </Button>
              </Tip>
            </>
          )}
          <Tip label={t("copy_link")}>
            <Button variant="ghost" icon aria-label={t("copy_link")} onClick={() => void copyText(location.href, t("link_copied"))}>
              <Link2 size={14} />
            </Button>
          </Tip>
          {p.actions}
          <Tip label={t("close")} keys="Esc">
            <Button variant="ghost" icon aria-label={t("close_details")} onClick={p.onClose}>
              <X size={15} />
            </Button>
          </Tip>
        </header>
        <div ref={body} className="relative flex min-h-0 flex-1 flex-col overflow-y-auto">
          {p.error ? <ErrorState error={p.error} onRetry={p.onRetry} /> : p.pending ? <Skeleton className="p-5" lines={6} /> : p.children}
        </div>
      </aside>
    </>
  );
}

/** The properties of a record, one under the other. */
export const Props = ({ children }: { children: ReactNode }) => <dl className="space-y-0.5 px-5 pb-4 text-sm">{children}</dl>;

export function Prop({ icon, label, children }: { icon?: ReactNode; label: string; children: ReactNode }) {
  return (
    <div className="grid min-h-7 grid-cols-[124px_minmax(0,1fr)] items-center">
      <dt className="flex items-center gap-2 text-fg-3 [&_svg]:size-3.5 [&_svg]:shrink-0">
        {icon} <span className="truncate">{label}</span>
      </dt>
      <dd className="min-w-0">{children}</dd>
    </div>
  );
}

/** The look of a property that can be changed where it stands: the trigger of a Menu or a Picker. `<button className={propButton}>` */
export const propButton =
  "group/f -ms-2 inline-flex min-h-7 max-w-full items-center gap-2 rounded-md px-2 text-start hover:bg-hover data-popup-open:bg-hover pointer-coarse:min-h-9";

export function Section({ title, aside, children }: { title: ReactNode; aside?: ReactNode; children: ReactNode }) {
  return (
    <section className="border-t border-line px-5 py-4">
      <div className="mb-2 flex min-h-5 items-center gap-2 text-xs">
        <h2 className="font-semibold">{title}</h2>
        {aside && <div className="tnum ms-auto flex items-center gap-2 text-fg-3">{aside}</div>}
      </div>
      {children}
    </section>
  );
}

type InlineProps = {
  label: string;
  value: string;
  onSave: (value: string) => void;
  placeholder?: string;
  readOnly?: boolean;
  required?: boolean /** How large it is set. */;
  look?: "title" | "text";
  maxLength?: number;
};

/** Text that is edited where it is read: saved when the focus leaves it, put back by Escape. In a title Enter saves too. */
export function InlineText({ label, value, onSave, placeholder, readOnly, required, look = "text", maxLength }: InlineProps) {
  const [text, setText] = useState(value);
  const box = useRef<HTMLTextAreaElement>(null);
  const from = useRef(value);
  useEffect(() => {
    // What somebody else changes meanwhile does not take the words from under the hand.
    if (document.activeElement !== box.current) setText(value);
  }, [value]);
  const font = look === "title" ? "text-lg leading-6 font-semibold tracking-[-0.011em]" : "leading-[1.6] text-fg-2";
  if (readOnly)
    return look === "title" ? (
      <p className={clsx(font, "py-0.5")}>{value}</p>
    ) : (
      <p className={clsx(font, "break-words whitespace-pre-wrap")}>{value || placeholder}</p>
    );
  return (
    <textarea
      ref={box}
      aria-label={label}
      value={text}
      rows={1}
      placeholder={placeholder}
      maxLength={maxLength}
      onChange={(e) => setText(look === "title" ? e.target.value.replace(/\n/g, " ") : e.target.value)}
      onFocus={() => {
        from.current = value;
      }}
      onBlur={() => {
        const next = text.trim();
        if ((required && !next) || text === from.current) setText(value);
        else if (next !== value) onSave(next);
      }}
      onKeyDown={(e) => {
        const save = e.key === "Enter" && (look === "title" || e.metaKey || e.ctrlKey);
        if (!save && e.key !== "Escape") return;
        e.preventDefault();
        e.stopPropagation();
        const el = e.currentTarget;
        if (e.key === "Escape") {
          setText(value);
          setTimeout(() => el.blur());
        } else el.blur();
      }}
      className={clsx(
        "-mx-1.5 block field-sizing-content w-[calc(100%+12px)] resize-none rounded-md bg-transparent px-1.5 py-0.5 outline-none hover:bg-hover focus:bg-surface focus:outline-2 focus:outline-ring",
        font,
      )}
    />
  );
}
