import { Toast as Base } from "@base-ui/react/toast";
import { CircleAlert, CircleCheck, X } from "lucide-react";
import type { Undone } from "#/api/api";
import { ApiError, call, receiptOf } from "#/api/call";
import { cache } from "./cache";
import { sentence } from "./State";
import { t } from "./words";

const manager = Base.createToastManager();
type Action = { label: string; run: () => void };
type Rest = { description?: string; action?: Action };

function add(type: "ok" | "error", title: string, { description, action }: Rest = {}) {
  const id: string = manager.add({
    title,
    description,
    type,
    priority: type === "error" ? "high" : "low",
    timeout: type === "error" ? 12_000 : 6_000,
    actionProps: action && {
      children: action.label,
      onClick: () => {
        manager.close(id);
        action.run();
      },
    },
  });
  return id;
}

/** Why a change was refused: what is wrong with each field, where the server says that. There is no form to mark them in. */
const reasons = (e: unknown): string => (e instanceof ApiError && Object.values(e.fields).join(" ")) || sentence(e);

/** Says briefly that something happened. */
export const toast = {
  done: (title: string, rest?: Rest) => add("ok", title, rest),
  error: (title: string, rest?: Rest) => add("error", title, rest),
  /** A failure in the server's words. A lost race offers to look at what the other person did. */
  failed(e: unknown, { showChange }: { showChange?: () => void } = {}) {
    if (e instanceof ApiError && (e.status === 401 || e.kind === "tenant_mismatch")) return; // the shell shows these
    if (e instanceof ApiError && e.status === 412)
      add("error", t("stale"), { description: t("stale_more"), action: showChange && { label: t("show_change"), run: showChange } });
    else if (e instanceof ApiError && e.status === 0) add("error", t("offline"), { description: e.message });
    else add("error", t("could_not_save"), { description: reasons(e) });
  },
  /** A change was made: says so and offers Undo, when the answer of the write carries a receipt. */
  saved(title: string, out: unknown, rest: Omit<Rest, "action"> & { undone?: () => void } = {}) {
    const seq = receiptOf(out);
    add("ok", title, { ...rest, action: seq === undefined ? undefined : { label: t("undo"), run: () => void undo(seq, rest.undone) } });
  },
};

/** Takes back one change by its number in the audit log, and reads everything on screen again. */
export async function undo(seq: number, undone?: () => void) {
  try {
    await putBack(seq, { undone });
  } catch (e) {
    add("error", t("could_not_undo"), { description: sentence(e) });
  }
}

type Manner = { leave?: boolean; undone?: () => void; redone?: boolean };

/** Undo whose failure the caller shows. The toast offers to take the undoing back in turn. */
export async function putBack(seq: number, { leave, undone, redone }: Manner = {}) {
  const out = await call<Undone>("POST", "/api/v1/undo", { body: { seq, leave }, idempotent: true });
  await cache.invalidateQueries();
  undone?.();
  const mine = receiptOf(out);
  const again = async () => {
    try {
      await putBack(mine ?? 0, { undone, redone: !redone });
    } catch (e) {
      add("error", t("could_not_undo"), { description: sentence(e) });
    }
  };
  add("ok", t(redone ? "redone" : "undone"), {
    description: out.left > 0 ? t("undo_left", { n: out.left }) : undefined,
    action: mine === undefined ? undefined : { label: t(redone ? "undo" : "redo"), run: () => void again() },
  });
}

/** Stands once in the shell. A polite live region: it never takes the focus. */
export function Toaster() {
  return (
    <Base.Provider toastManager={manager} limit={3}>
      <Base.Portal>
        <Base.Viewport className="fixed end-4 bottom-4 z-[60] flex w-[380px] max-w-[calc(100vw-32px)] flex-col gap-2 max-sm:bottom-[max(16px,env(safe-area-inset-bottom))]">
          <List />
        </Base.Viewport>
      </Base.Portal>
    </Base.Provider>
  );
}
function List() {
  const { toasts } = Base.useToastManager();
  return toasts.map((one) => (
    <Base.Root
      key={one.id}
      toast={one}
      swipeDirection={["right", "down"]}
      className="pop flex items-center gap-2.5 py-2 ps-3 pe-2 transition-all duration-150 data-ending-style:translate-y-2 data-ending-style:opacity-0 data-starting-style:translate-y-2 data-starting-style:opacity-0"
    >
      {one.type === "error" ? (
        <CircleAlert size={16} className="shrink-0 text-bad" aria-hidden />
      ) : (
        <CircleCheck size={16} className="shrink-0 text-ok" aria-hidden />
      )}
      <div className="min-w-0 flex-1">
        <Base.Title className="text-sm font-medium text-pretty" />
        <Base.Description className="text-xs text-pretty text-fg-3" />
      </div>
      <Base.Action className="h-6 shrink-0 rounded-md px-2 text-xs font-medium whitespace-nowrap text-accent-text hover:bg-pop-hover" />
      <Base.Close
        aria-label={t("dismiss")}
        aria-hidden={false} // the library hides it until a stack of toasts is spread out; ours lie one below another
        className="flex size-6 shrink-0 items-center justify-center rounded-md text-fg-3 hover:bg-pop-hover"
      >
        <X size={14} />
      </Base.Close>
    </Base.Root>
  ));
}
