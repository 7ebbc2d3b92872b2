import { useQuery } from "@tanstack/react-query";
import clsx from "clsx";
import { ChevronRight, Network } from "lucide-react";
import { type KeyboardEvent, useMemo, useRef, useState } from "react";
import type { ChartPerson } from "#/api/api";
import { Avatar } from "#/kit/Avatar";
import { RecordLinkTo } from "#/kit/about/kinds";
import { Button } from "#/kit/Button";
import { SearchBox } from "#/kit/SearchBox";
import { EmptyState, ErrorState, Note, Skeleton } from "#/kit/State";
import { Tag } from "#/kit/Tag";
import { Page, Topbar } from "#/shell/Topbar";
import { dot } from "./Departments";
import { chartQuery } from "./data";
import { PersonnelPlaces } from "./Places";
import { t } from "./words";

type Node = ChartPerson & { team: Node[]; size: number };

/** Makes trees of people by whom they report to. Who reports to nobody and leads nobody stands alone. */
export function trees(items: readonly ChartPerson[]): { tops: Node[]; alone: Node[] } {
  const byId = new Map<string, Node>(items.map((p) => [p.id, { ...p, team: [], size: 0 }]));
  const roots: Node[] = [];
  for (const n of byId.values()) {
    const lead = n.manager ? byId.get(n.manager) : undefined;
    if (lead) lead.team.push(n);
    else roots.push(n);
  }
  const count = (n: Node): number => {
    n.size = n.team.reduce((sum, c) => sum + 1 + count(c), 0);
    return n.size;
  };
  for (const r of roots) count(r);
  return { tops: roots.filter((r) => r.team.length > 0), alone: roots.filter((r) => r.team.length === 0) };
}

/** Who reports to whom: a tree that opens and closes, walked with the arrow keys. */
export function OrgChart() {
  const { data, error, refetch } = useQuery(chartQuery);
  const made = useMemo(() => data && trees(data.items), [data]);
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const [q, setQ] = useState("");
  const found = useMemo(() => {
    const word = q.trim().toLowerCase();
    return word
      ? new Set(
          data?.items.filter((p) => `${p.name} ${p.job_role_name} ${p.department_name}`.toLowerCase().includes(word)).map((p) => p.id),
        )
      : undefined;
  }, [q, data]);
  const toggle = (id: string, open: boolean) => {
    const next = new Set(closed);
    if (open) next.delete(id);
    else next.add(id);
    setClosed(next);
  };
  const departments = useMemo(
    () =>
      [...new Map(data?.items.filter((p) => p.department).map((p) => [p.department, p])).values()].sort((a, b) =>
        a.department_name.localeCompare(b.department_name),
      ),
    [data],
  );
  return (
    <Page>
      <Topbar title={t("chart")} icon={<Network />}>
        <Button variant="ghost" onClick={() => setClosed(new Set())}>
          {t("chart_all")}
        </Button>
        <Button variant="ghost" onClick={() => setClosed(new Set(data?.items.map((p) => p.id)))}>
          {t("chart_less")}
        </Button>
      </Topbar>
      <PersonnelPlaces />
      <div className="flex shrink-0 flex-wrap items-center gap-x-4 gap-y-2 border-b border-line px-4 py-2">
        <SearchBox name={t("personnel_lower")} value={q} onChange={setQ} />
        <ul className="flex flex-wrap gap-x-4 gap-y-1 text-xs text-fg-2">
          {departments.map((p) => (
            <li key={p.department} className="flex items-center gap-1.5">
              <span aria-hidden className="size-2 rounded-full" style={{ background: dot(p.color) }} />
              {p.department_name}
            </li>
          ))}
        </ul>
      </div>
      <div className="min-h-0 flex-1 overflow-auto p-4">
        {error && <ErrorState error={error} onRetry={() => void refetch()} />}
        {!data && !error && <Skeleton lines={10} />}
        {made && data?.items.length === 0 && (
          <EmptyState icon={<Network />} title={t("chart_empty")}>
            {t("chart_empty_more")}
          </EmptyState>
        )}
        {made && made.tops.length > 0 && <Tree tops={made.tops} closed={found ? new Set() : closed} toggle={toggle} found={found} />}
        {made && made.alone.length > 0 && (
          <section aria-label={t("chart_alone")} className="mt-6 max-w-3xl">
            <Note tone="warn" icon={<Network size={16} />}>
              {t("without_manager", { n: made.alone.length })}
            </Note>
            <ul className="mt-3 flex flex-wrap gap-2">
              {made.alone.map((n) => (
                <li key={n.id}>
                  <Place n={n} found={found} />
                </li>
              ))}
            </ul>
          </section>
        )}
      </div>
    </Page>
  );
}

type TreeProps = {
  tops: readonly Node[];
  closed: ReadonlySet<string>;
  toggle: (id: string, open: boolean) => void;
  found?: ReadonlySet<string>;
};
function Tree({ tops, closed, toggle, found }: TreeProps) {
  const ref = useRef<HTMLDivElement>(null);
  // One place is in the order of Tab; the arrow keys walk from it.
  const keys = (e: KeyboardEvent) => {
    const all = [...(ref.current?.querySelectorAll<HTMLElement>("[role=treeitem]") ?? [])];
    const now = document.activeElement?.closest<HTMLElement>("[role=treeitem]");
    const i = now ? all.indexOf(now) : -1;
    const id = now?.dataset.id ?? "";
    const to = (el: HTMLElement | undefined) => el?.focus();
    const level = (el: HTMLElement | undefined) => Number(el?.ariaLevel ?? 0);
    const next = all[i + 1];
    const moves: Record<string, () => void> = {
      ArrowDown: () => to(next),
      ArrowUp: () => to(all[i - 1]),
      Home: () => to(all[0]),
      End: () => to(all.at(-1)),
      ArrowRight: () => (now?.ariaExpanded === "false" ? toggle(id, true) : level(next) > level(all[i]) && to(next)),
      ArrowLeft: () => (now?.ariaExpanded === "true" ? toggle(id, false) : to(all.slice(0, i).findLast((o) => level(o) < level(all[i])))),
      Enter: () => now?.querySelector<HTMLElement>("a")?.click(),
    };
    const move = moves[e.key];
    if (!move || i < 0) return;
    e.preventDefault();
    move();
  };
  return (
    <div ref={ref} role="tree" tabIndex={-1} aria-label={t("chart")} onKeyDown={keys} className="w-fit min-w-full space-y-1 outline-none">
      {tops.map((n, i) => (
        <Branch key={n.id} n={n} level={1} first={i === 0} closed={closed} toggle={toggle} found={found} />
      ))}
    </div>
  );
}

type BranchProps = Omit<TreeProps, "tops"> & { n: Node; level: number; first?: boolean };
function Branch({ n, level, first, closed, toggle, found }: BranchProps) {
  const leads = n.team.length > 0;
  const open = leads && !closed.has(n.id);
  return (
    <div role="none">
      <div
        role="treeitem"
        aria-level={level}
        aria-expanded={leads ? open : undefined}
        data-id={n.id}
        tabIndex={first ? 0 : -1}
        className="group/tree flex w-fit items-center gap-1 rounded-lg"
      >
        {leads ? (
          <button
            type="button"
            tabIndex={-1}
            aria-hidden
            onClick={() => toggle(n.id, !open)}
            className="flex size-6 shrink-0 items-center justify-center rounded-md text-fg-3 hover:bg-hover hover:text-fg"
          >
            <ChevronRight size={14} className={clsx("transition-transform", open && "rotate-90")} />
          </button>
        ) : (
          <span className="size-6 shrink-0" />
        )}
        <Place n={n} found={found} tree />
      </div>
      {open && (
        <div role="none" className="ms-3 space-y-1 border-s border-line ps-3 pt-1">
          {n.team.map((c) => (
            <Branch key={c.id} n={c} level={level + 1} closed={closed} toggle={toggle} found={found} />
          ))}
        </div>
      )}
    </div>
  );
}

/** Somebody in the chart: name, role, colour of the department. */
function Place({ n, found, tree }: { n: Node; found?: ReadonlySet<string>; tree?: boolean }) {
  const hit = found?.has(n.id);
  return (
    <div
      className={clsx(
        "flex h-12 w-64 items-center gap-2 rounded-lg border bg-surface px-2.5",
        hit ? "border-accent bg-accent-soft" : "border-line",
        found && !hit && "opacity-50",
      )}
      style={{ borderInlineStartWidth: 3, borderInlineStartColor: dot(n.color) }}
    >
      <Avatar name={n.name} size={22} />
      <span className="min-w-0 flex-1">
        <span className="flex">
          <RecordLinkTo path={`personnel?open=${n.id}`} className="block min-h-6 truncate leading-6 font-medium hover:underline">
            {n.name}
          </RecordLinkTo>
        </span>
        <span className="block truncate text-xs leading-4 text-fg-3">{n.job_role_name || n.department_name || "–"}</span>
      </span>
      {n.status === "on_leave" && <Tag>{t("on_leave")}</Tag>}
      {tree && n.size > 0 && (
        <span className="tnum text-xs text-fg-3" title={t("chart_reports", { n: n.team.length })}>
          {n.size}
        </span>
      )}
    </div>
  );
}
