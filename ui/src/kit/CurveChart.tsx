import { useMemo, useState } from "react";
import { smooth } from "./charts";
import { percent } from "./format";
import { useWidth } from "./hooks";
import { t } from "./words";

/** A line over amounts: the chance, in basis points, of more than each. */
export type Curve = { name: string; color: string; chances: readonly number[]; dash?: boolean };
type Props = {
  title: string;
  amounts: readonly number[];
  curves: readonly Curve[];
  /** How an amount is said: on the axis, and where it is read. */
  amount: (v: number) => string;
  /** What the column of amounts is called in the table: "More than". */
  heading: string;
  /** A line that stands up at an amount: "Appetite". */
  mark?: { at: number; label: string };
  height?: number;
};

const margin = { l: 40, r: 14, t: 18, b: 24 };
const tops = [100, 200, 500, 1000, 2000, 4000, 6000, 8000, 10000];

/** Round amounts in a range, not more than fit: powers of ten, with twos and fives where there is room. */
export function logTicks(from: number, to: number, room: number): number[] {
  const decades: number[] = [];
  for (let e = Math.floor(Math.log10(from)); 10 ** e <= to; e++) decades.push(10 ** e);
  for (const parts of [[1, 2, 5], [1, 3], [1]]) {
    const all = decades.flatMap((d) => parts.map((p) => d * p)).filter((v) => v >= from && v <= to);
    if (all.length <= room) return all;
  }
  const all = decades.filter((v) => v >= from);
  const every = Math.ceil(all.length / Math.max(1, room));
  return all.filter((_, i) => i % every === 0);
}

/** How likely is more than an amount, over amounts on a logarithmic axis. The pointer or the arrow keys read it; a table says the same. */
export function CurveChart({ title, amounts, curves, amount, heading, mark, height = 208 }: Props) {
  const [ref, w] = useWidth<HTMLDivElement>(0);
  const [at, setAt] = useState<number | null>(null);
  const n = amounts.length;
  const from = amounts[0] ?? 1;
  const to = amounts.at(-1) ?? 1;
  const highest = Math.max(1, ...curves.flatMap((c) => c.chances));
  const top = tops.find((v) => v >= highest) ?? 10000;
  const place = useMemo(() => {
    const x = (v: number) => margin.l + ((w - margin.l - margin.r) * Math.log(v / from)) / (Math.log(to / from) || 1);
    const y = (v: number) => margin.t + (height - margin.t - margin.b) * (1 - v / top);
    return { x, y };
  }, [w, height, from, to, top]);
  const paths = useMemo(
    () => curves.map((c) => smooth(amounts.map((v, i) => [place.x(v), place.y(c.chances[i] ?? 0)] as const))),
    [curves, amounts, place],
  );
  if (n < 2) return null;
  const { x, y } = place;
  const point = at === null ? undefined : amounts[at];
  const move = (by: number) => setAt((now) => Math.max(0, Math.min(n - 1, now === null ? Math.floor(n / 2) : now + by)));
  const shownMark = mark && mark.at >= from && mark.at <= to ? mark : undefined;
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
          aria-label={title}
          onPointerMove={(e) => {
            const box = e.currentTarget.getBoundingClientRect();
            const part = (e.clientX - box.left - margin.l) / (w - margin.l - margin.r);
            setAt(Math.max(0, Math.min(n - 1, Math.round(part * (n - 1)))));
          }}
          onPointerLeave={() => setAt(null)}
          onBlur={() => setAt(null)}
          onKeyDown={(e) => {
            const by = e.key === "ArrowLeft" ? -1 : e.key === "ArrowRight" ? 1 : 0;
            if (by === 0) return;
            e.preventDefault();
            move(by);
          }}
          className="block max-w-full overflow-visible rounded outline-offset-4 print:h-auto"
        >
          {[0, 0.25, 0.5, 0.75, 1].map((part) => (
            <g key={part}>
              <line
                x1={margin.l}
                x2={w - margin.r}
                y1={y(part * top)}
                y2={y(part * top)}
                stroke="var(--line)"
                strokeDasharray={part === 0 ? undefined : "2 3"}
              />
              <text x={margin.l - 8} y={y(part * top) + 4} textAnchor="end" className="tnum fill-fg-3 text-2xs">
                {percent(part * top, 1)}
              </text>
            </g>
          ))}
          {logTicks(from, to, Math.floor((w - margin.l) / 62)).map((v) => (
            <text key={v} x={x(v)} y={height - 5} textAnchor="middle" className="tnum fill-fg-3 text-2xs">
              {amount(v)}
            </text>
          ))}
          {shownMark && (
            <g>
              <line
                x1={x(shownMark.at)}
                x2={x(shownMark.at)}
                y1={margin.t - 4}
                y2={height - margin.b}
                stroke="var(--warn)"
                strokeWidth="1.5"
                strokeDasharray="3 3"
              />
              <text
                x={x(shownMark.at)}
                y={margin.t - 8}
                textAnchor={x(shownMark.at) > w * 0.8 ? "end" : x(shownMark.at) < w * 0.2 ? "start" : "middle"}
                className="fill-warn-text text-2xs font-medium"
              >
                {shownMark.label}
              </text>
            </g>
          )}
          {curves.map((c, i) => (
            <path
              key={c.name}
              d={paths[i]}
              fill="none"
              stroke={c.color}
              strokeWidth="2"
              strokeDasharray={c.dash ? "4 4" : undefined}
              strokeLinecap="round"
            />
          ))}
          {at !== null && point !== undefined && (
            <>
              <line x1={x(point)} x2={x(point)} y1={margin.t} y2={height - margin.b} stroke="var(--line-2)" />
              {curves.map((c) => (
                <circle
                  key={c.name}
                  cx={x(point)}
                  cy={y(c.chances[at] ?? 0)}
                  r="3.5"
                  fill="var(--surface)"
                  stroke={c.color}
                  strokeWidth="2"
                />
              ))}
            </>
          )}
        </svg>
      )}
      {at !== null && point !== undefined && w > 0 && (
        <div
          role="status"
          className="pop pointer-events-none absolute top-2 px-2.5 py-1.5 text-xs"
          style={x(point) > w / 2 ? { right: w - x(point) + 12 } : { left: x(point) + 12 }}
        >
          <div className="tnum mb-0.5 text-fg-3">{`${heading} ${amount(point)}`}</div>
          {curves.map((c) => (
            <div key={c.name} className="flex items-center gap-2 whitespace-nowrap">
              <i aria-hidden className="size-2 rounded-full" style={{ background: c.color }} /> {c.name}
              <b className="tnum ms-auto ps-4 font-semibold">{percent(c.chances[at] ?? 0, 1)}</b>
            </div>
          ))}
        </div>
      )}
      <table className="sr-only">
        <caption>{title}</caption>
        <thead>
          <tr>
            <th scope="col">{heading}</th>
            {curves.map((c) => (
              <th key={c.name} scope="col">
                {t("chance_of", { name: c.name })}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {amounts.map((v, i) =>
            i % 3 === 0 ? (
              <tr key={v}>
                <th scope="row">{amount(v)}</th>
                {curves.map((c) => (
                  <td key={c.name}>{percent(c.chances[i] ?? 0, 1)}</td>
                ))}
              </tr>
            ) : null,
          )}
        </tbody>
      </table>
    </div>
  );
}
