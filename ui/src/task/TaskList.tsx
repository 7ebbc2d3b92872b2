import { getRouteApi } from "@tanstack/react-router";
import { CalendarClock, CircleDashed, ListTodo, Sparkles } from "lucide-react";
import { type ComponentProps, useMemo } from "react";
import { type Task, task } from "#/api/api";
import { Facet } from "#/kit/Filters";
import { PersonFacet } from "#/kit/PersonFacet";
import { Register } from "#/kit/register/Register";
import { StatusIcon } from "#/kit/Status";
import { TaskForm } from "#/kit/TaskForm";
import { TASK_STATUSES, taskLook, taskStatus } from "#/kit/tasks";
import { useSession } from "#/shell/session";
import { BulkActions } from "./BulkActions";
import { taskCard, taskColumns } from "./columns";
import { fetchList } from "./data";
import { BUCKETS, type Filter, filterOf } from "./search";
import { TaskSidecar } from "./TaskSidecar";
import { t } from "./words";

const route = getRouteApi("/o/$slug/tasks");
const current: Filter["status"] = ["open", "in_progress"];
type Props = ComponentProps<typeof Register<Task, Filter>>;

/** All tasks: filtered, sorted and done without leaving the list. Without a filter it shows what is open. */
export function TaskList() {
  const { open, new: adding, view, ...filter } = route.useSearch();
  const go = route.useNavigate();
  const { person } = useSession();
  const views = useMemo(() => viewsFor(person), [person]);
  const { sort: _, ...conditions } = filter;
  const asked: Filter = Object.values(conditions).some((v) => v !== undefined) ? filter : { ...filter, status: current };
  return (
    <Register<Task, Filter>
      list="task"
      title={t("tasks")}
      lower={t("tasks_lower")}
      icon={<ListTodo />}
      count={(n) => t("count", { n })}
      filter={filter}
      asked={asked}
      place={{ open, new: adding, view }}
      go={(f, place, push) => go({ search: { ...f, ...place }, replace: !push })}
      parse={filterOf}
      fetch={fetchList}
      facets={(q) => task.facets({ q })}
      columns={taskColumns}
      card={taskCard}
      rowLabel={(o) => o.title}
      views={views}
      filters={Filters}
      export={(format) => task.export({ ...asked, format })}
      add={t("new")}
      empty={{ title: t("empty"), more: t("empty_more") }}
      bulk={(p) => <BulkActions {...p} />}
      sidecar={(id, beside) => <TaskSidecar id={id} {...beside} />}
      form={({ created, ...p }) => <TaskForm {...p} created={(made) => created(made.id)} />}
    />
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
  asset: t("kind_asset"),
  control: t("kind_control"),
  evidence: t("kind_evidence"),
  file: t("kind_file"),
  framework: t("kind_framework"),
  process: t("kind_process"),
  requirement: t("kind_requirement"),
  risk: t("kind_risk"),
  personnel: t("kind_personnel"),
  application: t("kind_application"),
  task: t("kind_task"),
  "": t("kind_none"),
};

const Filters: Props["filters"] = ({ filter, patch, counts }) => {
  const about = (counts.values("kind") ?? []).map((v) => ({ value: v.value || "none", label: kinds[v.value] ?? v.value, count: v.count }));
  const sources = (counts.values("source") ?? []).map((v) => ({
    value: v.value,
    label:
      v.value === "person"
        ? t("source_person")
        : v.value === "leaver"
          ? t("source_leaver")
          : `${t("system")}: ${v.value.replaceAll("_", " ")}`,
    count: v.count,
  }));
  return (
    <>
      <Facet
        label={t("status")}
        icon={<CircleDashed />}
        value={filter.status}
        options={TASK_STATUSES.map((s) => ({
          value: s,
          label: taskStatus(s),
          icon: <StatusIcon s={taskLook[s]} />,
          count: counts.of("status", s),
        }))}
        onChange={(v) => patch({ status: v && TASK_STATUSES.filter((s) => v.includes(s)) })}
      />
      <Facet
        label={t("due")}
        icon={<CalendarClock />}
        value={filter.due}
        options={BUCKETS.map((s) => ({ value: s, label: t(`due_${s}`), count: counts.of("due", s) }))}
        onChange={(v) => patch({ due: v && BUCKETS.filter((s) => v.includes(s)) })}
      />
      <PersonFacet label={t("owner")} value={filter.owner} counts={counts.values("owner")} onChange={(owner) => patch({ owner })} />
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
    </>
  );
};
