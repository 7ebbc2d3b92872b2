import { Link } from "@tanstack/react-router";
import clsx from "clsx";
import type { ReactNode } from "react";
import type { Readiness } from "#/api/api";
import { StackBar } from "#/kit/charts";
import { num, percent } from "#/kit/format";
import { REQUIREMENT_STATES, StatusIcon, statusColor, statusName } from "#/kit/Status";
import { Help } from "#/kit/Tip";
import { orgPath } from "#/shell/nav";
import { useSession } from "#/shell/session";
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

/** Whose figures they are: a framework, in a product or the whole organisation. */
export type Whose = { id: string; scope?: string };

/** What the colours of the bar mean, with their counts; each filters where `onState` is given, and opens its requirements where `of` is. */
export function StateLegend({
  r,
  chosen = [],
  onState,
  of,
}: {
  r: Readiness;
  chosen?: readonly State[];
  onState?: (s: State) => void;
  of?: Whose;
}) {
  const look =
    "-mx-1.5 flex h-6 items-center gap-1.5 rounded-md px-1.5 whitespace-nowrap hover:bg-hover hover:text-fg-2 aria-pressed:bg-active aria-pressed:text-fg pointer-coarse:h-9";
  return (
    <ul className="flex flex-wrap gap-x-3 gap-y-0.5 text-xs text-fg-3">
      {REQUIREMENT_STATES.filter((s) => onState || r[s] > 0).map((s) => {
        const inner = (
          <>
            <StatusIcon s={s} size={12} /> {statusName(s)} <span className="tnum font-medium text-fg-2">{num(r[s])}</span>
          </>
        );
        return (
          <li key={s} className={of && "relative z-10"}>
            {onState ? (
              <button type="button" aria-pressed={chosen.includes(s)} onClick={() => onState(s)} className={look}>
                {inner}
              </button>
            ) : of ? (
              <Behind path={`frameworks/${of.id}`} search={{ state: [s], scope: of.scope }} className={look}>
                {inner}
              </Behind>
            ) : (
              <span className="flex h-5 items-center gap-1.5 whitespace-nowrap">{inner}</span>
            )}
          </li>
        );
      })}
    </ul>
  );
}

/** The three figures of a framework, each with how it is made and what it counts. They are never blended into one. */
export function ThreeFigures({ r, of, stacked }: { r: Readiness; of: Whose; stacked?: boolean /** One under the other. */ }) {
  const controls = (counts: string) => ({ path: "controls", search: { framework: of.id, scope: of.scope, counts } });
  return (
    <dl className={stacked ? "space-y-1" : "grid grid-cols-3 gap-3"}>
      <Figure
        stacked={stacked}
        name={t("progress")}
        value={r.progress}
        how={t("progress_how", { n: r.met, of: r.applicable })}
        behind={{ path: `frameworks/${of.id}`, search: { state: ["met"], scope: of.scope } }}
      />
      <Figure
        stacked={stacked}
        name={t("readiness")}
        value={r.readiness}
        how={t("readiness_how", { n: r.controls })}
        behind={controls("controls")}
      />
      <Figure
        stacked={stacked}
        name={t("coverage")}
        value={r.coverage}
        how={t("coverage_how", { n: r.covered, of: r.controls })}
        behind={controls("covered")}
      />
    </dl>
  );
}

type Place = { path: string; search: Record<string, unknown> };
type FigureProps = { name: string; value: number | null; how: string; behind: Place; stacked?: boolean };
function Figure({ name, value, how, behind, stacked }: FigureProps) {
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
      <dd className={clsx("tnum relative z-10 font-semibold tracking-[-0.011em]", stacked ? "ms-auto" : "text-lg")}>
        <Behind {...behind} title={t("open_behind", { name })} className="rounded underline-offset-2 hover:underline">
          {percent(value)}
        </Behind>
      </dd>
    </div>
  );
}

/** A figure that opens what it counts. */
function Behind({ path, search, title, className, children }: Place & { title?: string; className: string; children: ReactNode }) {
  const { tenant } = useSession();
  return (
    <Link to={orgPath(tenant.slug, path)} search={search} title={title} className={className}>
      {children}
    </Link>
  );
}
