import { type ReactNode, useId, useMemo, useState } from "react";
import { useWidth } from "./hooks";

/* Small charts as SVG of our own: tokens only, a text in place of every picture, print and dark come free. */

type Point = readonly [x: number, y: number];
/** Monotone cubic (Fritsch-Carlson): a curve that never shows a value that was not there. */
export function smooth(p: readonly Point[]): string {
  const n = p.length;
  const first = p[0];
  if (!first) return "";
  const slope: number[] = [];
  for (let i = 0; i < n - 1; i++) {
    const [a, b] = [p[i] ?? first, p[i + 1] ?? first];
    slope.push((b[1] - a[1]) / (b[0] - a[0] || 1));
  }
  const tangent = p.map((_, i) => {
    const [l, r] = [slope[i - 1], slope[i]];
    if (l === undefined || r === undefined) return l ?? r ?? 0;
    return l * r <= 0 ? 0 : (2 * l * r) / (l + r);
  });
  let path = `M${first[0]},${first[1]}`;
  for (let i = 0; i < n - 1; i++) {
    const [a, b] = [p[i] ?? first, p[i + 1] ?? first];
    const h = (b[0] - a[0]) / 3;
    path += `C${a[0] + h},${a[1] + (tangent[i] ?? 0) * h},${b[0] - h},${b[1] - (tangent[i + 1] ?? 0) * h},${b[0]},${b[1]}`;
  }
  return path;
}

export type Series = { name: string; color: string; values: readonly number[]; fill?: boolean; dash?: boolean };
type LineProps = {
  title: string;
  labels: readonly string[];
  series: readonly Series[];
  height?: number;
  min?: number;
  max?: number;
  /** How a value is said: `(v) => percent(v)`. */
  value: (v: number) => string;
  /** How a label is said: a date, short. */
  label: (l: string) => string;
  /** Opens what is behind a moment: on click, and with Enter. */
  onPick?: (index: number) => void;
  /** What onPick opens, in words. */
  pick?: string;
};

/** Lines over time. The pointer or the arrow keys read the values of one moment. */
export function LineChart({ title, labels, series, height = 208, min = 0, max = 10000, value, label, onPick, pick }: LineProps) {
  const [ref, w] = useWidth<HTMLDivElement>(0);
  const [at, setAt] = useState<number | null>(null);
  const id = useId().replace(/\W/g, "");
  const n = labels.length;
  const m = useMemo(() => ({ l: 38, r: 12, t: 10, b: 24 }), []);
  const place = useMemo(() => {
    const x = (i: number) => m.l + ((w - m.l - m.r) * i) / Math.max(1, n - 1);
    const y = (v: number) => m.t + (height - m.t - m.b) * (1 - (v - min) / (max - min || 1));
    return { x, y };
  }, [w, n, height, min, max, m]);
  const { x, y } = place;
  const paths = useMemo(() => series.map((s) => smooth(s.values.map((v, i) => [place.x(i), place.y(v)] as const))), [series, place]);
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((part) => min + part * (max - min));
  const every = Math.max(1, Math.ceil(n / Math.max(2, Math.floor(w / 116))));
  const shown = at ?? n - 1;
  const said = series.map((s) => `${s.name}: ${value(s.values[0] ?? 0)} → ${value(s.values.at(-1) ?? 0)}`).join("; ");
  if (n === 0) return null;
  return (
    <div ref={ref} className="relative" style={{ height }}>
      {w > 0 && (
        <svg
          width={w}
          height={height}
          viewBox={`0 0 ${w} ${height}`}
          role="img"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys read the chart as the pointer does
          tabIndex={0}
          aria-label={`${title}. ${said}`}
          onPointerMove={(e) => {
            const box = e.currentTarget.getBoundingClientRect();
            setAt(Math.max(0, Math.min(n - 1, Math.round(((e.clientX - box.left - m.l) / (w - m.l - m.r)) * (n - 1)))));
          }}
          onPointerLeave={() => setAt(null)}
          onClick={onPick && at !== null ? () => onPick(at) : undefined}
          onBlur={() => setAt(null)}
          onKeyDown={(e) => {
            if (e.key === "Enter" && onPick) onPick(shown);
            const step = e.key === "ArrowLeft" ? -1 : e.key === "ArrowRight" ? 1 : 0;
            if (step === 0) return;
            e.preventDefault();
            setAt(Math.max(0, Math.min(n - 1, shown + step)));
          }}
          className={`block max-w-full overflow-visible rounded outline-offset-4 print:h-auto ${onPick ? "cursor-pointer" : ""}`}
        >
          <defs>
            {series.map((s, i) => (
              <linearGradient key={s.name} id={`${id}-${i}`} x1="0" x2="0" y1="0" y2="1">
                <stop offset="0" stopColor={s.color} stopOpacity=".2" />
                <stop offset="1" stopColor={s.color} stopOpacity="0" />
              </linearGradient>
            ))}
          </defs>
          {ticks.map((v) => (
            <g key={v}>
              <line x1={m.l} x2={w - m.r} y1={y(v)} y2={y(v)} stroke="var(--line)" strokeDasharray={v === min ? undefined : "2 3"} />
              <text x={m.l - 8} y={y(v) + 4} textAnchor="end" className="tnum fill-fg-3 text-2xs">
                {value(v)}
              </text>
            </g>
          ))}
          {labels.map((l, i) =>
            (n - 1 - i) % every === 0 ? (
              <text
                key={l}
                x={x(i)}
                y={height - 5}
                textAnchor={i === n - 1 ? "end" : i === 0 ? "start" : "middle"}
                className="tnum fill-fg-3 text-2xs"
              >
                {label(l)}
              </text>
            ) : null,
          )}
          {series.map((s, i) => (
            <g key={s.name}>
              {s.fill && n > 1 && <path d={`${paths[i]}L${x(n - 1)},${y(min)}L${x(0)},${y(min)}Z`} fill={`url(#${id}-${i})`} />}
              <path
                d={paths[i]}
                fill="none"
                stroke={s.color}
                strokeWidth="2"
                strokeDasharray={s.dash ? "4 4" : undefined}
                strokeLinecap="round"
              />
            </g>
          ))}
          {at !== null && <line x1={x(at)} x2={x(at)} y1={m.t} y2={height - m.b} stroke="var(--line-2)" />}
          {series.map((s) => (
            <circle
              key={s.name}
              cx={x(shown)}
              cy={y(s.values[shown] ?? 0)}
              r="3.5"
              fill="var(--surface)"
              stroke={s.color}
              strokeWidth="2"
            />
          ))}
        </svg>
      )}
      {at !== null && w > 0 && (
        <div
          role="status"
          className="pop pointer-events-none absolute top-2 px-2.5 py-1.5 text-xs"
          style={x(at) > w / 2 ? { right: w - x(at) + 12 } : { left: x(at) + 12 }}
        >
          <div className="mb-0.5 text-fg-3">{label(labels[at] ?? "")}</div>
          {series.map((s) => (
            <div key={s.name} className="flex items-center gap-2 whitespace-nowrap">
              <i aria-hidden className="size-2 rounded-full" style={{ background: s.color }} /> {s.name}
              <b className="tnum ms-auto ps-4 font-semibold">{value(s.values[at] ?? 0)}</b>
            </div>
          ))}
          {onPick && pick && <div className="mt-1 border-t border-line pt-1 text-fg-3">{pick}</div>}
        </div>
      )}
    </div>
  );
}

/** The mark of one series beside its name, above a chart. */
export function LegendKey({ color, dash, children }: { color: string; dash?: boolean; children: ReactNode }) {
  return (
    <span className="flex items-center gap-1.5">
      <svg width="14" height="4" aria-hidden>
        <line
          x1="1"
          x2="13"
          y1="2"
          y2="2"
          stroke={color}
          strokeWidth="2"
          strokeDasharray={dash ? "3 3" : undefined}
          strokeLinecap="round"
        />
      </svg>
      {children}
    </span>
  );
}

/** How a figure moved, beside the figure. It says nothing on its own. */
export function Sparkline({
  values,
  color,
  width = 84,
  height = 28,
}: {
  values: readonly number[];
  color: string;
  width?: number;
  height?: number;
}) {
  if (values.length < 2) return null;
  const lo = Math.min(...values);
  const hi = Math.max(...values);
  const y = (v: number) => (hi === lo ? height / 2 : height - 3 - ((v - lo) / (hi - lo)) * (height - 6));
  const points = values.map((v, i) => [(i / (values.length - 1)) * (width - 6) + 2, y(v)] as const);
  const end = points.at(-1) ?? [0, 0];
  return (
    <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden>
      <path d={smooth(points)} fill="none" stroke={color} strokeWidth="1.75" strokeLinecap="round" />
      <circle cx={end[0]} cy={end[1]} r="2.25" fill={color} />
    </svg>
  );
}

export type Part = { name: string; value: number; color: string };
/** A bar made of parts. Its numbers are its name, so it needs no legend to be read aloud. */
export function StackBar({ parts, label, height = 8 }: { parts: readonly Part[]; label: string; height?: number }) {
  const total = parts.reduce((sum, p) => sum + p.value, 0);
  return (
    <div
      role="img"
      aria-label={`${label}: ${parts.map((p) => `${p.name} ${p.value}`).join(", ")}`}
      className="flex w-full gap-0.5 overflow-hidden rounded-full bg-active"
      style={{ height }}
    >
      {total > 0 &&
        parts.map(
          (p) =>
            p.value > 0 && (
              <span
                key={p.name}
                title={`${p.name}: ${p.value}`}
                className="h-full min-w-[3px]"
                style={{ width: `${(p.value / total) * 100}%`, background: p.color }}
              />
            ),
        )}
    </div>
  );
}
