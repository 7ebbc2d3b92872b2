import clsx from "clsx";
import { useState } from "react";

type Layer = { name: string; color: string; values: readonly number[] };
type BarsProps = {
  /** What is counted: the name of the picture, and of the table in its place. */
  title: string;
  /** "Week", above the first column of that table. */
  axis: string;
  labels: readonly string[];
  /** From the foot of a bar upwards. */
  layers: readonly Layer[];
  /** How a label is said: a date, short. */
  label: (l: string) => string;
  height?: number;
};

/** Bars made of parts, over time. The pointer or the arrow keys read one bar; who cannot see it has a table. */
export function StackedBars({ title, axis, labels, layers, label, height = 148 }: BarsProps) {
  const [at, setAt] = useState<number>();
  const n = labels.length;
  const sum = (i: number) => layers.reduce((all, l) => all + (l.values[i] ?? 0), 0);
  const top = Math.max(1, ...labels.map((_, i) => sum(i)));
  const shown = at ?? n - 1;
  if (n === 0) return null;
  const every = Math.ceil(n / 4);
  return (
    <div>
      <div
        role="img"
        aria-label={title}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys read the chart as the pointer does
        tabIndex={0}
        className="flex items-end gap-1 rounded outline-offset-4"
        style={{ height }}
        onPointerLeave={() => setAt(undefined)}
        onBlur={() => setAt(undefined)}
        onKeyDown={(e) => {
          const step = e.key === "ArrowLeft" ? -1 : e.key === "ArrowRight" ? 1 : 0;
          if (step === 0) return;
          e.preventDefault();
          setAt(Math.max(0, Math.min(n - 1, shown + step)));
        }}
      >
        {labels.map((l, i) => (
          <div key={l} onPointerEnter={() => setAt(i)} className="flex h-full min-w-0 flex-1 flex-col justify-end">
            <div
              className={clsx("flex flex-col-reverse gap-px overflow-hidden rounded-sm", at !== undefined && at !== i && "opacity-45")}
              style={{ height: `${(sum(i) / top) * 100}%` }}
            >
              {layers.map(
                (s) =>
                  (s.values[i] ?? 0) > 0 && (
                    <i
                      key={s.name}
                      className="block min-h-px w-full"
                      style={{ flexGrow: s.values[i], flexBasis: 0, background: s.color }}
                    />
                  ),
              )}
            </div>
          </div>
        ))}
      </div>
      <div aria-hidden className="tnum mt-1 flex gap-1 text-2xs text-fg-3">
        {labels.map((l, i) => (
          <span key={l} className={clsx("min-w-0 flex-1 whitespace-nowrap", i === n - 1 && "text-end [direction:rtl]")}>
            {i === n - 1 || (i % every === 0 && n - 1 - i >= every / 2) ? <bdi>{label(l)}</bdi> : ""}
          </span>
        ))}
      </div>
      <ul aria-hidden className="mt-2 flex flex-wrap gap-x-4 gap-y-1 text-xs text-fg-2">
        <li className="tnum min-w-12 text-fg-3">{label(labels[shown] ?? "")}</li>
        {[...layers].reverse().map((s) => (
          <li key={s.name} className="flex items-center gap-1.5">
            <i className="size-2 rounded-full" style={{ background: s.color }} /> {s.name}
            <b className="tnum font-semibold">{s.values[shown] ?? 0}</b>
          </li>
        ))}
      </ul>
      <table className="sr-only">
        <caption>{title}</caption>
        <thead>
          <tr>
            <th scope="col">{axis}</th>
            {layers.map((s) => (
              <th key={s.name} scope="col">
                {s.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {labels.map((l, i) => (
            <tr key={l}>
              <th scope="row">{label(l)}</th>
              {layers.map((s) => (
                <td key={s.name}>{s.values[i] ?? 0}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
