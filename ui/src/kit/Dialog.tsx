import { AlertDialog as Alert } from "@base-ui/react/alert-dialog";
import { Dialog as Base } from "@base-ui/react/dialog";
import clsx from "clsx";
import { X } from "lucide-react";
import { type ReactNode, type RefObject, useId, useRef, useState, useSyncExternalStore } from "react";
import { Button } from "./Button";
import { sentence } from "./State";
import { t } from "./words";

const backdrop = "fade-anim fixed inset-0 z-50 bg-scrim";
const popup =
  "fixed left-1/2 z-50 flex max-h-[min(760px,calc(100dvh-32px))] w-[calc(100vw-24px)] -translate-x-1/2 flex-col overflow-hidden rounded-xl bg-pop shadow-3 outline-none transition-[opacity,scale] duration-100 data-ending-style:scale-[.98] data-ending-style:opacity-0 data-starting-style:scale-[.98] data-starting-style:opacity-0";

/** What text is typed into or chosen in. */
const fields = "input:not([type=hidden]):not([type=file]):not(:disabled), textarea:not(:disabled), select:not(:disabled)";

type DialogProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  description?: ReactNode;
  children: ReactNode;
  /** Buttons at the bottom, the one that acts last. */
  footer?: ReactNode;
  width?: number;
  /** The field that has the focus first; otherwise the first one. */
  focus?: RefObject<HTMLElement | null>;
  /** Only a button closes it, no slip of Escape and no click beside it: for what is shown once. */
  keep?: boolean;
};

/** A window over the page for one small task. Put the whole of a form inside: `children` with a `Form`, whose buttons then are the footer. */
export function Dialog({ open, onOpenChange, title, description, children, footer, width = 480, focus, keep }: DialogProps) {
  const body = useRef<HTMLDivElement>(null);
  // A finger would get the keyboard over what it has not read yet.
  const first = (by: string) => (by === "touch" ? null : body.current?.querySelector<HTMLElement>(fields)) ?? true;
  return (
    <Base.Root open={open} onOpenChange={(to, { reason }) => (to || !keep || reason === "close-press") && onOpenChange(to)}>
      <Base.Portal>
        <Base.Backdrop className={backdrop} />
        <Base.Popup className={clsx(popup, "top-[max(16px,9dvh)]")} style={{ maxWidth: width }} initialFocus={focus ?? first}>
          <div className="flex items-start gap-3 px-5 pt-4 pb-3">
            <div className="min-w-0 flex-1">
              <Base.Title className="text-lg font-semibold tracking-[-0.011em]">{title}</Base.Title>
              {description && <Base.Description className="mt-0.5 text-pretty text-fg-3">{description}</Base.Description>}
            </div>
            <Base.Close render={<Button variant="ghost" icon aria-label={t("close")} className="-me-2" />}>
              <X size={15} />
            </Base.Close>
          </div>
          <div ref={body} className="min-h-0 flex-1 overflow-y-auto px-5 pb-5 has-data-actions:pb-0">
            {children}
          </div>
          {footer && <div className="flex flex-wrap justify-end gap-2 border-t border-line bg-surface-2 px-5 py-3">{footer}</div>}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

/** The row of buttons at the end of a form inside a Dialog; sticks to the bottom edge. */
export function DialogActions({ children }: { children: ReactNode }) {
  return (
    <div
      data-actions
      className="sticky bottom-0 -mx-5 mt-5 flex flex-wrap items-center justify-end gap-2 border-t border-line bg-surface-2 px-5 py-3"
    >
      {children}
    </div>
  );
}

type Question = {
  /** Names the object: "Delete “Access review”?" */
  title: string;
  /** The effect, in a sentence: what changes, who notices, whether it can be undone. */
  effect: ReactNode;
  /** The verb on the button. */
  action: string;
  danger?: boolean;
  /** Something that has to be typed first: for what cannot be undone. */
  phrase?: string;
  /** Asks for a sentence that goes to `run`: for a risky change whose reason lands in the audit log. */
  reason?: { label: string; required?: boolean };
  /** Does it. A failure stays in the dialog. */
  run: (reason: string) => Promise<unknown> | undefined;
};

/** Asks before something that cannot be undone or that others notice. What can be undone is done at once, with Undo in a toast. */
export function AlertDialog({
  open,
  onOpenChange,
  title,
  effect,
  action,
  danger = true,
  phrase,
  reason,
  run,
}: Question & { open: boolean; onOpenChange: (open: boolean) => void }) {
  return (
    <Alert.Root open={open} onOpenChange={onOpenChange}>
      <Alert.Portal>
        <Alert.Backdrop className={backdrop} />
        <Alert.Popup className={clsx(popup, "top-[max(16px,18dvh)]")} style={{ maxWidth: 440 }}>
          <AskBody close={() => onOpenChange(false)} {...{ title, effect, action, danger, phrase, reason, run }} />
        </Alert.Popup>
      </Alert.Portal>
    </Alert.Root>
  );
}

function AskBody({ close, title, effect, action, danger, phrase, reason, run }: Question & { close: () => void }) {
  const id = useId();
  const [typed, setTyped] = useState("");
  const [why, setWhy] = useState("");
  const [pending, setPending] = useState(false);
  const [error, setError] = useState("");
  const ready = (phrase === undefined || typed.trim() === phrase) && (!reason?.required || why.trim() !== "");
  const act = async () => {
    if (!ready || pending) return;
    setPending(true);
    setError("");
    try {
      await run(why.trim());
      close();
    } catch (e) {
      setError(sentence(e));
      setPending(false);
    }
  };
  return (
    <form
      onSubmit={(e) => {
        e.preventDefault();
        void act();
      }}
    >
      <div className="px-5 pt-5 pb-4">
        <Alert.Title className="text-lg font-semibold tracking-[-0.011em]">{title}</Alert.Title>
        <Alert.Description render={<div />} className="mt-1.5 text-pretty text-fg-2">
          {effect}
        </Alert.Description>
        {reason && (
          <div className="mt-4">
            <label htmlFor={`${id}-why`} className="mb-1 block text-xs font-medium">
              {reason.label} {!reason.required && <span className="font-normal text-fg-3">({t("optional")})</span>}
            </label>
            <textarea
              id={`${id}-why`}
              className="input h-auto py-1.5"
              rows={2}
              maxLength={500}
              value={why}
              onChange={(e) => setWhy(e.target.value)}
            />
          </div>
        )}
        {phrase !== undefined && (
          <div className="mt-4">
            <label htmlFor={`${id}-typed`} className="mb-1 block text-xs">
              {t.rich("type_to_confirm", { name: <b className="font-semibold">{phrase}</b> })}
            </label>
            <input id={`${id}-typed`} className="input" autoComplete="off" value={typed} onChange={(e) => setTyped(e.target.value)} />
          </div>
        )}
        {error && (
          <p role="alert" className="mt-3 text-bad-text">
            {error}
          </p>
        )}
      </div>
      <div className="flex justify-end gap-2 border-t border-line bg-surface-2 px-5 py-3">
        <Alert.Close render={<Button />}>{t("cancel")}</Alert.Close>
        <Button type="submit" variant={danger ? "danger" : "primary"} disabled={!ready} pending={pending}>
          {action}
        </Button>
      </div>
    </form>
  );
}

let asked: Question | undefined;
let turn = 0;
const listeners = new Set<() => void>();
function set(q: Question | undefined) {
  asked = q;
  for (const l of listeners) l();
}
/** Opens an AlertDialog from anywhere: `ask({ title, effect, action, run })`. */
export const ask = (q: Question) => {
  turn++;
  set(q);
};

/** Stands once in the shell, and shows what `ask` asks. */
export function AskHost() {
  const q = useSyncExternalStore(
    (tell) => {
      listeners.add(tell);
      return () => listeners.delete(tell);
    },
    () => asked,
  );
  const [last, setLast] = useState<Question>();
  if (q && q !== last) setLast(q); // keeps its words while it fades out
  const shown = q ?? last;
  // Every question has a body of its own, also one that follows from the answer to another.
  return shown ? <AlertDialog key={turn} {...shown} open={q !== undefined} onOpenChange={(open) => !open && set(undefined)} /> : null;
}
