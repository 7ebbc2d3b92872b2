import { type Task, task } from "#/api/api";
import { edit } from "./edit";
import { inTurn, known } from "./known";
import type { Status } from "./Status";
import { dictionary } from "./t";

export const t = dictionary({
  about: "About",
  add: "Add task",
  assigned: "Assigned to {name}",
  cancel: "Cancel",
  cancelled: "Cancelled",
  create: "Create task",
  created: "Task created",
  description: "Details",
  done: "Done",
  due: "Due on",
  finish: "Mark “{title}” as done",
  in_progress: "In progress",
  new_about: "It is kept with {name} and shows there.",
  new_more: "Its owner is told at once, and reminded before it is due.",
  new_task: "New task",
  nobody: "Nobody",
  none: "No tasks. Add one to ask a colleague, or yourself, to do something about it.",
  none_read: "No tasks.",
  open: "Open",
  open_ended: { one: "{n} ended", other: "{n} ended" },
  owner: "Owner",
  owner_removed: "Nobody has this task now",
  pick: "Choose a person",
  saved: "Task saved",
  set_to: "Task set to {status}",
  tasks: "Tasks",
  title: "What is to be done",
  title_hint: "For example: Collect the access review of the second quarter",
});

export type TaskStatus = Task["status"];
export const TASK_STATUSES = ["open", "in_progress", "done", "cancelled"] as const satisfies readonly TaskStatus[];

/** The look of a task's status: that of a status with the same meaning. */
export const taskLook: Record<TaskStatus, Status> = {
  open: "not_started",
  in_progress: "in_progress",
  done: "met",
  cancelled: "not_applicable",
};
export const taskStatus = (s: TaskStatus): string => t(s);
export const ended = (s: TaskStatus): boolean => s === "done" || s === "cancelled";

/** What else shows tasks, or figures of them. */
export const follows = [["mywork"], ["dashboard"], ["history"], ["notification"]];

function changed(now: Task, change: Partial<Task>, send: () => Promise<Task>, said: string) {
  return edit<Task, Task>({ module: "task", ids: [now.id], change, send: () => inTurn(now.id, send), said, refresh: follows });
}

/** Takes the step that leads to a status. */
export function setStatus(now: Task, status: TaskStatus, outcome = "") {
  const { id } = now;
  const body = { outcome };
  const send = async () => {
    if (status === "done") return task.done({ id, body });
    if (status === "cancelled") return task.cancel({ id, body });
    if (!ended(now.status)) return status === "in_progress" ? task.start({ id }) : back(now);
    const again = await task.reopen({ id });
    return status === "in_progress" ? task.start({ id }) : again;
  };
  return changed(now, { status, bucket: ended(status) ? "" : now.bucket }, send, t("set_to", { status: taskStatus(status) }));
}

/** From in progress back to open: nobody has begun after all. */
async function back(now: Task): Promise<Task> {
  await task.bulk({ body: { ids: [now.id], set: { status: "open" } } });
  return task.get({ id: now.id });
}

export function assign(now: Task, owner: string, name: string) {
  return changed(
    now,
    { owner, owner_name: name },
    () => task.assign({ id: now.id, body: { owner } }),
    name ? t("assigned", { name }) : t("owner_removed"),
  );
}

/** Changes words or day. */
export function change(now: Task, body: { title?: string; description?: string; due_on?: string }) {
  const send = () => task.update({ id: now.id, version: known<Task>("task", now.id)?.version ?? now.version, body });
  return changed(now, body, send, t("saved"));
}
