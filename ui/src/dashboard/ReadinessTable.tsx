// biome-ignore-all lint/a11y/noRedundantRoles: a table that is laid out as blocks is none to a screen reader unless its roles are said again
import { getRouteApi, Link } from "@tanstack/react-router";
import clsx from "clsx";
import { ArrowDown, ArrowUp } from "lucide-react";
import type { ReactNode } from "react";
import type { ReadinessFigures, ReadinessGroup } from "#/api/api";
import { Avatar } from "#/kit/Avatar";
import { Card } from "#/kit/Card";
import { Sparkline, StackBar } from "#/kit/charts";
import { num, percent } from "#/kit/format";
import { REQUIREMENT_STATES, StatusIcon, statusColor, statusName } from "#/kit/Status";
import { Help } from "#/kit/Tip";
import { orgPath } from "#/shell/nav";
import { useSession } from "#/shell/session";
import { change, moved, recent } from "./data";
import { controlsBehind, hasRequirements, type Order, type Place, requirementsBehind, type Sort, sorted } from "./readiness";
import { t } from "./words";

const route = getRouteApi("/o/$slug/readiness");

/** Every group with its figures of today, and the whole below. On a narrow page each is a card. */
export function GroupTable({ f }: { f: ReadinessFigures }) {
  const { sort } = route.useSearch();
  const whole = hasRequirements(f.by);
  return (
    <Card
      className="print:break-inside-auto"
      title={t(`by_${f.by}`)}
      aside={<span className="tnum">{t(`count_${f.by}`, { n: f.groups.length })}</span>}
    >
      {f.groups.length === 0 ? (
        <p className="text-fg-3">{t(`no_${f.by}`)}</p>
      ) : (
        <table
          role="table"
          aria-label={t("printed_readiness", { by: t(`by_${f.by}`).toLocaleLowerCase() })}
          className="block w-full @3xl:table print:table!"
        >
          <thead role="rowgroup" className="sr-only @3xl:not-sr-only @3xl:table-header-group print:table-header-group!">
            <tr role="row" className="text-xs text-fg-3">
              <Head id="name" sort={sort} name={t(`by_${f.by}`)} start />
              {whole && <Head id="progress" sort={sort} name={t("col_met")} how={f.defined.progress} start />}
              <Head id="share" sort={sort} name={t("col_effective")} how={f.defined.share} />
              <Head id="readiness" sort={sort} name={t("readiness_page")} how={f.defined.readiness} />
              <Head id="moved" sort={sort} name={t("col_moved")} how={t("col_moved_how")} />
              <Head id="needing" sort={sort} name={t("col_needing")} how={f.defined.needing} />
              <Head id="coverage" sort={sort} name={t("col_coverage")} how={f.defined.coverage} />
            </tr>
          </thead>
          <tbody role="rowgroup" className="block @3xl:table-row-group print:table-row-group!">
            {sorted(f, sort).map((g) => (
              <Group key={g.key} f={f} g={g} />
            ))}
            <Group f={f} g={f.total} />
          </tbody>
        </table>
      )}
    </Card>
  );
}

type HeadProps = { id: Order; sort: Sort | undefined; name: string; how?: string; start?: boolean };
function Head({ id, sort, name, how, start }: HeadProps) {
  const go = route.useNavigate();
  const on = sort?.replace("-", "") === id;
  const down = sort?.startsWith("-") ?? false;
  // Names begin at A, figures with the greatest; a third time goes back to the order of the page.
  const next = (): Sort | undefined => {
    const first: Sort = id === "name" ? id : `-${id}`;
    const second: Sort = id === "name" ? `-${id}` : id;
    return !on ? first : sort === first ? second : undefined;
  };
  return (
    <th
      scope="col"
      role="columnheader"
      aria-sort={on ? (down ? "descending" : "ascending") : undefined}
      className={clsx("px-2 pb-2 font-medium whitespace-nowrap first:ps-0 last:pe-0", start ? "text-start" : "text-end")}
    >
      <span className="inline-flex items-center gap-1">
        <button
          type="button"
          className="inline-flex min-h-6 items-center gap-1 rounded hover:text-fg"
          onClick={() => void go({ search: (s) => ({ ...s, sort: next() }), replace: true, resetScroll: false })}
        >
          {name} {on && (down ? <ArrowDown size={12} aria-hidden /> : <ArrowUp size={12} aria-hidden />)}
        </button>
        {how && <Help label={`${name}: ${how}`}>{how}</Help>}
      </span>
    </th>
  );
}

function Group({ f, g }: { f: ReadinessFigures; g: ReadinessGroup }) {
  const { reader } = useSession();
  const { show } = route.useSearch();
  const go = route.useNavigate();
  const total = g.key === "";
  const requirements = hasRequirements(f.by);
  const by = moved(g.past.readiness);
  const name = total ? t("program") : g.short || t(`none_${f.by}`);
  const chosen = total ? show === undefined : g.key === show;
  return (
    <tr
      role="row"
      className={clsx(
        "grid break-inside-avoid grid-cols-2 gap-x-4 gap-y-2 border-t border-line py-3 @3xl:table-row print:table-row! [&>td]:@3xl:py-2",
        total && "font-medium @3xl:border-line-2",
      )}
    >
      <td role="cell" className="col-span-2 min-w-0 @3xl:max-w-64 @3xl:pe-2 @3xl:align-middle">
        <button
          type="button"
          aria-pressed={chosen}
          title={t("show_lines", { name: g.name || name })}
          onClick={() => void go({ search: (s) => ({ ...s, show: total ? undefined : g.key }), replace: true, resetScroll: false })}
          className="-ms-2 flex h-8 max-w-full items-center gap-2 rounded-md px-2 text-start hover:bg-hover aria-pressed:bg-active"
        >
          {f.by === "owner" && !total && <Avatar name={g.name} />}
          {g.color && <span aria-hidden className="size-2.5 shrink-0 rounded-full" style={{ background: g.color }} />}
          <span className="truncate">{name}</span>
        </button>
      </td>
      {requirements && (
        <Cell name={t("col_met")} className="col-span-2 @3xl:min-w-56" start>
          <div className="flex items-center gap-3">
            <span className="w-11 shrink-0">
              <Behind to={requirementsBehind(f, g, "met", reader)} name={t("open_met", { name })}>
                {percent(g.progress)}
              </Behind>
            </span>
            <span className="min-w-16 flex-1">
              <StackBar label={name} parts={REQUIREMENT_STATES.map((s) => ({ name: statusName(s), value: g[s], color: statusColor(s) }))} />
            </span>
          </div>
          <ul className="tnum mt-1 flex flex-wrap gap-x-3 text-xs font-normal text-fg-3">
            {REQUIREMENT_STATES.filter((s) => g[s] > 0).map((s) => (
              <li key={s}>
                <Behind to={requirementsBehind(f, g, s, reader)} name={t("open_state", { name, state: statusName(s) })}>
                  <StatusIcon s={s} size={12} /> {num(g[s])} <span className="sr-only">{statusName(s)}</span>
                </Behind>
              </li>
            ))}
          </ul>
        </Cell>
      )}
      <Cell name={t("col_effective")}>
        <Behind to={controlsBehind(f, g, "effective", reader)} name={t("open_effective", { name })}>
          {num(g.effective)}
        </Behind>{" "}
        <span className="font-normal text-fg-3">
          {t("col_of")}{" "}
          <Behind to={controlsBehind(f, g, "controls", reader)} name={t("open_controls", { name })}>
            {num(g.controls)}
          </Behind>
        </span>
        <span className="ms-2 inline-block w-9 text-end">{percent(g.share)}</span>
      </Cell>
      <Cell name={t("readiness_page")}>
        <span className="inline-flex items-center gap-3">
          <span className="@max-5xl:hidden print:hidden">
            <Sparkline values={recent(g.past.readiness)} color={g.color || "var(--accent)"} width={72} height={22} />
          </span>
          <span className="inline-block @3xl:w-10 @3xl:text-end">
            <Behind to={controlsBehind(f, g, "controls", reader)} name={t("open_controls", { name })}>
              {percent(g.readiness)}
            </Behind>
          </span>
        </span>
      </Cell>
      <Cell name={t("col_moved")}>
        <span className={clsx("font-normal", by ? (by > 0 ? "text-ok-text" : "text-bad-text") : "text-fg-3")}>
          {by === undefined ? "–" : change(by / 100)}
        </span>
      </Cell>
      <Cell name={t("col_needing")}>
        <Behind to={controlsBehind(f, g, "needing", reader)} name={t("open_needing", { name })}>
          {num(g.needing)}
        </Behind>
      </Cell>
      <Cell name={t("col_coverage")}>
        <Behind to={controlsBehind(f, g, "covered", reader)} name={t("open_covered", { name })}>
          {percent(g.coverage)}
        </Behind>
      </Cell>
    </tr>
  );
}

type CellProps = { name: string; start?: boolean; className?: string; children: ReactNode };
/** A figure; as a card it says its name. */
function Cell({ name, start, className, children }: CellProps) {
  return (
    <td
      role="cell"
      className={clsx("tnum min-w-0 @3xl:px-2 @3xl:align-middle @3xl:last:pe-0", start ? "text-start" : "@3xl:text-end", className)}
    >
      <span aria-hidden className="block text-xs font-normal text-fg-3 @3xl:hidden print:hidden">
        {name}
      </span>
      {children}
    </td>
  );
}

/** A figure that opens the list behind it, for those who may read records. */
function Behind({ to, name, children }: { to: Place | undefined; name: string; children: ReactNode }) {
  const { tenant } = useSession();
  if (!to) return <span className="inline-flex items-center gap-1">{children}</span>;
  return (
    <Link
      to={orgPath(tenant.slug, to.path)}
      search={to.search}
      title={name}
      className="inline-flex min-h-6 items-center gap-1 rounded underline-offset-2 hover:text-fg hover:underline"
    >
      {children}
    </Link>
  );
}
