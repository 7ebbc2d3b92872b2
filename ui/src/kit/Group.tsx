import clsx from "clsx";
import type { ReactNode } from "react";

/** A page of settings: words on the left, what can be set on the right; under each other where it is narrow. */
export function GroupPage({ children }: { children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a page of words alone scrolls by keyboard too
    <div data-print="flow" tabIndex={0} className="@container min-h-0 flex-1 overflow-y-auto bg-surface-2 outline-offset-[-2px]">
      <div className="mx-auto max-w-[960px] space-y-8 px-4 py-6 sm:px-6 sm:py-8">{children}</div>
    </div>
  );
}

type GroupProps = {
  title: string;
  lead?: ReactNode;
  children: ReactNode;
  /** Rows to the edges of the card, with lines between them. */
  flush?: boolean;
};
export function Group({ title, lead, children, flush }: GroupProps) {
  return (
    <section className="grid gap-x-10 gap-y-3 @3xl:grid-cols-[248px_minmax(0,1fr)]">
      <div className="@3xl:pt-1">
        <h2 className="text-base font-semibold">{title}</h2>
        {lead && <div className="mt-1 text-pretty text-fg-3">{lead}</div>}
      </div>
      <div
        className={clsx(
          "min-w-0 self-start rounded-lg border border-line bg-surface shadow-1",
          flush ? "divide-y divide-line overflow-hidden" : "p-4 sm:p-5",
        )}
      >
        {children}
      </div>
    </section>
  );
}

type RowProps = { icon?: ReactNode; title: ReactNode; note?: ReactNode; children?: ReactNode };
/** A line of a flush Group: what it is, a few words about it, and what can be done. */
export function GroupRow({ icon, title, note, children }: RowProps) {
  return (
    <div className="flex min-h-14 flex-wrap items-center gap-x-3 gap-y-2 px-4 py-2.5 sm:px-5">
      {icon && (
        <span aria-hidden className="flex size-8 shrink-0 items-center justify-center rounded-lg bg-mute-soft text-fg-2 [&>svg]:size-4">
          {icon}
        </span>
      )}
      <div className="min-w-0 flex-1 basis-40">
        <div className="flex flex-wrap items-center gap-x-2 gap-y-1 font-medium">{title}</div>
        {note && <div className="mt-0.5 text-xs text-pretty text-fg-3">{note}</div>}
      </div>
      {children && <div className="flex shrink-0 flex-wrap items-center gap-2">{children}</div>}
    </div>
  );
}

/** The foot of a card with the buttons of its form. */
export function GroupFoot({ children }: { children: ReactNode }) {
  return (
    <div className="-mx-4 -mb-4 flex flex-wrap items-center justify-end gap-2 rounded-b-lg border-t border-line bg-surface-2 px-4 py-3 sm:-mx-5 sm:-mb-5 sm:px-5">
      {children}
    </div>
  );
}
