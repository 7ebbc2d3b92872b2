import type { Task } from "#/api/api";
import { Avatar, Person } from "#/kit/Avatar";
import type { Column } from "#/kit/DataTable";
import { StatusIcon } from "#/kit/Status";
import { ended, taskLook, taskStatus } from "#/kit/tasks";
import { DateText, Due } from "#/kit/When";
import { t } from "./words";

/** A task's status: shape, colour and word. */
export const TaskStatusLabel = ({ s }: { s: Task["status"] }) => (
  <span className="inline-flex items-center gap-2 whitespace-nowrap">
    <StatusIcon s={taskLook[s]} />
    {taskStatus(s)}
  </span>
);

/** Who asked: a person, or the program. */
export const asker = (o: Task) => o.creator_name || t("system");

export const taskColumns: readonly Column<Task>[] = [
  {
    id: "title",
    header: t("title"),
    width: 280,
    grow: true,
    priority: 0,
    sort: "title",
    cell: (o) => (
      <span className={ended(o.status) ? "truncate text-fg-3" : "truncate font-medium"} title={o.title}>
        {o.title}
      </span>
    ),
  },
  { id: "status", header: t("status"), width: 120, priority: 0, sort: "status", cell: (o) => <TaskStatusLabel s={o.status} /> },
  {
    id: "about",
    header: t("about"),
    width: 190,
    priority: 3,
    cell: (o) =>
      o.about ? (
        <span className="flex min-w-0 items-center gap-1.5 text-fg-2" title={`${o.about.ref} ${o.about.title}`.trim()}>
          {o.about.ref && <span className="ref text-xs text-fg-3">{o.about.ref}</span>}
          <span className="truncate">{o.about.title}</span>
        </span>
      ) : (
        <span className="text-fg-3">–</span>
      ),
  },
  {
    id: "owner",
    header: t("owner"),
    width: 152,
    priority: 1,
    sort: "owner",
    cell: (o) => <Person name={o.owner_name} nobody={t("nobody")} />,
  },
  {
    id: "due",
    header: t("due"),
    width: 84,
    priority: 1,
    sort: "due_on",
    cell: (o) => <Due value={o.due_on} soon={7} done={ended(o.status)} />,
  },
  { id: "source", header: t("asked_by"), width: 140, priority: 5, cell: (o) => <span className="truncate text-fg-2">{asker(o)}</span> },
  {
    id: "updated",
    header: t("updated"),
    width: 80,
    priority: 6,
    sort: "updated_at",
    align: "right",
    cell: (o) => (
      <span className="text-fg-3">
        <DateText value={o.updated_at} />
      </span>
    ),
  },
];

/** A task in two lines, for a phone. */
export const taskCard = (o: Task) => (
  <>
    <div className="flex items-center gap-2">
      <StatusIcon s={taskLook[o.status]} label />
      <span className={ended(o.status) ? "truncate text-fg-3" : "truncate font-medium"}>{o.title}</span>
    </div>
    <div className="mt-0.5 flex items-center gap-2 text-xs text-fg-3">
      <Avatar name={o.owner_name} size={14} />
      <span className="truncate">{o.owner_name || t("nobody")}</span>
      {o.about && <span className="truncate">· {o.about.ref || o.about.title}</span>}
      <span className="ms-auto shrink-0">
        <Due value={o.due_on} soon={7} done={ended(o.status)} />
      </span>
    </div>
  </>
);
