import clsx from "clsx";
import type { ReactNode } from "react";
import { Help } from "./Tip";

export function Card({
  title,
  help,
  aside,
  children,
  className,
}: {
  title?: ReactNode;
  help?: ReactNode;
  aside?: ReactNode;
  children: ReactNode;
  className?: string;
}) {
  return (
    <section className={clsx("flex min-w-0 flex-col rounded-lg border border-line bg-surface p-4", className)}>
      {title && (
        <div className="mb-3 flex min-h-6 flex-wrap items-center gap-x-2 gap-y-1">
          <h2 className="flex min-w-0 items-center gap-2 text-sm font-semibold">
            {title}
            {help && <Help>{help}</Help>}
          </h2>
          {aside && <div className="ms-auto flex flex-wrap items-center justify-end gap-x-3 text-xs text-fg-3">{aside}</div>}
        </div>
      )}
      {children}
    </section>
  );
}

type KpiProps = {
  label: string;
  /** Already said: "54%", "1,204", "–". */
  value: ReactNode;
  /** "+4.2 pts in 30 days" */
  delta?: ReactNode;
  /** Whether the change is good news; neutral unless said. */
  trend?: "good" | "bad";
  spark?: ReactNode;
  /** How this figure is made, in a sentence or two. */
  how?: ReactNode;
  /** A link to what is behind it. */
  link?: ReactNode;
};
/** One figure, how it moved, and how it is made. */
export function Kpi({ label, value, delta, trend, spark, how, link }: KpiProps) {
  return (
    <Card>
      <div className="flex min-h-6 items-start gap-1.5 text-fg-3">
        <span className="pt-0.5">
          {label}
          {how && (
            <span className="ms-1.5 inline-flex align-[-3px]">
              <Help>{how}</Help>
            </span>
          )}
        </span>
        {link && (
          <span className="ms-auto [&_a]:flex [&_a]:size-6 [&_a]:items-center [&_a]:justify-center [&_a]:rounded-[5px] [&_a:hover]:bg-hover [&_a:hover]:text-fg">
            {link}
          </span>
        )}
      </div>
      <div className="mt-auto flex items-end justify-between gap-2 pt-1">
        <div className="min-w-0">
          <div className="tnum text-2xl font-semibold tracking-[-0.022em]">{value}</div>
          {delta && (
            <div
              className={clsx("tnum mt-0.5 text-xs", trend === "good" ? "text-ok-text" : trend === "bad" ? "text-bad-text" : "text-fg-3")}
            >
              {delta}
            </div>
          )}
        </div>
        {spark && <span className="hidden shrink-0 @xl:block">{spark}</span>}
      </div>
    </Card>
  );
}

/** A page of cards: grey behind, at most 1,320 px wide, a container for @-queries. */
export function CardPage({ children }: { children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a page of words alone scrolls by keyboard too
    <div data-print="flow" tabIndex={0} className="@container min-h-0 flex-1 overflow-y-auto bg-surface-2 outline-offset-[-2px]">
      <div className="mx-auto max-w-[1320px] space-y-4 p-4 sm:p-5">{children}</div>
    </div>
  );
}
