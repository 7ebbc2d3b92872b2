import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { CalendarRange, Ellipsis, FolderCheck, ListChecks, ListFilter, PackageCheck, PackageOpen, Plus } from "lucide-react";
import { type ReactNode, useCallback, useMemo, useState } from "react";
import { type Evidence, type EvidenceHealth, evidence } from "#/api/api";
import { useFields } from "#/kit/about/Fields";
import { SavedViews, useSavedViews } from "#/kit/about/Views";
import { BulkBar } from "#/kit/BulkBar";
import { Button, buttonClass } from "#/kit/Button";
import { DataTable } from "#/kit/DataTable";
import { DisplayMenu, useDisplay } from "#/kit/Display";
import { ExportMenu } from "#/kit/ExportMenu";
import { useEvent } from "#/kit/hooks";
import { useHotkeys } from "#/kit/hotkeys";
import { ImportLink } from "#/kit/ImportLink";
import { Menu, MenuItem } from "#/kit/Menu";
import { EmptyState } from "#/kit/State";
import { StatusIcon } from "#/kit/Status";
import { nothing } from "#/kit/selection";
import { useList } from "#/kit/useList";
import type { View } from "#/kit/Views";
import { orgPath } from "#/shell/nav";
import { useSession } from "#/shell/session";
import { Page, Topbar } from "#/shell/Topbar";
import { BulkActions } from "./BulkActions";
import { CellMenus, type OpenAt } from "./CellMenus";
import { Coverage } from "./Coverage";
import { type Cell, evidenceCard, evidenceColumns, exportColumns } from "./columns";
import { facetsQuery, fetchList, healthQuery, listKey } from "./data";
import { EvidenceForm } from "./EvidenceForm";
import { EvidenceSidecar } from "./EvidenceSidecar";
import { Filters } from "./Filters";
import { PeriodBanner, PeriodsDialog } from "./Periods";
import { usePaste } from "./paste";
import { type Filter, filterOf, type Search, SORTS } from "./search";
import { UploadDialog } from "./UploadDialog";
import { t } from "./words";

const route = getRouteApi("/o/$slug/evidence");

/** All evidence requests: filtered, sorted, answered and reviewed without leaving the list. */
export function EvidenceList() {
  const search = route.useSearch();
  const { slug } = route.useParams();
  const go = route.useNavigate();
  const { editor, person, past, may, snapshot, draft } = useSession();
  const { open, new: creating, upload: uploading, view } = search;
  const filter = filterOf(search);
  const { sort, ...conditions } = filter;
  const filtered = Object.values(conditions).some((v) => v !== undefined);

  const patch = useCallback((p: Partial<Search>) => go({ search: (s) => ({ ...s, ...p }), replace: true }), [go]);
  const list = useList<Evidence>(listKey(filter), fetchList(filter), open, (id) => patch({ open: id }));
  const { win, selected, setSelected } = list;

  const [cell, setCell] = useState<OpenAt | null>(null);
  const openCell = useEvent((kind: Cell, row: Evidence, at: HTMLElement) => setCell({ kind, row, at }));
  const fields = useFields("evidence");
  const columns = useMemo(() => evidenceColumns(editor ? openCell : undefined, fields), [editor, openCell, fields]);
  const saved = useSavedViews("evidence", view);
  const display = useDisplay("evidence", columns, saved.current);
  const clear = () => void go({ search: { open, sort } });
  useHotkeys(editor ? { c: () => patch({ new: true }), ...(draft ? {} : { u: () => patch({ upload: true }) }) } : {});

  const [pasted, setPasted] = useState<readonly File[]>([]);
  usePaste(
    (files) => {
      setPasted(files);
      patch({ upload: true });
    },
    editor && !draft && !open,
  );
  const [periods, setPeriods] = useState(false);

  const health = useQuery(healthQuery).data;
  const mine = useQuery(facetsQuery(undefined)).data?.owner?.find((v) => v.value === person)?.count ?? 0;
  const views = useMemo(() => viewsFor(person, health, mine), [person, health, mine]);
  const shownColumns = display.columns.map((c) => c.id);
  const none = !filtered && !win.pending && !win.error && win.total === 0;
  return (
    <>
      <Page>
        <Topbar title={t("evidence")} icon={<FolderCheck />}>
          <Menu
            align="end"
            width={220}
            trigger={
              <Button variant="ghost" icon aria-label={t("more")}>
                <Ellipsis size={15} />
              </Button>
            }
          >
            <MenuItem onClick={() => void go({ to: "/o/$slug/evidence/review", params: { slug } })}>
              <ListChecks size={14} /> {t("review_title")}
            </MenuItem>
            {!snapshot && (
              <MenuItem onClick={() => void go({ to: "/o/$slug/evidence/packages", params: { slug } })}>
                <PackageCheck size={14} /> {t("packages")}
              </MenuItem>
            )}
            {!past && may("admin", "auditor") && (
              <MenuItem onClick={() => void go({ to: "/o/$slug/snapshots", params: { slug } })}>
                <PackageOpen size={14} /> {t("snapshots")}
              </MenuItem>
            )}
            <MenuItem onClick={() => setPeriods(true)}>
              <CalendarRange size={14} /> {t("periods")}
            </MenuItem>
          </Menu>
          <ExportMenu
            href={(format) => evidence.export({ ...filter, format, columns: exportColumns(shownColumns) })}
            edit={evidence.export({ ...filter, format: "xlsx" })}
          />
          {editor && <ImportLink target="evidence" />}
          {editor && (
            <Button variant="primary" onClick={() => patch({ new: true })}>
              <Plus size={14} /> {t("new")}
            </Button>
          )}
        </Topbar>
        <SavedViews
          list="evidence"
          builtin={views}
          search={filter}
          parse={filterOf}
          saved={saved}
          display={display}
          go={(s, id, first) => void go({ search: { ...s, sort: id ? s.sort : sort, view: id, open }, replace: first })}
          aside={
            <>
              <span aria-live="polite" className="tnum text-xs text-fg-3 max-sm:sr-only">
                {win.pending || win.error ? "" : t("count", { n: win.total })}
                {filter.review && health ? ` · ${t("files_count", { n: health.pending_files })}` : ""}
              </span>
              <DisplayMenu display={display} columns={columns} />
            </>
          }
        />
        {!none && <Coverage slug={slug} />}
        {!none && <PeriodBanner onOpen={() => setPeriods(true)} />}
        <Filters filter={filter} filtered={filtered} patch={patch} clear={clear} />
        <div className="relative flex min-h-0 flex-1 flex-col">
          <DataTable
            label={t("evidence")}
            columns={display.columns}
            rowHeight={display.rowHeight}
            {...list.table}
            rowLabel={(e) => e.name}
            sort={sort}
            onSort={(s) => patch({ sort: SORTS.find((k) => k === s) })}
            selected={editor ? selected : undefined}
            onSelect={editor ? setSelected : undefined}
            card={evidenceCard}
            empty={
              filtered ? (
                <EmptyState icon={<ListFilter />} title={t("no_match")} actions={<Button onClick={clear}>{t("clear_filters")}</Button>} />
              ) : (
                <Empty slug={slug} onNew={() => patch({ new: true })} />
              )
            }
          />
          {editor && (
            <BulkBar selected={selected} total={win.total} onSelect={setSelected}>
              <BulkActions selected={selected} filter={filter} done={() => setSelected(nothing)} />
            </BulkBar>
          )}
          <CellMenus cell={cell} onClose={() => setCell(null)} />
        </div>
      </Page>
      {open && <EvidenceSidecar id={open} {...list.beside} />}
      <PeriodsDialog open={periods} onOpenChange={setPeriods} />
      {editor && (
        <>
          <EvidenceForm
            open={creating === true}
            onOpenChange={(on) => patch({ new: on || undefined })}
            created={(id) => patch({ new: undefined, open: id })}
          />
          <UploadDialog
            open={uploading === true}
            files={pasted}
            onOpenChange={(on) => {
              if (!on) setPasted([]);
              patch({ upload: on || undefined });
            }}
            chosen={(id) => {
              setPasted([]);
              patch({ upload: undefined, open: id });
            }}
          />
        </>
      )}
    </>
  );
}

/** The stat cards of the library: each counts, and filters the list to what it counted. */
function viewsFor(person: string, h: EvidenceHealth | undefined, mine: number) {
  const icon = 13;
  const status = (s: "not_collected" | "expiring_soon" | "expired" | "current"): Filter => ({ status: [s] });
  return [
    { id: "all", name: t("all"), count: h?.total, search: {} },
    {
      id: "to_collect",
      name: t("to_collect"),
      icon: <StatusIcon s="not_collected" size={icon} />,
      count: h?.not_collected,
      search: status("not_collected"),
    },
    {
      id: "expiring",
      name: t("expiring"),
      icon: <StatusIcon s="expiring_soon" size={icon} />,
      count: h?.expiring_soon,
      search: status("expiring_soon"),
    },
    { id: "expired", name: t("expired"), icon: <StatusIcon s="expired" size={icon} />, count: h?.expired, search: status("expired") },
    {
      id: "waiting",
      name: t("waiting"),
      icon: <StatusIcon s="pending" size={icon} />,
      count: h?.pending_files,
      search: { review: "pending" },
    },
    { id: "mine", name: t("mine"), count: mine, search: { owner: person } },
    { id: "current", name: t("current"), icon: <StatusIcon s="current" size={icon} />, count: h?.current, search: status("current") },
  ] satisfies View<Filter>[];
}

function Empty({ slug, onNew }: { slug: string; onNew: () => void }): ReactNode {
  const { editor, admin } = useSession();
  return (
    <EmptyState
      icon={<FolderCheck />}
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
