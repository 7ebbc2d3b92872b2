import clsx from "clsx";
import type { ReactNode } from "react";
import { type VendorFigures, vendor } from "#/api/api";
import { StackBar } from "#/kit/charts";
import { num } from "#/kit/format";
import { levelColors, steps, stepWord } from "#/kit/Level";
import { Help } from "#/kit/Tip";
import { CLASSES, classColors, running } from "./data";
import type { Filter } from "./fields";
import { t } from "./words";

type Segment = { name: string; value: number; color: string; search?: Partial<Filter>; on?: boolean };
type ChartsProps = { figures: VendorFigures; filter: Filter; patch: (change: Partial<Filter>) => void };

const status: Filter["status"] = [...running];
const impactColors = { 5: levelColors.critical, 4: levelColors.high, 3: levelColors.medium, 2: levelColors.low, 1: "var(--fg-3)" } as const;
const nothing: Partial<Filter> = {
  tier: undefined,
  impact: undefined,
  classification: undefined,
  subservice: undefined,
  status: undefined,
};

/** What the vendors are made of: how bad it would be without them, the data they see, who works with customers' data. A part shows what it counts. */
export function Charts({ figures: f, filter, patch }: ChartsProps) {
  const known = CLASSES.reduce((n, c) => n + (f.classifications[c] ?? 0), 0);
  return (
    <div
      data-noprint
      className="grid shrink-0 grid-cols-[repeat(auto-fit,minmax(240px,1fr))] gap-x-6 gap-y-3 border-b border-line px-4 py-3 max-sm:hidden"
    >
      <Chart
        title={t("chart_impact")}
        help={t("chart_impact_how")}
        patch={patch}
        parts={[
          ...[...steps].reverse().map((n) => ({
            name: stepWord("impact", n),
            value: f.impacts[n] ?? 0,
            color: impactColors[n],
            search: { impact: n, status },
            on: filter.impact === n,
          })),
          { name: t("impact_unknown"), value: f.impacts[0] ?? 0, color: "var(--active)" },
        ]}
      />
      <Chart
        title={t("chart_classes")}
        patch={patch}
        parts={[
          ...[...CLASSES].reverse().map((c) => ({
            name: t(c),
            value: f.classifications[c] ?? 0,
            color: classColors[c],
            search: { classification: [c], status },
            on: filter.classification?.length === 1 && filter.classification[0] === c,
          })),
          { name: t("class_unknown"), value: f.total - known, color: classColors.unknown },
        ]}
      />
      <Chart
        title={t("chart_subservice")}
        help={t("subservice_more")}
        aside={
          <a
            href={vendor.subprocessors_export({ format: "xlsx" })}
            download
            className="ms-auto font-medium text-accent-text hover:underline"
          >
            {t("subprocessors_list")}
          </a>
        }
        patch={patch}
        parts={[
          {
            name: t("subprocessor"),
            value: f.subservice,
            color: "var(--accent)",
            search: { subservice: true, status },
            on: filter.subservice,
          },
          { name: t("subprocessor_no"), value: f.total - f.subservice, color: "var(--active)" },
        ]}
      />
    </div>
  );
}

type ChartProps = { title: string; help?: string; aside?: ReactNode; parts: Segment[]; patch: ChartsProps["patch"] };
function Chart({ title, help, aside, parts, patch }: ChartProps) {
  return (
    <section aria-label={title} className="min-w-0">
      <div className="mb-2 flex items-center gap-1.5 text-xs">
        <h2 className="font-semibold">{title}</h2>
        {help && <Help>{help}</Help>}
        {aside}
      </div>
      <StackBar parts={parts} label={title} />
      <ul className="mt-2 flex flex-wrap gap-x-1 text-xs">
        {parts
          .filter((p) => p.value > 0)
          .map((p) => (
            <li key={p.name}>
              {p.search ? (
                <button
                  type="button"
                  aria-pressed={p.on ?? false}
                  title={t("chart_show", { what: p.name })}
                  onClick={() => patch(p.on ? nothing : { ...nothing, ...p.search })}
                  className={clsx("-ms-1.5 min-h-6 rounded-md px-1.5 hover:bg-hover", p.on && "bg-accent-soft")}
                >
                  <Key p={p} />
                </button>
              ) : (
                <span className="inline-flex min-h-6 items-center px-1.5 text-fg-2">
                  <Key p={p} />
                </span>
              )}
            </li>
          ))}
      </ul>
    </section>
  );
}

const Key = ({ p }: { p: Segment }) => (
  <span className="inline-flex items-center gap-1.5">
    <span aria-hidden className="size-2 rounded-sm" style={{ background: p.color }} />
    {p.name} <span className="tnum font-semibold">{num(p.value)}</span>
  </span>
);
