import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { CalendarClock, CircleDashed, ListFilter, ListTodo, Plus, Sparkles } from "lucide-react";
import { useCallback, useMemo } from "react";
import { type Task, task } from "#/api/api";
import { SavedViews, useSavedViews } from "#/kit/about/Views";
import { BulkBar } from "#/kit/BulkBar";
import { Button } from "#/kit/Button";
import { DataTable } from "#/kit/DataTable";
import { DisplayMenu, useDisplay } from "#/kit/Display";
import { ExportMenu } from "#/kit/ExportMenu";
import { Facet, FilterBar } from "#/kit/Filters";
import { useHotkeys } from "#/kit/hotkeys";
import { PersonFacet } from "#/kit/PersonFacet";
import { SearchBox } from "#/kit/SearchBox";
import { EmptyState } from "#/kit/State";
import { StatusIcon } from "#/kit/Status";
import { nothing } from "#/kit/selection";
import { TaskForm } from "#/kit/TaskForm";
import { TASK_STATUSES, taskLook, taskStatus } from "#/kit/tasks";
import { useList } from "#/kit/useList";
import { useSession } from "#/shell/session";
import { Page, Topbar } from "#/shell/Topbar";
import { BulkActions } from "./BulkActions";
import { taskCard, taskColumns } from "./columns";
import { facetsQuery, fetchList, listKey } from "./data";
import { BUCKETS, type Filter, filterOf, type Search, SORTS } from "./search";
import { TaskSidecar } from "./TaskSidecar";
import { t } from "./words";

const route = getRouteApi("/o/$slug/tasks");
const current: Filter["status"] = ["open", "in_progress"];

/** All tasks: filtered, sorted and done without leaving the list. Without a filter it shows what is open. */
export function TaskList() {
  const search = route.useSearch();
  const go = route.useNavigate();
  const { editor, person } = useSession();
  const { open, new: creating, view, ...filter } = search;
  const { sort: _, ...conditions } = filter;
  const filtered = Object.values(conditions).some((v) => v !== undefined);
  const asked: Filter = filtered ? filter : { ...filter, status: current };

  const patch = useCallback((p: Partial<Search>) => go({ search: (s) => ({ ...s, ...p }), replace: true }), [go]);
  const list = useList<Task>(listKey(asked), fetchList(asked), open, (id) => patch({ open: id }));
  const { win, selected, setSelected } = list;
  const saved = useSavedViews("task", view);
  const display = useDisplay("task", taskColumns, saved.current);
  const clear = () => void go({ search: { open, sort: filter.sort } });
  useHotkeys(editor ? { c: () => void patch({ new: true }) } : {});
  const views = useMemo(() => viewsFor(person), [person]);
  return (
    <>
      <Page>
        <Topbar title={t("tasks")} icon={<ListTodo />}>
          <ExportMenu href={(format) => task.export({ ...asked, format })} />
          {editor && (
            <Button variant="primary" onClick={() => patch({ new: true })}>
              <Plus size={14} /> {t("new")}
            </Button>
          )}
        </Topbar>
        <SavedViews
          list="task"
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
              <DisplayMenu display={display} columns={taskColumns} />
            </>
          }
        />
        <Filters filter={filter} filtered={filtered} patch={patch} clear={clear} />
        <div className="relative flex min-h-0 flex-1 flex-col">
          <DataTable
            label={t("tasks")}
            columns={display.columns}
            rowHeight={display.rowHeight}
            {...list.table}
            rowLabel={(o) => o.title}
            sort={filter.sort}
            onSort={(sort) => patch({ sort: SORTS.find((s) => s === sort) })}
            selected={editor ? selected : undefined}
            onSelect={editor ? setSelected : undefined}
            card={taskCard}
            empty={
              filtered ? (
                <EmptyState icon={<ListFilter />} title={t("no_match")} actions={<Button onClick={clear}>{t("clear_filters")}</Button>} />
              ) : (
                <EmptyState
                  icon={<ListTodo />}
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
              )
            }
          />
          {editor && (
            <BulkBar selected={selected} total={win.total} onSelect={setSelected}>
              <BulkActions selected={selected} total={win.total} filter={asked} done={() => setSelected(nothing)} />
            </BulkBar>
          )}
        </div>
      </Page>
      {open && <TaskSidecar id={open} {...list.beside} />}
      {editor && (
        <TaskForm
          open={creating === true}
          onOpenChange={(on) => patch({ new: on || undefined })}
          created={(made) => void go({ search: (s) => ({ ...s, new: undefined, open: made.id }), replace: true })}
        />
      )}
    </>
  );
}

function viewsFor(person: string) {
  const over: Filter["status"] = ["done", "cancelled"];
  const late: Filter["due"] = ["overdue"];
  const week: Filter["due"] = ["overdue", "today", "7"];
  return [
    { id: "all", name: t("all"), search: {} },
    { id: "mine", name: t("mine"), search: { status: current, owner: person } },
    { id: "overdue", name: t("overdue"), icon: <StatusIcon s="expired" size={13} />, search: { due: late } },
    { id: "week", name: t("due_7"), search: { due: week } },
    { id: "unassigned", name: t("unassigned"), search: { status: current, owner: "none" } },
    { id: "over", name: t("over"), search: { status: over, sort: "-ended_at" as const } },
  ] satisfies { id: string; name: string; icon?: React.ReactNode; search: Filter }[];
}

const kinds: Record<string, string> = {
  control: t("kind_control"),
  evidence: t("kind_evidence"),
  file: t("kind_file"),
  framework: t("kind_framework"),
  requirement: t("kind_requirement"),
  task: t("kind_task"),
  "": t("kind_none"),
};

type FiltersProps = { filter: Filter; filtered: boolean; patch: (p: Partial<Search>) => void; clear: () => void };
function Filters({ filter, filtered, patch, clear }: FiltersProps) {
  const facets = useQuery(facetsQuery(filter.q)).data;
  const count = (facet: string, value: string) => facets && (facets[facet]?.find((v) => v.value === value)?.count ?? 0);
  const about = (facets?.kind ?? []).map((v) => ({ value: v.value || "none", label: kinds[v.value] ?? v.value, count: v.count }));
  const sources = (facets?.source ?? []).map((v) => ({
    value: v.value,
    label: v.value === "person" ? t("source_person") : `${t("system")}: ${v.value.replaceAll("_", " ")}`,
    count: v.count,
  }));
  return (
    <FilterBar active={filtered} onClear={clear}>
      <SearchBox name={t("tasks_lower")} value={filter.q ?? ""} onChange={(q) => patch({ q: q || undefined })} />
      <Facet
        label={t("status")}
        icon={<CircleDashed />}
        value={filter.status}
        options={TASK_STATUSES.map((s) => ({
          value: s,
          label: taskStatus(s),
          icon: <StatusIcon s={taskLook[s]} />,
          count: count("status", s),
        }))}
        onChange={(v) => patch({ status: v && TASK_STATUSES.filter((s) => v.includes(s)) })}
      />
      <Facet
        label={t("due")}
        icon={<CalendarClock />}
        value={filter.due}
        options={BUCKETS.map((s) => ({ value: s, label: t(`due_${s}`), count: count("due", s) }))}
        onChange={(v) => patch({ due: v && BUCKETS.filter((s) => v.includes(s)) })}
      />
      <PersonFacet label={t("owner")} value={filter.owner} counts={facets && (facets.owner ?? [])} onChange={(owner) => patch({ owner })} />
      <Facet
        single
        label={t("kind")}
        value={filter.kind === undefined ? undefined : [filter.kind]}
        options={about}
        onChange={(v) => patch({ kind: v?.at(-1), record: undefined })}
      />
      <Facet
        single
        label={t("source")}
        icon={<Sparkles />}
        value={filter.source === undefined ? undefined : [filter.source]}
        options={sources}
        onChange={(v) => patch({ source: v?.at(-1) })}
      />
    </FilterBar>
  );
}
