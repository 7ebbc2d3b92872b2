import clsx from "clsx";
import type { ReactNode } from "react";

const tones = {
  plain: "border border-line text-fg-2",
  mute: "bg-mute-soft text-fg-2",
  accent: "bg-accent-soft text-accent-text",
  ok: "bg-ok-soft text-ok-text",
  info: "bg-info-soft text-info-text",
  warn: "bg-warn-soft text-warn-text",
  bad: "bg-bad-soft text-bad-text",
};
export type Tone = keyof typeof tones;

export function Tag({ tone = "plain", children, className }: { tone?: Tone; children: ReactNode; className?: string }) {
  return (
    <span
      className={clsx(
        "inline-flex h-5 max-w-full items-center gap-1 rounded-[5px] px-1.5 text-xs whitespace-nowrap [&>svg]:shrink-0",
        tones[tone],
        className,
      )}
    >
      {children}
    </span>
  );
}

/** The first few tags and how many more there are. In a table they stay on one line; `wrap` is for a record. */
type TagsProps = { values: readonly string[]; tones?: readonly (Tone | undefined)[]; max?: number; wrap?: boolean };
export function Tags({ values, tones, max = 2, wrap }: TagsProps) {
  const rest = values.length - max;
  return (
    <span className={clsx("flex min-w-0 gap-1", wrap && "flex-wrap py-1")} title={rest > 0 ? values.join(", ") : undefined}>
      {values.slice(0, max).map((v, i) => (
        <Tag key={v} tone={tones?.[i]}>
          {v}
        </Tag>
      ))}
      {rest > 0 && <Tag>+{rest}</Tag>}
    </span>
  );
}

export const Kbd = ({ children }: { children: ReactNode }) => <kbd className="kbd">{children}</kbd>;
