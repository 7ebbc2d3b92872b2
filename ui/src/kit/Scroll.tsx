import clsx from "clsx";
import type { ReactNode } from "react";

/** A part of the page that scrolls by itself, by keyboard too: words, a board, a wide table. */
export function Scroll({ label, className, children }: { label: string; className?: string; children: ReactNode }) {
  return (
    <section
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be reached by keyboard
      tabIndex={0}
      data-print="flow"
      className={clsx("outline-offset-[-2px]", className)}
    >
      {children}
    </section>
  );
}
