import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { BookOpenText, Box, CircleDashed, Gauge, Layers, ListFilter, Paperclip, Plus, ShieldCheck, Sigma } from "lucide-react";
import { type ReactNode, useCallback, useMemo, useState } from "react";
import { type Control, control } from "#/api/api";
import { FieldFacets, useFields } from "#/kit/about/Fields";
import { TagFacet } from "#/kit/about/Tags";
import { SavedViews, useSavedViews } from "#/kit/about/Views";
import { BulkBar } from "#/kit/BulkBar";
import { Button, buttonClass } from "#/kit/Button";
import { DataTable } from "#/kit/DataTable";
import { DisplayMenu, useDisplay } from "#/kit/Display";
import { ExportMenu } from "#/kit/ExportMenu";
import { Facet, FilterBar } from "#/kit/Filters";
import { useEvent } from "#/kit/hooks";
import { useHotkeys } from "#/kit/hotkeys";
import { ImportLink } from "#/kit/ImportLink";
import { PersonFacet } from "#/kit/PersonFacet";
import { SearchBox } from "#/kit/SearchBox";
import { EmptyState } from "#/kit/State";
import { CONTROL_STATUSES, EFFECTIVE_STATUSES, StatusIcon, statusName } from "#/kit/Status";
import { nothing } from "#/kit/selection";
import { useList } from "#/kit/useList";
import { orgPath } from "#/shell/nav";
import { useSession } from "#/shell/session";
import { Page, Topbar } from "#/shell/Topbar";
import { BulkActions } from "./BulkActions";
import { CellMenus, type OpenAt } from "./CellMenus";
import { ControlForm } from "./ControlForm";
import { ControlSidecar } from "./ControlSidecar";
import { type Cell, controlCard, controlColumns, evidenceWord, exportColumns } from "./columns";
import { evidenceLook, facetsQuery, fetchList, frameworksQuery, listKey } from "./data";
import { useProducts } from "./Products";
import { COUNTS, CUSTOM, EVIDENCE_STATES, type Filter, filterOf, type Search, SORTS } from "./search";
import { t } from "./words";

const route = getRouteApi("/o/$slug/controls");

const customName = { own: t("own"), edited: t("edited"), common: t("common") };

/** All controls: filtered, sorted and edited without leaving the list. */
export function ControlList() {
  const search = route.useSearch();
  const go = route.useNavigate();
  const { editor, person } = useSession();
  const { open, new: creating, view, ...filter } = search;
  const { sort: _, ...conditions } = filter;
  const filtered = Object.values(conditions).some((v) => v !== undefined);

  const patch = useCallback((p: Partial<Search>) => go({ search: (s) => ({ ...s, ...p }), replace: true }), [go]);
  const list = useList<Control>(listKey(filter), fetchList(filter), open, (id) => patch({ open: id }));
  const { win, selected, setSelected } = list;

  const [cell, setCell] = useState<OpenAt | null>(null);
  const openCell = useEvent((kind: Cell, row: Control, at: HTMLElement) => setCell({ kind, row, at }));
  const fields = useFields("control");
  const columns = useMemo(() => controlColumns(editor ? openCell : undefined, fields), [editor, openCell, fields]);
  const saved = useSavedViews("control", view);
  const display = useDisplay("control", columns, saved.current);
  const clear = () => void go({ search: { open, sort: filter.sort } });
  useHotkeys(editor ? { c: () => void patch({ new: true }) } : {});

  const views = useMemo(() => viewsFor(person), [person]);
  const shownColumns = display.columns.map((c) => c.id);
  return (
    <>
      <Page>
        <Topbar title={t("controls")} icon={<ShieldCheck />}>
          <ExportMenu
            href={(format) => control.export({ ...filter, format, columns: exportColumns(shownColumns) })}
            edit={control.export({ ...filter, format: "xlsx" })}
          />
          {editor && <ImportLink target="controls" />}
          {editor && (
            <Button variant="primary" onClick={() => patch({ new: true })}>
              <Plus size={14} /> {t("new")}
            </Button>
          )}
        </Topbar>
        <SavedViews
          list="control"
          builtin={views}
          search={filter}
          parse={filterOf}
          saved={saved}
          display={display}
          go={(s, id, first) => void go({ search: { ...s, view: id, open }, replace: first })}
          aside={
            <>
              <span aria-live="polite" className="tnum text-xs text-fg-3 max-sm:sr-only">
                {win.pending || win.error ? "" : t("count", { n: win.total })}
              </span>
              <DisplayMenu display={display} columns={columns} />
            </>
          }
        />
        <Filters filter={filter} filtered={filtered} patch={patch} clear={clear} />
        <div className="relative flex min-h-0 flex-1 flex-col">
          <DataTable
            label={t("controls")}
            columns={display.columns}
            rowHeight={display.rowHeight}
            {...list.table}
            rowLabel={(c) => c.ref}
            sort={filter.sort}
            onSort={(sort) => patch({ sort: sortOf(sort) })}
            selected={editor ? selected : undefined}
            onSelect={editor ? setSelected : undefined}
            card={controlCard}
            empty={
              filtered ? (
                <EmptyState icon={<ListFilter />} title={t("no_match")} actions={<Button onClick={clear}>{t("clear_filters")}</Button>} />
              ) : (
                <Empty onNew={() => patch({ new: true })} />
              )
            }
          />
          {editor && (
            <BulkBar selected={selected} total={win.total} onSelect={setSelected}>
              <BulkActions selected={selected} total={win.total} filter={filter} done={() => setSelected(nothing)} />
            </BulkBar>
          )}
          <CellMenus cell={cell} scope={filter.scope} onClose={() => setCell(null)} />
        </div>
      </Page>
      {open && <ControlSidecar id={open} {...list.beside} />}
      {editor && (
        <ControlForm
          open={creating === true}
          onOpenChange={(on) => patch({ new: on || undefined })}
          created={(id) => void go({ search: (s) => ({ ...s, new: undefined, open: id }), replace: true })}
        />
      )}
    </>
  );
}

function sortOf(sort: string | undefined): Search["sort"] {
  return SORTS.find((s) => s === sort);
}

function viewsFor(person: string) {
  // In the order in which the address keeps them, so that the view knows itself again.
  const attention: Filter["effective"] = ["needs_evidence", "unproven", "gap"];
  const progress: Filter["status"] = ["in_progress"];
  const without: Filter["evidence"] = ["missing", "none"];
  const icon = 13;
  return [
    { id: "all", name: t("all"), search: {} },
    { id: "attention", name: t("needs_attention"), icon: <StatusIcon s="attention" size={icon} />, search: { effective: attention } },
    { id: "progress", name: t("in_progress"), icon: <StatusIcon s="in_progress" size={icon} />, search: { status: progress } },
    { id: "unassigned", name: t("unassigned"), search: { owner: "none" } },
    { id: "mine", name: t("mine"), search: { owner: person } },
    { id: "without", name: t("no_proof"), search: { evidence: without } },
  ] satisfies { id: string; name: string; icon?: ReactNode; search: Filter }[];
}

function Empty({ onNew }: { onNew: () => void }) {
  const { editor, admin } = useSession();
  const { slug } = route.useParams();
  return (
    <EmptyState
      icon={<ShieldCheck />}
      title={t("empty")}
      actions={
        editor && (
          <>
            {admin && (
              <Link to={orgPath(slug, "frameworks")} className={buttonClass({ variant: "primary" })}>
                {t("turn_on")}
              </Link>
            )}
            <Button onClick={onNew}>
              <Plus size={14} /> {t("new")}
            </Button>
          </>
        )
      }
    >
      {t("empty_more")}
    </EmptyState>
  );
}

type FiltersProps = { filter: Filter; filtered: boolean; patch: (p: Partial<Search>) => void; clear: () => void };
function Filters({ filter, filtered, patch, clear }: FiltersProps) {
  const facets = useQuery(facetsQuery(filter.q, filter.scope)).data;
  const frameworks = useQuery(frameworksQuery).data?.items ?? [];
  const products = useProducts();
  const count = (facet: string, value: string) => facets && (facets[facet]?.find((v) => v.value === value)?.count ?? 0);
  const domains = (facets?.domain ?? []).map((v) => ({ value: v.value || "none", label: v.value || t("domain_none"), count: v.count }));
  return (
    <FilterBar active={filtered} onClear={clear}>
      <SearchBox name={t("controls_lower")} value={filter.q ?? ""} onChange={(q) => patch({ q: q || undefined })} />
      <Facet
        label={t("status")}
        icon={<CircleDashed />}
        value={filter.status}
        options={CONTROL_STATUSES.map((s) => ({ value: s, label: statusName(s), icon: <StatusIcon s={s} />, count: count("status", s) }))}
        onChange={(v) => patch({ status: v && CONTROL_STATUSES.filter((s) => v.includes(s)) })}
      />
      <Facet
        label={t("effective")}
        icon={<Gauge />}
        value={filter.effective}
        options={EFFECTIVE_STATUSES.map((s) => ({
          value: s,
          label: statusName(s),
          icon: <StatusIcon s={s} />,
          count: count("effective", s),
        }))}
        onChange={(v) => patch({ effective: v && EFFECTIVE_STATUSES.filter((s) => v.includes(s)) })}
      />
      <Facet
        single
        label={t("domain")}
        icon={<Layers />}
        value={filter.domain === undefined ? undefined : [filter.domain]}
        options={domains}
        onChange={(v) => patch({ domain: v?.at(-1) })}
      />
      <PersonFacet
        label={t("owner")}
        none={t("nobody")}
        value={filter.owner}
        counts={facets && (facets.owner ?? [])}
        onChange={(owner) => patch({ owner })}
      />
      <Facet
        single
        label={t("framework")}
        icon={<BookOpenText />}
        value={filter.framework === undefined ? undefined : [filter.framework]}
        options={[...frameworks.map((f) => ({ value: f.id, label: f.short })), { value: "none", label: t("framework_none") }]}
        onChange={(v) => patch({ framework: v?.at(-1) })}
      />
      <Facet
        label={t("evidence")}
        icon={<Paperclip />}
        value={filter.evidence}
        options={EVIDENCE_STATES.map((s) => ({
          value: s,
          label: evidenceWord[s],
          icon: <StatusIcon s={evidenceLook[s]} />,
          count: count("evidence", s),
        }))}
        onChange={(v) => patch({ evidence: v && EVIDENCE_STATES.filter((s) => v.includes(s)) })}
      />
      {(products.length > 0 || filter.scope) && (
        <Facet
          single
          label={t("product")}
          icon={<Box />}
          value={filter.scope === undefined ? undefined : [filter.scope]}
          options={products.map((p) => ({ value: p.id, label: p.name }))}
          onChange={(v) => patch({ scope: v?.at(-1) })}
        />
      )}
      {filter.counts && (
        <Facet
          single
          label={t("counts")}
          icon={<Sigma />}
          value={[filter.counts]}
          options={COUNTS.map((c) => ({ value: c, label: t(`counts_${c}`) }))}
          onChange={(v) => patch({ counts: COUNTS.find((c) => c === v?.at(-1)) })}
        />
      )}
      <TagFacet kind="control" value={filter.tag} onChange={(tag) => patch({ tag })} />
      <FieldFacets kind="control" value={filter.field} onChange={(field) => patch({ field })} />
      <Facet
        single
        label={t("custom")}
        value={filter.custom === undefined ? undefined : [filter.custom]}
        options={CUSTOM.map((s) => ({ value: s, label: customName[s], count: count("custom", s) }))}
        onChange={(v) => patch({ custom: CUSTOM.find((s) => s === v?.at(-1)) })}
      />
    </FilterBar>
  );
}
