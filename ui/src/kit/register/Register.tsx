import { useQuery } from "@tanstack/react-query";
import { ListFilter, Plus } from "lucide-react";
import type { ReactNode } from "react";
import type { FacetValue } from "#/api/api";
import { useSession } from "#/shell/session";
import { Page, Topbar } from "#/shell/Topbar";
import { SavedViews, useSavedViews } from "../about/Views";
import { BulkBar } from "../BulkBar";
import { Button } from "../Button";
import { type Column, DataTable } from "../DataTable";
import { DisplayMenu, useDisplay } from "../Display";
import { ExportMenu } from "../ExportMenu";
import { FilterBar } from "../Filters";
import { useHotkeys } from "../hotkeys";
import { ImportLink } from "../ImportLink";
import { SearchBox } from "../SearchBox";
import { EmptyState } from "../State";
import { nothing, type Selection } from "../selection";
import { type List, useList } from "../useList";
import type { Ask } from "../useWindow";
import type { View } from "../Views";
import type { Filterable, Place } from "./address";
import { type StatCard, StatCards } from "./StatCards";
import { t } from "./words";

/** How many rows have each value, by the name of the server's facet. */
export type Counts = {
  of: (facet: string, value: string) => number | undefined;
  values: (facet: string) => readonly FacetValue[] | undefined;
};
type Format = "csv" | "xlsx";

type RegisterProps<T extends { id: string }, F extends Filterable> = {
  /** The module: rows are cached under [list, "list", …], views and columns are kept under its name. */
  list: string;
  title: string;
  /** As in "Search risks". */
  lower: string;
  icon: ReactNode;
  /** "12 risks" */
  count: (n: number) => string;
  filter: F;
  place: Place;
  /** Writes a filter and a place to the address. With `push` the way back leads to what was there. */
  go: (filter: F, place: Place, push?: boolean) => Promise<void>;
  /** Reads the words of an address as the route does. */
  parse: (words: Record<string, unknown>) => F;
  /** What the server is asked where that is more than the filter says: a list that opens with what is open. */
  asked?: F;
  fetch: (filter: F) => Ask<T>;
  facets: (q: string | undefined) => Promise<Record<string, FacetValue[]>>;
  /** Stable. */
  columns: readonly Column<T>[];
  card: (row: T) => ReactNode;
  /** How a row is called when it is read out. */
  rowLabel: (row: T) => string;
  /** Stable: the views that are built in. */
  views: readonly View<F>[];
  /** The figures above the list. One that is pressed filters. */
  stats?: readonly StatCard<F>[];
  /** The chips beside the search. */
  filters: (p: { filter: F; patch: (change: Partial<F>) => void; counts: Counts }) => ReactNode;
  export: (format: Format, columns: readonly string[]) => string;
  /** The file that can be edited and imported again. */
  exportAll?: string;
  importTarget?: string;
  /** The label of the button that adds a row. */
  add: string;
  empty: { title: string; more: string; actions?: ReactNode };
  /** More buttons of the page. */
  actions?: ReactNode;
  bulk: (p: { selected: Selection<T>; total: number; filter: F; done: () => void }) => ReactNode;
  /** What stands above the list, in its place among the filters: a map. */
  above?: ReactNode;
  sidecar: (id: string, beside: List<T>["beside"]) => ReactNode;
  form: (p: { open: boolean; onOpenChange: (open: boolean) => void; created: (id: string) => void }) => ReactNode;
  /** More that hangs on the list: menus of its cells. */
  children?: ReactNode;
};

/**
 * The page of a register: figures that filter, saved views, filters, the list with its columns, changing many at once, the
 * open record beside it, adding one, export and import, keys. A module gives what is its own: columns, chips, a sidecar, a form.
 */
export function Register<T extends { id: string }, F extends Filterable>(p: RegisterProps<T, F>) {
  const { editor } = useSession();
  const { filter, place, go } = p;
  const filtered = Object.entries(filter).some(([name, v]) => name !== "sort" && v !== undefined);
  const asked = p.asked ?? filter;
  const show = (open: string | undefined) => go(filter, { ...place, open });
  const list = useList<T>([p.list, "list", asked], p.fetch(asked), place.open, show);
  const { win, selected, setSelected } = list;
  const saved = useSavedViews(p.list, place.view);
  const display = useDisplay(p.list, p.columns, saved.current);
  const facets = useQuery({ queryKey: [p.list, "facets", filter.q ?? ""], queryFn: () => p.facets(filter.q), staleTime: 30_000 }).data;
  const counts: Counts = {
    of: (facet, value) => facets && (facets[facet]?.find((v) => v.value === value)?.count ?? 0),
    values: (facet) => facets && (facets[facet] ?? []),
  };

  const patch = (change: Partial<F>) => void go({ ...filter, ...change }, place);
  const clear = () => void go({ ...p.parse({}), sort: filter.sort }, { open: place.open }, true);
  const adding = (on: boolean) => void go(filter, { ...place, new: on || undefined });
  useHotkeys(editor ? { c: () => adding(true) } : {});
  const create = (label: ReactNode) =>
    editor && (
      <Button variant="primary" onClick={() => adding(true)}>
        <Plus size={14} /> {label}
      </Button>
    );
  return (
    <>
      <Page>
        <Topbar title={p.title} icon={p.icon}>
          <ExportMenu
            href={(format) =>
              p.export(
                format,
                display.columns.map((c) => c.id),
              )
            }
            edit={p.exportAll}
          />
          {editor && p.importTarget && <ImportLink target={p.importTarget} />}
          {p.actions}
          {/* On a phone the page's name needs the room. */}
          {create(<span className="max-sm:sr-only">{p.add}</span>)}
        </Topbar>
        {p.stats && <StatCards cards={p.stats} filter={filter} onPick={(f) => void go(f ?? p.parse({}), { open: place.open }, true)} />}
        <SavedViews
          list={p.list}
          builtin={p.views}
          search={filter}
          parse={p.parse}
          saved={saved}
          display={display}
          go={(f, view, first) => void go(f, { open: place.open, view }, !first)}
          aside={
            <>
              <span aria-live="polite" className="tnum text-xs text-fg-3 max-sm:sr-only">
                {win.pending || win.error ? "" : p.count(win.total)}
              </span>
              <DisplayMenu display={display} columns={p.columns} />
            </>
          }
        />
        <FilterBar active={filtered} onClear={clear}>
          <SearchBox name={p.lower} value={filter.q ?? ""} onChange={(q) => void go({ ...filter, q: q || undefined }, place)} />
          {p.filters({ filter, patch, counts })}
        </FilterBar>
        {p.above}
        <div className="relative flex min-h-0 flex-1 flex-col">
          <DataTable
            label={p.title}
            columns={display.columns}
            rowHeight={display.rowHeight}
            {...list.table}
            rowLabel={p.rowLabel}
            sort={filter.sort}
            onSort={(sort) => void go({ ...filter, sort: p.parse({ sort }).sort }, place)}
            selected={editor ? selected : undefined}
            onSelect={editor ? setSelected : undefined}
            card={p.card}
            empty={
              filtered ? (
                <EmptyState icon={<ListFilter />} title={t("no_match")} actions={<Button onClick={clear}>{t("clear_filters")}</Button>} />
              ) : (
                <EmptyState
                  icon={p.icon}
                  title={p.empty.title}
                  actions={
                    editor && (
                      <>
                        {create(p.add)}
                        {p.empty.actions}
                      </>
                    )
                  }
                >
                  {p.empty.more}
                </EmptyState>
              )
            }
          />
          {editor && (
            <BulkBar selected={selected} total={win.total} onSelect={setSelected}>
              {p.bulk({ selected, total: win.total, filter: asked, done: () => setSelected(nothing) })}
            </BulkBar>
          )}
          {p.children}
        </div>
      </Page>
      {place.open && p.sidecar(place.open, list.beside)}
      {editor &&
        p.form({
          open: place.new === true,
          onOpenChange: adding,
          created: (open) => void go(filter, { ...place, new: undefined, open }),
        })}
    </>
  );
}
