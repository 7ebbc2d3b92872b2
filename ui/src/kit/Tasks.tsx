import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { Circle, CircleCheck, Plus } from "lucide-react";
import { useState } from "react";
import { type Task, task } from "#/api/api";
import { Avatar } from "./Avatar";
import { Button } from "./Button";
import { ErrorState, Skeleton } from "./State";
import { StatusIcon } from "./Status";
import { TaskForm } from "./TaskForm";
import { Tip } from "./Tip";
import { ended, setStatus, t, taskLook, taskStatus } from "./tasks";
import { Due } from "./When";

const route = getRouteApi("/o/$slug");
const key = (kind: string, record: string) => ["task", "list", { kind, record }] as const;

type TasksProps = {
  kind: string;
  id: string /** What people call the record. */;
  name: string /** Whoever looks may change tasks. */;
  editor: boolean;
};

/** The tasks about a record, each done where it stands: `<Tasks kind="control" id={c.id} name={c.ref} editor={editor} />`. */
export function Tasks({ kind, id, name, editor }: TasksProps) {
  const [adding, setAdding] = useState(false);
  const { data, error, refetch } = useQuery({
    queryKey: key(kind, id),
    queryFn: () => task.list({ kind, record: id, sort: "due_on", limit: 100 }),
  });
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} className="py-4" />;
  if (!data) return <Skeleton lines={2} />;
  const open = data.items.filter((o) => !ended(o.status));
  const over = data.items.filter((o) => ended(o.status));
  return (
    <>
      {data.items.length === 0 && <p className="text-pretty text-fg-3">{editor ? t("none") : t("none_read")}</p>}
      {open.length > 0 && (
        <ul className="-mx-2">
          {open.map((o) => (
            <TaskLine key={o.id} o={o} editor={editor} />
          ))}
        </ul>
      )}
      {over.length > 0 && (
        <details className="mt-1">
          <summary className="cursor-default text-xs text-fg-3">{t("open_ended", { n: over.length })}</summary>
          <ul className="-mx-2">
            {over.map((o) => (
              <TaskLine key={o.id} o={o} editor={editor} />
            ))}
          </ul>
        </details>
      )}
      {editor && (
        <Button size="sm" className="mt-2" onClick={() => setAdding(true)}>
          <Plus size={13} /> {t("add")}
        </Button>
      )}
      <TaskForm open={adding} onOpenChange={setAdding} about={{ kind, record: id, name }} />
    </>
  );
}

/** One task: a circle that says it is done, its title, whose it is and by when. */
export function TaskLine({ o, editor, about }: { o: Task; editor: boolean; about?: boolean }) {
  const { slug } = route.useParams();
  const over = ended(o.status);
  return (
    <li className="flex min-h-9 items-center gap-1.5 rounded-md px-2 hover:bg-hover">
      {editor && !over ? (
        <Tip label={t("done")}>
          <button
            type="button"
            aria-label={t("finish", { title: o.title })}
            onClick={() => void setStatus(o, "done")}
            className="group/d flex size-6 shrink-0 items-center justify-center rounded-md text-fg-3 hover:text-ok-text"
          >
            <Circle size={15} className="group-hover/d:hidden" />
            <CircleCheck size={15} className="hidden group-hover/d:block" />
          </button>
        </Tip>
      ) : (
        <span className="flex size-6 shrink-0 items-center justify-center" title={taskStatus(o.status)}>
          <StatusIcon s={taskLook[o.status]} size={15} />
          <span className="sr-only">{taskStatus(o.status)}</span>
        </span>
      )}
      <Link
        to="/o/$slug/tasks"
        params={{ slug }}
        search={{ open: o.id }}
        className="flex min-w-0 flex-1 items-center gap-2 py-1.5"
        title={o.title}
      >
        <span className={over ? "truncate text-fg-3" : "truncate"}>{o.title}</span>
        {about && o.about && (
          <span className="hidden max-w-[40%] shrink-0 truncate text-xs text-fg-3 sm:inline">{o.about.ref || o.about.title}</span>
        )}
      </Link>
      {!about && (
        <span className="flex shrink-0" title={o.owner_name || t("nobody")}>
          <Avatar name={o.owner_name} />
          <span className="sr-only">{o.owner_name || t("nobody")}</span>
        </span>
      )}
      <span className="min-w-12 shrink-0 text-end text-xs">
        <Due value={o.due_on} soon={7} done={over} />
      </span>
    </li>
  );
}
