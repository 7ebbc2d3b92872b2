import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { BookOpenText, ChevronsDownUp, ChevronsUpDown, CircleDashed, FileCheck2, ListFilter, ShieldCheck } from "lucide-react";
import { useEffect, useMemo, useState } from "react";
import { type FrameworkDetail, framework, type RequirementRow } from "#/api/api";
import { BulkBar } from "#/kit/BulkBar";
import { Button, buttonClass } from "#/kit/Button";
import { ask } from "#/kit/Dialog";
import { ExportMenu } from "#/kit/ExportMenu";
import { Facet, FilterBar } from "#/kit/Filters";
import { useMedia } from "#/kit/hooks";
import { useHotkeys } from "#/kit/hotkeys";
import { ImportLink } from "#/kit/ImportLink";
import { Ring } from "#/kit/Meter";
import { Outline, type OutlineNode, useOutline } from "#/kit/Outline";
import { ScopeSwitch } from "#/kit/ScopeSwitch";
import { SearchBox } from "#/kit/SearchBox";
import { EmptyState, ErrorState, Skeleton } from "#/kit/State";
import { REQUIREMENT_STATES, StatusIcon, statusName } from "#/kit/Status";
import { nothing, type Selection } from "#/kit/selection";
import { Tip } from "#/kit/Tip";
import { useSession } from "#/shell/session";
import { Page, Topbar } from "#/shell/Topbar";
import { Baselines } from "./Baselines";
import { t } from "./crosswalkWords";
import { act, actNow, detailQuery, productsOfQuery, treeQuery } from "./data";
import { StateBar, StateLegend, ThreeFigures } from "./Figures";
import { FrameworkMenu } from "./FrameworkMenu";
import { FrameworkNav } from "./FrameworkNav";
import { OscalExports } from "./Oscal";
import { AddRow } from "./OwnFramework";
import { filterTree, withBelow } from "./outline";
import { ProductBars } from "./ProductBars";
import { RequirementPane } from "./RequirementPane";
import type { Search } from "./routes";

const route = getRouteApi("/o/$slug/frameworks/$id");

/** A framework: its figures, the outline of its requirements, and beside it the one that is open. */
export function FrameworkPage() {
  const { slug, id } = route.useParams();
  const { q, state, mapped, scope } = route.useSearch();
  const { data: products } = useQuery(productsOfQuery(id));
  const { data: f, error, refetch } = useQuery(detailQuery(id));
  const go = route.useNavigate();
  const { editor } = useSession();
  return (
    <Page>
      <Topbar
        title={f?.short ?? t("framework")}
        icon={<BookOpenText />}
        parent={
          <Link to="/o/$slug/frameworks" params={{ slug }}>
            {t("frameworks")}
          </Link>
        }
      >
        <ScopeSwitch
          products={(products?.items ?? []).slice(1).map((p) => ({ id: p.scope, name: p.name }))}
          value={scope}
          onChange={(to) => void go({ search: (s) => ({ ...s, scope: to }), replace: true })}
        />
        {f && <Baselines f={f} scope={scope} />}
        {f && (
          <Link
            to="/o/$slug/frameworks/$id/statement"
            params={{ slug, id }}
            search={{ scope }}
            aria-label={t("statement")}
            className={buttonClass({ variant: "ghost" })}
          >
            <FileCheck2 size={14} /> <span className="max-md:hidden">{t("statement")}</span>
          </Link>
        )}
        <ExportMenu
          href={(format) => framework.requirements_export({ framework: id, q, state, mapped, scope, format })}
          edit={framework.requirements_export({ framework: id, headings: true, format: "xlsx" })}
        >
          <OscalExports id={id} />
        </ExportMenu>
        {editor && <ImportLink target="requirements" under={id} />}
        {f && <FrameworkMenu f={f} gone={() => go({ to: "/o/$slug/frameworks", params: { slug } })} />}
      </Topbar>
      <FrameworkNav id={id} f={f} />
      {error && !f ? <ErrorState error={error} onRetry={() => void refetch()} /> : <Body f={f} id={id} />}
    </Page>
  );
}

function Body({ f, id }: { f: FrameworkDetail | undefined; id: string }) {
  const { open, scope, ...filter } = route.useSearch();
  const go = route.useNavigate();
  const { editor } = useSession();
  const wide = useMedia("(min-width: 1100px)");
  const { data: tree, error, refetch } = useQuery(treeQuery(id, scope));
  const { data: products } = useQuery(productsOfQuery(id));
  const here = products?.items.find((p) => p.scope === scope)?.readiness;
  const rows = useMemo(() => tree?.items ?? [], [tree]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the words of the filter are what counts
  const { shown, hits } = useMemo(() => filterTree(rows, filter), [rows, JSON.stringify(filter)]);
  const nodes = useMemo(() => shown.map(toNode), [shown]);
  const filtered = Object.values(filter).some((v) => v !== undefined);
  const outline = useOutline(nodes, filtered ? "all" : "first");
  const patch = (p: Partial<Search>) => void go({ search: (s) => ({ ...s, ...p }), replace: true });

  const [checked, setChecked] = useState<ReadonlySet<string>>(new Set());
  // biome-ignore lint/correctness/useExhaustiveDependencies: a selection belongs to one result
  useEffect(() => setChecked(new Set()), [JSON.stringify(filter), id]);
  const check = (node: { id: string }, on: boolean) => {
    const next = new Set(checked);
    for (const r of withBelow(shown, node.id)) on ? next.add(r.id) : next.delete(r.id);
    setChecked(next);
  };
  useHotkeys({ Escape: () => (checked.size > 0 ? setChecked(new Set()) : wide ? undefined : patch({ open: undefined })) });

  // A requirement that the address names must be visible in the outline.
  // biome-ignore lint/correctness/useExhaustiveDependencies: only when another one opens, or the rows come
  useEffect(() => {
    if (open && nodes.length > 0) outline.reveal(open);
  }, [open, nodes.length > 0]);

  const at = shown.findIndex((r) => r.id === open);
  const to = (i: number) => {
    const r = shown[i];
    return r ? () => patch({ open: r.id }) : undefined;
  };
  const openFirst = () => {
    const first = shown[0];
    if (first && !open && wide) patch({ open: first.id });
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the rows have come
  useEffect(openFirst, [shown.length > 0, wide]);

  if (error && !tree) return <ErrorState error={error} onRetry={() => void refetch()} />;
  return (
    <>
      <Head
        f={f && here ? { ...f, readiness: here } : f}
        scope={scope}
        state={filter.state}
        onState={(s) => patch({ state: filter.state?.length === 1 && filter.state[0] === s ? undefined : [s] })}
      />
      <ProductBars items={products?.items ?? []} value={scope} onChange={(to) => patch({ scope: to })} />
      <FilterBar
        active={filtered}
        onClear={() => void go({ search: { open, scope }, replace: true })}
        aside={
          <>
            <span aria-live="polite" className="tnum text-xs whitespace-nowrap text-fg-3 max-sm:sr-only">
              {tree ? t("of_count", { n: hits.length }) : ""}
            </span>
            {editor && f?.source === "own" && (
              <AddRow
                f={f}
                rows={rows}
                parent={rows.find((r) => r.id === open && !r.assessable)?.id ?? rows.find((r) => r.id === open)?.parent}
                onAdded={(added) => patch({ open: added })}
              />
            )}
            <Tip label={t("expand")}>
              <Button variant="ghost" icon aria-label={t("expand")} onClick={outline.openAll}>
                <ChevronsUpDown size={14} />
              </Button>
            </Tip>
            <Tip label={t("collapse")}>
              <Button variant="ghost" icon aria-label={t("collapse")} onClick={outline.closeAll}>
                <ChevronsDownUp size={14} />
              </Button>
            </Tip>
          </>
        }
      >
        <SearchBox name={t("requirements_lower")} value={filter.q ?? ""} onChange={(q) => patch({ q: q || undefined })} />
        <Facet
          label={t("state")}
          icon={<CircleDashed />}
          value={filter.state}
          options={REQUIREMENT_STATES.map((s) => ({
            value: s,
            label: statusName(s),
            icon: <StatusIcon s={s} />,
            count: (here ?? f?.readiness)?.[s],
          }))}
          onChange={(v) => patch({ state: v && REQUIREMENT_STATES.filter((s) => v.includes(s)) })}
        />
        <Facet
          single
          label={t("mapped")}
          icon={<ShieldCheck />}
          value={filter.mapped === undefined ? undefined : [filter.mapped]}
          options={[
            { value: "no", label: t("mapped_no") },
            { value: "yes", label: t("mapped_yes") },
          ]}
          onChange={(v) => patch({ mapped: v?.at(-1) === "yes" ? "yes" : v ? "no" : undefined })}
        />
      </FilterBar>
      <div className="flex min-h-0 flex-1">
        <div className="relative flex min-h-0 w-[42%] max-w-[560px] min-w-[380px] shrink-0 flex-col border-e border-line max-[1099px]:w-full max-[1099px]:max-w-none max-[1099px]:min-w-0 max-[1099px]:border-e-0">
          {tree ? (
            <Outline
              label={t("outline")}
              nodes={nodes}
              open={outline.open}
              onToggle={outline.toggle}
              selected={open}
              onSelect={(n) => patch({ open: n.id })}
              follow={wide}
              checked={checked}
              onCheck={editor ? check : undefined}
              empty={
                f && tree.items.length === 0 ? (
                  <EmptyState
                    icon={<BookOpenText />}
                    title={t("own_empty")}
                    actions={editor && f.source === "own" && <AddRow empty f={f} rows={rows} onAdded={(added) => patch({ open: added })} />}
                  >
                    {t("own_empty_more")}
                  </EmptyState>
                ) : (
                  <EmptyState
                    icon={<ListFilter />}
                    title={t("empty_filter")}
                    actions={<Button onClick={() => void go({ search: { open, scope }, replace: true })}>{t("all_states")}</Button>}
                  />
                )
              }
            />
          ) : (
            <Skeleton className="p-5" lines={14} />
          )}
          <Bulk rows={shown} scope={scope} checked={checked} setChecked={setChecked} />
        </div>
        {open ? (
          <RequirementPane
            key={id}
            id={open}
            scope={scope}
            rows={rows}
            own={f?.source === "own"}
            overlay={!wide}
            onPrev={at > 0 ? to(at - 1) : undefined}
            onNext={at >= 0 ? to(at + 1) : undefined}
            onClose={() => patch({ open: undefined })}
            onOpen={(r) => patch({ open: r })}
          />
        ) : (
          wide && (
            <EmptyState icon={<BookOpenText />} title={t("open_requirement")}>
              {t("open_requirement_more")}
            </EmptyState>
          )
        )}
      </div>
    </>
  );
}

function toNode(r: RequirementRow): OutlineNode {
  const heading = r.total > 1 || !r.assessable;
  return {
    id: r.id,
    parent: r.parent || null,
    reference: r.ref,
    title: r.title,
    icon: <StatusIcon s={r.state} size={13} label />,
    progress: heading ? (r.total > 0 ? Math.floor((r.met * 10000) / r.total) : null) : undefined,
    aside: heading ? undefined : (
      <span className="tnum shrink-0 text-xs text-fg-3">
        {r.withdrawn ? t("withdrawn") : r.controls > 0 ? t("controls_count", { n: r.controls }) : r.applicable ? t("no_controls") : ""}
      </span>
    ),
  };
}

function Head({
  f,
  scope,
  state,
  onState,
}: {
  f: FrameworkDetail | undefined;
  scope: string | undefined;
  state: Search["state"];
  onState: (s: (typeof REQUIREMENT_STATES)[number]) => void;
}) {
  if (!f)
    return (
      <div className="border-b border-line p-5">
        <Skeleton lines={3} />
      </div>
    );
  const r = f.readiness;
  return (
    <div className="@container shrink-0 border-b border-line">
      <div className="flex flex-col gap-x-8 gap-y-3 px-5 py-3.5 @3xl:flex-row @3xl:items-center">
        <div className="flex min-w-0 items-center gap-4 @3xl:w-[46%]">
          <Ring value={r.progress} label={`${f.short}: ${t("progress")}`} size={56} />
          <div className="min-w-0 flex-1">
            <p className="truncate font-medium" title={f.name}>
              {f.name}
            </p>
            <p className="truncate text-xs text-fg-3" title={f.source_note}>
              {[f.publisher, f.edition, t("met_of", { met: r.met, n: r.applicable })].filter(Boolean).join(" · ")}
            </p>
          </div>
        </div>
        <div className="w-full min-w-0 flex-1 @3xl:max-w-[420px]">
          <ThreeFigures r={r} of={{ id: f.id, scope }} />
        </div>
      </div>
      <div className="px-5 pb-2.5">
        <StateBar r={r} label={f.short} height={6} />
        <div className="no-bar mt-1.5 overflow-x-auto max-sm:[&_ul]:flex-nowrap">
          <StateLegend r={r} chosen={state} onState={onState} />
        </div>
      </div>
    </div>
  );
}

/** Decides for several requirements at once whether they apply. */
function Bulk({
  rows,
  scope,
  checked,
  setChecked,
}: {
  rows: readonly RequirementRow[];
  scope: string | undefined;
  checked: ReadonlySet<string>;
  setChecked: (ids: ReadonlySet<string>) => void;
}) {
  const chosen = rows.filter((r) => r.assessable && checked.has(r.id));
  const n = chosen.length;
  // Requirements alone are sent: a heading would pass the decision on to rows that the filter hides.
  const ids = chosen.map((r) => r.id);
  const send = (applicable: boolean, justification?: string) => async () => {
    const out = await framework.applicability({ body: { ids, scope, applicable, justification } });
    setChecked(new Set());
    return out;
  };
  const selection: Selection<RequirementRow> = n > 0 ? { all: false, rows: new Map(chosen.map((r) => [r.id, r])) } : nothing;
  return (
    <BulkBar
      selected={selection}
      total={rows.filter((r) => r.assessable).length}
      onSelect={(s) => setChecked(s.all ? new Set(rows.map((r) => r.id)) : new Set())}
    >
      <Button variant="ghost" onClick={() => actNow(send(true), t("bulk_done", { n }))}>
        {t("bulk_applies")}
      </Button>
      <Button
        variant="ghost"
        onClick={() =>
          ask({
            title: t("bulk_title", { n }),
            effect: t("bulk_effect", { n }),
            action: t("justify"),
            danger: false,
            reason: { label: t("justification_label"), required: true },
            run: (why) => act(send(false, why), t("bulk_done", { n })),
          })
        }
      >
        {t("bulk_applies_not")}
      </Button>
    </BulkBar>
  );
}
