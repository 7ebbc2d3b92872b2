import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { CalendarDays, CalendarSync, ListFilter, Plus, SquareKanban, Table2 } from "lucide-react";
import { useCallback, useMemo, useState } from "react";
import { type Activity, activity } from "#/api/api";
import { SavedViews, useSavedViews } from "#/kit/about/Views";
import { Button } from "#/kit/Button";
import { DataTable } from "#/kit/DataTable";
import { DisplayMenu, useDisplay } from "#/kit/Display";
import { ExportMenu } from "#/kit/ExportMenu";
import { useEvent } from "#/kit/hooks";
import { useHotkeys } from "#/kit/hotkeys";
import { PeoplePicker } from "#/kit/Picker";
import { peopleQuery } from "#/kit/people";
import { EmptyState } from "#/kit/State";
import { type ACTIVITY_STATUSES, StatusIcon, statusName } from "#/kit/Status";
import { Switcher } from "#/kit/Switcher";
import { useList } from "#/kit/useList";
import type { View } from "#/kit/Views";
import { useSession } from "#/shell/session";
import { Page, Topbar } from "#/shell/Topbar";
import { ActivityForm } from "./ActivityForm";
import { ActivitySidecar } from "./ActivitySidecar";
import { Board } from "./Board";
import { Calendar } from "./Calendar";
import { activityCard, activityColumns, exportColumns } from "./columns";
import { facetsQuery, fetchList, listKey, setOwner } from "./data";
import { Filters } from "./Filters";
import { type Filter, filterOf, type Search, SORTS } from "./search";
import { t } from "./words";

const route = getRouteApi("/o/$slug/activities");

/** All activities, as a table, on a board or in a calendar: one filter for all three. */
export function ActivityList() {
  const search = route.useSearch();
  const go = route.useNavigate();
  const { editor, person } = useSession();
  const { open, new: creating, as = "table", month, view } = search;
  const filter = filterOf(search);
  const { sort, ...conditions } = filter;
  const filtered = Object.values(conditions).some((v) => v !== undefined);

  const patch = useCallback((p: Partial<Search>) => go({ search: (s) => ({ ...s, ...p }), replace: true }), [go]);
  const list = useList<Activity>(listKey(filter), fetchList(filter), open, (id) => patch({ open: id }));
  const { win } = list;
  const [owning, setOwning] = useState<{ row: Activity; at: HTMLElement } | null>(null);
  const openOwner = useEvent((row: Activity, at: HTMLElement) => setOwning({ row, at }));
  const columns = useMemo(() => activityColumns(editor ? openOwner : undefined), [editor, openOwner]);
  const saved = useSavedViews("activity", view);
  const display = useDisplay("activity", columns, saved.current);
  const clear = () => void go({ search: { open, sort, as: search.as, month } });
  useHotkeys(editor ? { c: () => patch({ new: true }) } : {});

  const facets = useQuery(facetsQuery(undefined)).data;
  const views = useMemo(() => viewsFor(person, facets), [person, facets]);
  const people = useQuery(peopleQuery).data ?? [];
  const nothing = filtered ? (
    <EmptyState icon={<ListFilter />} title={t("no_match")} actions={<Button onClick={clear}>{t("clear_filters")}</Button>} />
  ) : (
    <EmptyState
      icon={<CalendarSync />}
      title={t("empty")}
      actions={
        editor && (
          <Button variant="primary" onClick={() => patch({ new: true })}>
            <Plus size={14} /> {t("new")}
          </Button>
        )
      }
    >
      {t("empty_more")}
    </EmptyState>
  );
  const none = !win.pending && !win.error && win.total === 0;
  return (
    <>
      <Page>
        <Topbar title={t("activities")} icon={<CalendarSync />}>
          <ExportMenu href={(format) => activity.export({ ...filter, format, columns: exportColumns(display.columns.map((c) => c.id)) })} />
          {editor && (
            <Button variant="primary" onClick={() => patch({ new: true })}>
              <Plus size={14} /> {t("new")}
            </Button>
          )}
        </Topbar>
        <SavedViews
          list="activity"
          builtin={views}
          search={filter}
          parse={filterOf}
          saved={saved}
          display={display}
          go={(s, id, first) =>
            void go({ search: { ...s, sort: id ? s.sort : sort, view: id, open, as: search.as, month }, replace: first })
          }
          aside={
            <>
              <span aria-live="polite" className="tnum text-xs text-fg-3 max-sm:sr-only">
                {win.pending || win.error ? "" : t("count", { n: win.total })}
              </span>
              <Switcher
                label={t("as")}
                value={as}
                onChange={(v) => patch({ as: v === "table" ? undefined : v })}
                options={[
                  { value: "table", label: t("as_table"), icon: <Table2 /> },
                  { value: "board", label: t("as_board"), icon: <SquareKanban /> },
                  { value: "calendar", label: t("as_calendar"), icon: <CalendarDays /> },
                ]}
              />
              {as === "table" && <DisplayMenu display={display} columns={columns} />}
            </>
          }
        />
        <Filters filter={filter} filtered={filtered} patch={patch} clear={clear} />
        <div className="relative flex min-h-0 flex-1 flex-col">
          {as === "table" ? (
            <DataTable
              label={t("activities")}
              columns={display.columns}
              rowHeight={display.rowHeight}
              {...list.table}
              rowLabel={(a) => a.name}
              sort={sort}
              onSort={(s) => patch({ sort: SORTS.find((k) => k === s) })}
              card={activityCard}
              empty={nothing}
            />
          ) : none ? (
            nothing
          ) : as === "board" ? (
            <Board filter={filter} open={open} onOpen={(id) => patch({ open: id })} />
          ) : (
            <Calendar
              owner={filter.owner}
              month={month}
              onMonth={(m) => patch({ month: m })}
              open={open}
              onOpen={(id) => patch({ open: id })}
            />
          )}
          <PeoplePicker
            anchor={owning?.at ?? null}
            onClose={() => setOwning(null)}
            people={people.filter((p) => p.active || p.id === owning?.row.owner)}
            nobody={t("nobody")}
            value={owning?.row.owner}
            onChange={(id) => owning && void setOwner(owning.row, id, people.find((p) => p.id === id)?.name ?? "")}
          />
        </div>
      </Page>
      {open && <ActivitySidecar id={open} {...(as === "table" ? list.beside : { onClose: list.beside.onClose })} />}
      {editor && (
        <ActivityForm
          open={creating === true}
          onOpenChange={(on) => patch({ new: on || undefined })}
          created={(id) => patch({ new: undefined, open: id })}
        />
      )}
    </>
  );
}

type Facets = Record<string, { value: string; count: number }[]>;

/** The stat cards: each counts, and filters the list to what it counted. */
function viewsFor(person: string, facets: Facets | undefined) {
  const count = (facet: string, value: string) => facets && (facets[facet]?.find((v) => v.value === value)?.count ?? 0);
  const all = facets?.status?.reduce((n, v) => n + v.count, 0);
  const order = [
    "overdue",
    "not_started",
    "in_progress",
    "completed",
    "not_applicable",
  ] as const satisfies typeof ACTIVITY_STATUSES extends readonly (infer S)[] ? readonly S[] : never;
  return [
    { id: "all", name: t("all"), count: all, search: {} },
    ...order.map((s) => ({
      id: s,
      name: statusName(s),
      icon: <StatusIcon s={s} size={13} />,
      count: count("status", s),
      search: { status: [s] } satisfies Filter,
    })),
    { id: "mine", name: t("mine"), count: count("owner", person), search: { owner: person } },
  ] satisfies View<Filter>[];
}
