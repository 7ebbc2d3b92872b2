import clsx from "clsx";
import type { Readiness } from "#/api/api";
import { StackBar } from "#/kit/charts";
import { num, percent } from "#/kit/format";
import { REQUIREMENT_STATES, StatusIcon, statusColor, statusName } from "#/kit/Status";
import { Help } from "#/kit/Tip";
import { t } from "./words";

type State = (typeof REQUIREMENT_STATES)[number];

/** The five states of a framework's requirements as one bar. */
export function StateBar({ r, label, height }: { r: Readiness; label: string; height?: number }) {
  return (
    <StackBar
      label={label}
      height={height}
      parts={REQUIREMENT_STATES.map((s) => ({ name: statusName(s), value: r[s], color: statusColor(s) }))}
    />
  );
}

/** What the colours of the bar mean, with their counts; each filters where `onState` is given. */
export function StateLegend({ r, chosen = [], onState }: { r: Readiness; chosen?: readonly State[]; onState?: (s: State) => void }) {
  return (
    <ul className="flex flex-wrap gap-x-3 gap-y-0.5 text-xs text-fg-3">
      {REQUIREMENT_STATES.filter((s) => onState || r[s] > 0).map((s) => {
        const inner = (
          <>
            <StatusIcon s={s} size={12} /> {statusName(s)} <span className="tnum font-medium text-fg-2">{num(r[s])}</span>
          </>
        );
        return (
          <li key={s}>
            {onState ? (
              <button
                type="button"
                aria-pressed={chosen.includes(s)}
                onClick={() => onState(s)}
                className="-mx-1.5 flex h-6 items-center gap-1.5 rounded-md px-1.5 whitespace-nowrap hover:bg-hover hover:text-fg-2 aria-pressed:bg-active aria-pressed:text-fg pointer-coarse:h-9"
              >
                {inner}
              </button>
            ) : (
              <span className="flex h-5 items-center gap-1.5 whitespace-nowrap">{inner}</span>
            )}
          </li>
        );
      })}
    </ul>
  );
}

/** The three figures of a framework, each with how it is made. They are never blended into one. */
export function ThreeFigures({ r, stacked }: { r: Readiness /** One under the other. */; stacked?: boolean }) {
  return (
    <dl className={stacked ? "space-y-1" : "grid grid-cols-3 gap-3"}>
      <Figure stacked={stacked} name={t("progress")} value={r.progress} how={t("progress_how", { n: r.met, of: r.applicable })} />
      <Figure stacked={stacked} name={t("readiness")} value={r.readiness} how={t("readiness_how", { n: r.controls })} />
      <Figure stacked={stacked} name={t("coverage")} value={r.coverage} how={t("coverage_how", { n: r.covered, of: r.controls })} />
    </dl>
  );
}

function Figure({ name, value, how, stacked }: { name: string; value: number | null; how: string; stacked?: boolean }) {
  return (
    <div className={clsx("min-w-0", stacked && "flex items-center gap-2")}>
      <dt className={clsx("flex min-w-0 items-center gap-1.5 text-fg-3", !stacked && "text-xs")}>
        <span className="truncate" title={name}>
          {name}
        </span>
        <span className="relative z-10 flex">
          <Help label={`${name}: ${how}`}>{how}</Help>
        </span>
      </dt>
      <dd className={clsx("tnum font-semibold tracking-[-0.011em]", stacked ? "ms-auto" : "text-lg")}>{percent(value)}</dd>
    </div>
  );
}
