import type { ReactNode } from "react";
import { percent } from "./format";

/** A thin bar: how much of how many. The figures stand beside it. */
export function Meter({ value, max, tone }: { value: number; max: number; tone?: string }) {
  const share = max > 0 ? Math.min(100, (value / max) * 100) : 0;
  return (
    <span aria-hidden className="h-1 min-w-8 flex-1 overflow-hidden rounded-full bg-active">
      <span
        className="block h-full rounded-full"
        style={{ width: `${share}%`, background: tone ?? (share === 100 ? "var(--ok)" : "var(--info)") }}
      />
    </span>
  );
}

type RingProps = {
  /** Basis points, or null when there is nothing to measure. */
  value: number | null;
  label: string;
  size?: number;
  tone?: string;
  /** What stands in the middle; the percentage unless given. */
  children?: ReactNode;
};
/** A coverage ring with its figure in the middle. */
export function Ring({ value, label, size = 64, tone, children }: RingProps) {
  const width = Math.max(4, size * 0.094);
  const r = (size - width) / 2;
  const round = 2 * Math.PI * r;
  const share = Math.max(0, Math.min(1, (value ?? 0) / 10000));
  const said = percent(value);
  return (
    <div
      role="img"
      aria-label={`${label}: ${said}`}
      className="relative inline-flex shrink-0 items-center justify-center"
      style={{ width: size, height: size }}
    >
      <svg width={size} height={size} viewBox={`0 0 ${size} ${size}`} aria-hidden className="absolute inset-0 -rotate-90">
        <circle cx={size / 2} cy={size / 2} r={r} fill="none" stroke="var(--active)" strokeWidth={width} />
        {share > 0 && (
          <circle
            cx={size / 2}
            cy={size / 2}
            r={r}
            fill="none"
            stroke={tone ?? (share === 1 ? "var(--ok)" : "var(--accent)")}
            strokeWidth={width}
            strokeLinecap="round"
            strokeDasharray={`${Math.max(0.01, round * share - (share < 1 ? width * 0.2 : 0))} ${round}`}
          />
        )}
      </svg>
      <span aria-hidden className="tnum relative font-semibold tracking-tight" style={{ fontSize: Math.max(10, size * 0.225) }}>
        {children ?? said}
      </span>
    </div>
  );
}
