import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { BookOpenText, CircleDashed, FileCheck2, FileDown, ListFilter, Pencil, ShieldCheck } from "lucide-react";
import { useMemo, useState } from "react";
import { type Applicability, framework, type StatementRow } from "#/api/api";
import { Button, buttonClass } from "#/kit/Button";
import { type Column, DataTable } from "#/kit/DataTable";
import { DisplayMenu, useDisplay } from "#/kit/Display";
import { ExportMenu } from "#/kit/ExportMenu";
import { Facet, FilterBar } from "#/kit/Filters";
import { num } from "#/kit/format";
import { ScopeSwitch } from "#/kit/ScopeSwitch";
import { SearchBox } from "#/kit/SearchBox";
import { EmptyState, ErrorState, Skeleton } from "#/kit/State";
import { REQUIREMENT_STATES, StatusIcon, statusName } from "#/kit/Status";
import { useList } from "#/kit/useList";
import { DateText } from "#/kit/When";
import { useSession } from "#/shell/session";
import { Page, Topbar } from "#/shell/Topbar";
import { detailQuery, productsOfQuery, statementQuery } from "./data";
import { reasonName } from "./reasons";
import type { StatementSearch } from "./routes";
import { StatementForm } from "./StatementForm";
import { StatementSidecar } from "./StatementSidecar";
import { t } from "./words";

const route = getRouteApi("/o/$slug/frameworks/$id/statement");

/** The Statement of Applicability of a framework, in the organisation or in one product. */
export function StatementPage() {
  const { slug, id } = route.useParams();
  const { open, ...filter } = route.useSearch();
  const { scope } = filter;
  const go = route.useNavigate();
  const { admin } = useSession();
  const { data: f, error, refetch } = useQuery(detailQuery(id));
  const { data: s } = useQuery(statementQuery(id, scope));
  const { data: products } = useQuery(productsOfQuery(id));
  const [editing, setEditing] = useState(false);
  const patch = (p: Partial<StatementSearch>) => go({ search: (now) => ({ ...now, ...p }), replace: true });
  const list = useList<StatementRow>(
    ["framework", "statement_rows", id, filter],
    (page, limit) => framework.statement_rows({ framework: id, ...filter, page, limit }),
    open,
    (o) => patch({ open: o }),
  );
  const { win } = list;
  const columns = useMemo(statementColumns, []);
  const display = useDisplay("statement", columns);
  const filtered = filter.q !== undefined || filter.applicable !== undefined || filter.state !== undefined;
  const clear = () => void go({ search: { scope, open }, replace: true });
  return (
    <>
      <Page>
        <Topbar
          title={t("statement")}
          icon={<FileCheck2 />}
          parent={
            <Link to="/o/$slug/frameworks/$id" params={{ slug, id }} search={{ scope }}>
              {f?.short ?? t("framework")}
            </Link>
          }
        >
          <ScopeSwitch
            products={(products?.items ?? []).slice(1).map((p) => ({ id: p.scope, name: p.name }))}
            value={scope}
            onChange={(v) => patch({ scope: v })}
          />
          {admin && s && (
            <Button variant="ghost" aria-label={t("statement_edit")} onClick={() => setEditing(true)}>
              <Pencil size={14} /> <span className="max-sm:hidden">{t("statement_edit")}</span>
            </Button>
          )}
          <ExportMenu href={(format) => framework.statement_rows_export({ framework: id, ...filter, format })} />
          <a href={framework.statement_pdf({ id, scope })} download aria-label={t("pdf")} className={buttonClass({ variant: "primary" })}>
            <FileDown size={14} /> <span className="max-sm:hidden">{t("pdf")}</span>
          </a>
        </Topbar>
        {error && !f ? (
          <ErrorState error={error} onRetry={() => void refetch()} />
        ) : (
          <>
            <Head s={s} />
            <FilterBar
              active={filtered}
              onClear={clear}
              aside={
                <>
                  <span aria-live="polite" className="tnum text-xs whitespace-nowrap text-fg-3 max-sm:sr-only">
                    {win.pending || win.error ? "" : t("count", { n: win.total })}
                  </span>
                  <DisplayMenu display={display} columns={columns} />
                </>
              }
            >
              <SearchBox name={t("requirements_lower")} value={filter.q ?? ""} onChange={(q) => patch({ q: q || undefined })} />
              <Facet
                single
                label={t("applicable")}
                icon={<ShieldCheck />}
                value={filter.applicable === undefined ? undefined : [filter.applicable]}
                options={[
                  { value: "yes", label: t("included"), count: s?.included },
                  { value: "no", label: t("excluded"), count: s?.excluded },
                ]}
                onChange={(v) => patch({ applicable: v?.at(-1) === "yes" ? "yes" : v ? "no" : undefined })}
              />
              <Facet
                label={t("implementation")}
                icon={<CircleDashed />}
                value={filter.state}
                options={REQUIREMENT_STATES.map((v) => ({
                  value: v,
                  label: stateName(v),
                  icon: <StatusIcon s={v} />,
                  count: s?.readiness[v],
                }))}
                onChange={(v) => patch({ state: v && REQUIREMENT_STATES.filter((x) => v.includes(x)) })}
              />
            </FilterBar>
            <div className="relative flex min-h-0 flex-1 flex-col">
              <DataTable
                label={t("statement")}
                columns={display.columns}
                rowHeight={display.rowHeight}
                {...list.table}
                rowLabel={(q) => q.ref}
                card={statementCard}
                empty={
                  <EmptyState
                    icon={filtered ? <ListFilter /> : <BookOpenText />}
                    title={t("empty_filter")}
                    actions={filtered && <Button onClick={clear}>{t("all_states")}</Button>}
                  />
                }
              />
            </div>
          </>
        )}
      </Page>
      {open && <StatementSidecar id={open} row={win.row(win.indexOf(open))} scope={scope} {...list.beside} />}
      {s && <StatementForm s={s} scope={scope} open={editing} onOpenChange={setEditing} />}
    </>
  );
}

/** The head of the document: what it is of, how much it includes, and who stands for it. */
function Head({ s }: { s: Applicability | undefined }) {
  if (!s)
    return (
      <div className="border-b border-line p-5">
        <Skeleton lines={3} />
      </div>
    );
  const figures = [
    { n: s.included, name: t("included") },
    { n: s.excluded, name: t("excluded") },
    { n: s.readiness.met, name: t("implemented") },
  ];
  const facts = [
    { name: t("statement_issue"), value: s.issue || t("statement_draft") },
    { name: t("statement_owner"), value: s.owner_name || "–" },
    { name: t("statement_approver"), value: s.approver_name || t("statement_unapproved") },
    { name: t("statement_reasons"), value: s.reasons.map(reasonName).join(", ") },
    ...(s.baseline ? [{ name: t("baseline"), value: s.baseline }] : []),
  ];
  return (
    <div className="@container shrink-0 border-b border-line px-5 py-3.5">
      <div className="flex flex-col gap-x-10 gap-y-3 @3xl:flex-row @3xl:items-center">
        <div className="min-w-0 @3xl:w-[34%]">
          <p className="truncate font-medium" title={s.name}>
            {s.name}
          </p>
          <p className="truncate text-xs text-fg-3">{[s.scope_name, s.edition].filter(Boolean).join(" · ")}</p>
        </div>
        <dl className="flex gap-8">
          {figures.map((x) => (
            <div key={x.name} className="flex flex-col-reverse">
              <dt className="text-xs whitespace-nowrap text-fg-3">{x.name}</dt>
              <dd className="tnum text-lg font-semibold tracking-[-0.011em]">{num(x.n)}</dd>
            </div>
          ))}
        </dl>
        <dl className="flex min-w-0 flex-1 flex-wrap gap-x-8 gap-y-1">
          {facts.map((x) => (
            <div key={x.name} className="min-w-0">
              <dt className="text-xs text-fg-3">{x.name}</dt>
              <dd className="truncate" title={x.value}>
                {x.value}
              </dd>
            </div>
          ))}
          {s.approved_on && (
            <div>
              <dt className="text-xs text-fg-3">{t("statement_approved_on")}</dt>
              <dd>
                <DateText value={s.approved_on} />
              </dd>
            </div>
          )}
        </dl>
      </div>
      {s.note && <p className="mt-2 max-w-[100ch] text-xs text-fg-3">{s.note}</p>}
    </div>
  );
}

const why = (q: StatementRow) =>
  q.applicable ? [q.reasons.map(reasonName).join(", "), q.note].filter(Boolean).join(". ") : q.justification;

/** How far a requirement is implemented, in the words of the document. */
const stateName = (s: StatementRow["state"]) => (s === "met" ? t("implemented") : statusName(s));

function statementColumns(): readonly Column<StatementRow>[] {
  return [
    { id: "ref", header: t("ref"), width: 110, priority: 0, cell: (q) => <span className="ref text-xs text-fg-3">{q.ref}</span> },
    {
      id: "title",
      header: t("requirement"),
      width: 240,
      grow: true,
      priority: 0,
      cell: (q) => (
        <span className="truncate font-medium" title={q.title}>
          {q.title}
        </span>
      ),
    },
    {
      id: "applicable",
      header: t("applicable"),
      width: 92,
      priority: 0,
      cell: (q) => <span className={q.applicable ? undefined : "text-fg-3"}>{q.applicable ? t("yes") : t("no")}</span>,
    },
    {
      id: "why",
      header: t("justification"),
      width: 260,
      grow: true,
      priority: 1,
      cell: (q) => (
        <span className={q.own || !q.applicable ? "truncate" : "truncate text-fg-3"} title={why(q)}>
          {why(q)}
        </span>
      ),
    },
    {
      id: "state",
      header: t("implementation"),
      width: 140,
      priority: 1,
      cell: (q) => (
        <span className="flex items-center gap-2">
          <StatusIcon s={q.state} size={14} /> {stateName(q.state)}
        </span>
      ),
    },
    {
      id: "controls",
      header: t("controls_short"),
      width: 150,
      priority: 2,
      cell: (q) => (
        <span className="ref truncate text-xs text-fg-2" title={q.controls.map((c) => `${c.ref} ${c.title}`).join("\n")}>
          {q.controls.map((c) => c.ref).join(", ") || "–"}
        </span>
      ),
    },
    {
      id: "evidence",
      header: t("evidence"),
      width: 86,
      priority: 3,
      align: "right",
      cell: (q) => <span className="tnum text-fg-2">{q.evidence > 0 ? t("n_of", { n: q.collected, of: q.evidence }) : "–"}</span>,
    },
    {
      id: "owner",
      header: t("owner"),
      width: 150,
      priority: 4,
      cell: (q) => <span className="truncate text-fg-2">{q.owners.join(", ") || "–"}</span>,
    },
  ];
}

function statementCard(q: StatementRow) {
  return (
    <>
      <div className="flex items-center gap-2">
        <span className="truncate font-medium">{q.title}</span>
      </div>
      <div className="mt-0.5 flex items-center gap-2 text-xs text-fg-3">
        <StatusIcon s={q.state} size={12} label />
        <span className="ref shrink-0">{q.ref}</span>
        <span className="shrink-0">{q.applicable ? t("included") : t("excluded")}</span>
        <span className="truncate">{why(q)}</span>
      </div>
    </>
  );
}
