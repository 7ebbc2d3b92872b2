import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CalendarClock, Check, CircleDashed, Ellipsis, Flag, Link2, Play, RotateCcw, Sparkles, Trash2, UserRound, X } from "lucide-react";
import { useState } from "react";
import { type Task, task } from "#/api/api";
import { Person } from "#/kit/Avatar";
import { Button } from "#/kit/Button";
import { ask } from "#/kit/Dialog";
import { fullDate } from "#/kit/format";
import { History } from "#/kit/History";
import { Menu, MenuItem, MenuSep } from "#/kit/Menu";
import { PeoplePicker } from "#/kit/Picker";
import { peopleQuery } from "#/kit/people";
import { remove } from "#/kit/remove";
import { InlineText, Prop, Props, propButton, Section, Sidecar } from "#/kit/Sidecar";
import { assign, change, ended, setStatus, taskStatus } from "#/kit/tasks";
import { rowFromLists } from "#/kit/useWindow";
import { DueFull, DueTag } from "#/kit/When";
import { recordLink } from "#/shell/nav";
import { useSession } from "#/shell/session";
import { asker, TaskStatusLabel } from "./columns";
import { detailQuery, refreshAll } from "./data";
import { t } from "./words";

type SideProps = { id: string; position?: string; onPrev?: () => void; onNext?: () => void; onClose: () => Promise<void> };

/** A task beside the list: what is asked, of whom, by when, and the step that ends it. */
export function TaskSidecar({ id, onClose, ...p }: SideProps) {
  const { editor } = useSession();
  const { data, error, refetch } = useQuery({ ...detailQuery(id), placeholderData: () => rowFromLists<Task>(["task", "list"], id) });
  return (
    <Sidecar
      {...p}
      label={t("details")}
      recordId={id}
      pending={!data}
      error={data ? undefined : error}
      onRetry={() => void refetch()}
      onClose={() => void onClose()}
      actions={data && <TaskMenu o={data} gone={onClose} />}
    >
      {data && (
        <>
          <div className="px-5 pt-4 pb-3">
            <InlineText
              look="title"
              label={t("title")}
              value={data.title}
              required
              maxLength={300}
              readOnly={!editor}
              onSave={(title) => void change(data, { title })}
            />
            {editor && <Steps o={data} />}
          </div>
          <TaskProps o={data} />
          {data.outcome && (
            <Section title={data.status === "cancelled" ? t("outcome_why") : t("outcome")}>
              <p className="break-words whitespace-pre-wrap text-fg-2">{data.outcome}</p>
            </Section>
          )}
          <Section title={t("description")}>
            <InlineText
              label={t("description")}
              value={data.description}
              placeholder={t("description_none")}
              maxLength={20000}
              readOnly={!editor}
              onSave={(description) => void change(data, { description })}
            />
          </Section>
          <Section title={t("history")}>
            <History table="task" id={id} />
          </Section>
        </>
      )}
    </Sidecar>
  );
}

/** The step that is next. */
function Steps({ o }: { o: Task }) {
  if (ended(o.status))
    return (
      <Button className="mt-3" onClick={() => void setStatus(o, "open")}>
        <RotateCcw size={14} /> {t("reopen")}
      </Button>
    );
  return (
    <div className="mt-3 flex flex-wrap gap-2">
      <Button variant="primary" onClick={() => void setStatus(o, "done")}>
        <Check size={14} /> {t("finish")}
      </Button>
      {o.status === "open" && (
        <Button onClick={() => void setStatus(o, "in_progress")}>
          <Play size={13} /> {t("start")}
        </Button>
      )}
    </div>
  );
}

function TaskProps({ o }: { o: Task }) {
  const { editor, tenant } = useSession();
  const people = useQuery(peopleQuery).data ?? [];
  return (
    <Props>
      <Prop icon={<CircleDashed />} label={t("status")}>
        <TaskStatusLabel s={o.status} />
      </Prop>
      <Prop icon={<UserRound />} label={t("owner")}>
        {editor ? (
          <PeoplePicker
            people={people.filter((p) => p.active || p.id === o.owner)}
            nobody={t("nobody")}
            value={o.owner}
            onChange={(id) => void assign(o, id, people.find((p) => p.id === id)?.name ?? "")}
            trigger={
              <button type="button" className={propButton} aria-label={`${t("owner")}: ${o.owner_name || t("nobody")}`}>
                <Person name={o.owner_name} nobody={t("nobody")} />
              </button>
            }
          />
        ) : (
          <Person name={o.owner_name} nobody={t("nobody")} />
        )}
      </Prop>
      <Prop icon={<CalendarClock />} label={t("due_on")}>
        {editor && !ended(o.status) ? (
          <span className="flex flex-wrap items-center gap-2">
            <Day key={o.due_on} value={o.due_on} onSave={(due_on) => void change(o, { due_on })} />
            {o.due_on && <DueTag value={o.due_on} soon={7} />}
          </span>
        ) : (
          <DueFull value={o.due_on} done={ended(o.status)} />
        )}
      </Prop>
      {o.about && (
        <Prop icon={<Link2 />} label={t("about")}>
          <Link {...recordLink(tenant.slug, o.about.path)} className="flex min-w-0 items-center gap-1.5 text-accent-text hover:underline">
            {o.about.ref && <span className="ref text-xs">{o.about.ref}</span>}
            <span className="truncate" title={o.about.title}>
              {o.about.title}
            </span>
          </Link>
        </Prop>
      )}
      <Prop icon={<Sparkles />} label={t("asked_by")}>
        {t("ended_by", { who: asker(o), when: fullDate(o.created_at) })}
      </Prop>
      {o.ended_at && (
        <Prop icon={<Flag />} label={taskStatus(o.status)}>
          {t("ended_by", { who: o.ender_name || t("system"), when: fullDate(o.ended_at) })}
        </Prop>
      )}
    </Props>
  );
}

/** A day that is saved as soon as it is one: while a year is typed it is still long ago. */
function Day({ value, onSave }: { value: string; onSave: (day: string) => void }) {
  const [day, setDay] = useState(value);
  return (
    <input
      type="date"
      aria-label={t("due_on")}
      className="input tnum -ms-2 w-36"
      value={day}
      onChange={(e) => {
        setDay(e.target.value);
        if (e.target.value >= "2000") onSave(e.target.value);
      }}
      onBlur={() => day === "" && value !== "" && onSave("")}
    />
  );
}

function TaskMenu({ o, gone }: { o: Task; gone: () => Promise<void> }) {
  const { admin, editor } = useSession();
  if (!editor) return null;
  const del = () =>
    remove({ send: () => task.delete({ id: o.id }), gone, forget: [["task", "get", o.id]], said: t("deleted"), refresh: refreshAll });
  return (
    <Menu
      align="end"
      trigger={
        <Button variant="ghost" icon aria-label={t("more")}>
          <Ellipsis size={15} />
        </Button>
      }
    >
      {!ended(o.status) && (
        <>
          <MenuItem
            onClick={() =>
              ask({
                title: t("finish_title"),
                effect: o.title,
                action: t("finish"),
                danger: false,
                reason: { label: t("finish_outcome") },
                run: async (outcome) => void (await setStatus(o, "done", outcome)),
              })
            }
          >
            <Check size={14} /> {t("finish_with")}
          </MenuItem>
          <MenuItem
            onClick={() =>
              ask({
                title: t("cancel_title"),
                effect: t("cancel_effect"),
                action: t("cancel_task").replace("…", ""),
                danger: false,
                reason: { label: t("outcome_why"), required: true },
                run: async (outcome) => void (await setStatus(o, "cancelled", outcome)),
              })
            }
          >
            <X size={14} /> {t("cancel_task")}
          </MenuItem>
        </>
      )}
      {admin && (
        <>
          {!ended(o.status) && <MenuSep />}
          <MenuItem
            danger
            onClick={() => ask({ title: t("delete_title", { title: o.title }), effect: t("delete_effect"), action: t("delete"), run: del })}
          >
            <Trash2 size={14} /> {t("delete")}
          </MenuItem>
        </>
      )}
    </Menu>
  );
}
