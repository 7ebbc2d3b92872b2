import { Link } from "@tanstack/react-router";
import { ChevronRight } from "lucide-react";
import type { ReactNode } from "react";
import type { Dashboard } from "#/api/api";
import { Card } from "#/kit/Card";
import { StackBar } from "#/kit/charts";
import { num, percent } from "#/kit/format";
import { Ring } from "#/kit/Meter";
import { StatusIcon, statusColor, statusName } from "#/kit/Status";
import { orgPath } from "#/shell/nav";
import { useSession } from "#/shell/session";
import { inScope } from "./data";
import { t } from "./words";

type Framework = Dashboard["frameworks"][number];
/** From done to not at all, as the bar reads. */
const states = ["met", "in_progress", "attention", "not_started", "not_applicable"] as const;
/** So many fit beside the chart; the page of frameworks has them all. */
const most = 6;
/** With so many at most, each has the room to say its counts. */
const roomy = 4;

/** A link at the head of a card: to everything it shows a part of. */
export function AllLink({ path, search, children = t("all") }: { path: string; search?: Record<string, unknown>; children?: ReactNode }) {
  const { tenant } = useSession();
  return (
    <Link
      data-noprint
      to={orgPath(tenant.slug, path)}
      search={search ?? {}}
      className="flex min-h-6 items-center gap-0.5 rounded hover:text-fg"
    >
      {children} <ChevronRight size={13} aria-hidden />
    </Link>
  );
}

/** Each framework that is on: its requirements by state. */
export function FrameworkCard({ d }: { d: Dashboard }) {
  const { tenant } = useSession();
  return (
    <Card title={t("frameworks")} help={d.defined.progress} aside={d.due && <AllLink path="frameworks" />}>
      {d.frameworks.length === 0 && <p className="text-fg-3">{t("frameworks_none")}</p>}
      <ul className="space-y-4">
        {d.frameworks.slice(0, most).map((f) => (
          <li key={f.key}>
            <div className="mb-1.5 flex items-baseline gap-2">
              {f.id ? (
                <Link
                  to={orgPath(tenant.slug, `frameworks/${f.id}`)}
                  search={inScope(d)}
                  className="truncate font-medium hover:underline"
                  title={f.name}
                >
                  {f.short}
                </Link>
              ) : (
                <span className="truncate font-medium" title={f.name}>
                  {f.short}
                </span>
              )}
              <span className="tnum text-xs whitespace-nowrap text-fg-3">{t("of_n", { n: f.met, of: f.applicable })}</span>
              <span className="tnum ms-auto font-semibold">{percent(f.progress)}</span>
            </div>
            <StackBar label={f.short} parts={states.map((s) => ({ name: statusName(s), value: f[s], color: statusColor(s) }))} />
            {d.frameworks.length <= roomy && <Counts d={d} f={f} />}
          </li>
        ))}
      </ul>
      {d.frameworks.length <= roomy && d.frameworks.length > 0 && <Legend />}
    </Card>
  );
}

/** How many stand how; each count opens its requirements, for those who may read records. */
function Counts({ d, f }: { d: Dashboard; f: Framework }) {
  const { tenant } = useSession();
  return (
    <ul className="tnum mt-1.5 flex flex-wrap gap-x-3 text-xs text-fg-3">
      {states
        .filter((s) => f[s] > 0)
        .map((s) => {
          const count = (
            <>
              <StatusIcon s={s} size={12} /> {num(f[s])} <span className="sr-only">{statusName(s)}</span>
            </>
          );
          return (
            <li key={s} title={statusName(s)}>
              {f.id ? (
                <Link
                  to={orgPath(tenant.slug, `frameworks/${f.id}`)}
                  search={{ state: [s], ...inScope(d) }}
                  className="flex min-h-6 items-center gap-1 rounded hover:text-fg hover:underline"
                >
                  {count}
                </Link>
              ) : (
                <span className="flex min-h-6 items-center gap-1">{count}</span>
              )}
            </li>
          );
        })}
    </ul>
  );
}

/** What the signs mean: no colour stands alone. */
function Legend() {
  return (
    <ul aria-hidden className="mt-auto flex flex-wrap gap-x-3 gap-y-1 border-t border-line pt-3 text-xs text-fg-3">
      {states.map((s) => (
        <li key={s} className="flex items-center gap-1.5">
          <StatusIcon s={s} size={12} /> {statusName(s)}
        </li>
      ))}
    </ul>
  );
}

/** Control readiness of each framework, for those who see figures only. */
export function FrameworkRings({ d }: { d: Dashboard }) {
  return (
    <Card title={t("readiness_by")} help={d.defined.readiness}>
      {d.frameworks.length === 0 && <p className="text-fg-3">{t("frameworks_none")}</p>}
      <ul className="grid flex-1 grid-cols-[repeat(auto-fit,minmax(96px,1fr))] content-center gap-x-3 gap-y-5 py-2">
        {d.frameworks.map((f) => (
          <li key={f.key} className="flex min-w-0 flex-col items-center gap-2">
            <Ring value={f.readiness} label={f.short} size={84} />
            <span aria-hidden className="max-w-full truncate text-xs text-fg-2" title={f.name}>
              {f.short}
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
