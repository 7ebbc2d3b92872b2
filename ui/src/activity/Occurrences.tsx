import { getRouteApi, Link } from "@tanstack/react-router";
import { CalendarPlus, Check, CircleMinus, Ellipsis, Paperclip, Play, RotateCcw } from "lucide-react";
import { useState } from "react";
import { type ActivityDetail, activity, type Occurrence } from "#/api/api";
import { Button } from "#/kit/Button";
import { Dialog, DialogActions } from "#/kit/Dialog";
import { DateField } from "#/kit/Field";
import { Form, useForm } from "#/kit/form";
import { ago, dateRange, fullDate, today } from "#/kit/format";
import { Menu, MenuItem, MenuSep } from "#/kit/Menu";
import { StatusIcon, statusName } from "#/kit/Status";
import { Tag } from "#/kit/Tag";
import { toast } from "#/kit/Toast";
import { DateText, DueFull } from "#/kit/When";
import { useSession } from "#/shell/session";
import { refreshAll } from "./data";
import { type Said, useSayTurn } from "./say";
import { t } from "./words";

const route = getRouteApi("/o/$slug");
const few = 6;

/** The turns of an activity, newest first: what is open can be begun, completed with its proof, moved or set aside. */
export function Occurrences({ a }: { a: ActivityDetail }) {
  const { editor } = useSession();
  const { sayTurn, dialog } = useSayTurn();
  const [all, setAll] = useState(false);
  const [moving, setMoving] = useState<Occurrence | null>(null);
  const [adding, setAdding] = useState(false);
  const isOpen = (n: Occurrence) => n.status !== "completed" && n.status !== "not_applicable";
  const shown = all ? a.occurrences : a.occurrences.filter((n, i) => i < few || isOpen(n));
  const hidden = a.occurrences.length - shown.length;
  return (
    <div className="space-y-2">
      {a.occurrences.length === 0 && (
        <p className="text-fg-3">
          {a.paused
            ? t("occurrences_none_paused")
            : a.frequency === "as_needed"
              ? t("occurrences_none_by_hand")
              : t("occurrences_none", { day: fullDate(a.next_on) })}
        </p>
      )}
      <ul className="divide-y divide-line overflow-hidden rounded-lg border border-line empty:hidden">
        {shown.map((n) => (
          <Row
            key={n.id}
            n={n}
            editor={editor}
            say={(to) => sayTurn({ occurrence: n.id, activity: a.id, name: a.name }, to)}
            onMove={() => setMoving(n)}
          />
        ))}
      </ul>
      {hidden > 0 && (
        <Button size="sm" variant="ghost" className="-ms-2" onClick={() => setAll(true)}>
          {t("show_more", { n: hidden })}
        </Button>
      )}
      {editor && a.frequency === "as_needed" && !a.paused && (
        <Button size="sm" variant="ghost" className="-ms-2" onClick={() => setAdding(true)}>
          <CalendarPlus size={13} /> {t("add_occurrence")}
        </Button>
      )}
      {dialog}
      <Dialog open={moving !== null} onOpenChange={(on) => !on && setMoving(null)} title={t("due_on")}>
        {moving && (
          <DayForm
            start={moving.due_on}
            min={moving.period_start}
            send={(due_on) => activity.reschedule({ id: moving.id, version: moving.version, body: { due_on } })}
            said={t("date_moved")}
            close={() => setMoving(null)}
          />
        )}
      </Dialog>
      <Dialog open={adding} onOpenChange={setAdding} title={t("add_occurrence")} description={t("add_occurrence_more", { name: a.name })}>
        {adding && (
          <DayForm
            start={today()}
            min={today()}
            send={(due_on) => activity.add({ id: a.id, body: { due_on } })}
            said={t("saved")}
            close={() => setAdding(false)}
          />
        )}
      </Dialog>
    </div>
  );
}

type RowProps = { n: Occurrence; editor: boolean; say: (to: Said) => void; onMove: () => void };

function Row({ n, editor, say, onMove }: RowProps) {
  const { slug } = route.useParams();
  const over = n.status === "completed" || n.status === "not_applicable";
  return (
    <li className="px-3 py-2">
      <div className="flex min-h-7 items-center gap-2">
        <StatusIcon s={n.status} />
        <span className="tnum min-w-0 truncate">
          {n.period_start === n.period_end ? fullDate(n.period_start) : dateRange(n.period_start, n.period_end)}
        </span>
        <span className="sr-only">{statusName(n.status)}</span>
        {n.late && <Tag tone="warn">{t("completed_late")}</Tag>}
        <span className="ms-auto flex shrink-0 items-center gap-1">
          {editor && !over && (
            <Button size="sm" variant="outline" onClick={() => say("completed")}>
              <Check size={13} /> {t("complete")}
            </Button>
          )}
          {editor && (
            <Menu
              align="end"
              trigger={
                <Button size="sm" variant="ghost" icon aria-label={`${t("more")}: ${n.period_start}`}>
                  <Ellipsis size={14} />
                </Button>
              }
            >
              {over ? (
                <MenuItem onClick={() => say("in_progress")}>
                  <RotateCcw size={14} /> {t("open_again")}
                </MenuItem>
              ) : (
                <>
                  <MenuItem onClick={() => say("in_progress")}>
                    <Play size={14} /> {t("start")}
                  </MenuItem>
                  <MenuItem onClick={onMove}>
                    <CalendarPlus size={14} /> {t("due_on")}…
                  </MenuItem>
                  <MenuSep />
                  <MenuItem onClick={() => say("not_applicable")}>
                    <CircleMinus size={14} /> {t("set_aside_menu")}
                  </MenuItem>
                </>
              )}
            </Menu>
          )}
        </span>
      </div>
      <div className="ps-5.5 text-xs text-fg-3">
        {over ? (
          <p>
            {n.status === "completed"
              ? t("completed_by", { who: n.ended_by || t("nobody"), when: ago(n.ended_at) })
              : t("set_aside", { who: n.ended_by || t("nobody"), when: ago(n.ended_at) })}
          </p>
        ) : (
          <p className="flex items-center gap-1.5">
            {t("due")} <DueFull value={n.due_on} />
          </p>
        )}
        {n.note && <p className="mt-0.5 break-words whitespace-pre-wrap text-fg-2">{n.note}</p>}
        {n.files.map((f) => (
          <p key={f.id} className="mt-0.5">
            <Link
              to="/o/$slug/evidence"
              params={{ slug }}
              search={{ open: f.evidence }}
              className="inline-flex max-w-full items-center gap-1.5 text-accent-text hover:underline"
            >
              <Paperclip size={12} className="shrink-0" aria-hidden /> <span className="truncate">{f.name}</span>
            </Link>
          </p>
        ))}
        {over && n.status === "completed" && (
          <p className="sr-only">
            <DateText value={n.ended_at} />
          </p>
        )}
      </div>
    </li>
  );
}

type DayFormProps = { start: string; min: string; send: (day: string) => Promise<Occurrence>; said: string; close: () => void };
function DayForm({ start, min, send, said, close }: DayFormProps) {
  const form = useForm({
    start: { due_on: start },
    send: (v) => send(v.due_on),
    done: (out) => {
      toast.saved(said, out);
      void refreshAll();
      close();
    },
  });
  return (
    <Form form={form}>
      <DateField label={t("due_on")} min={min} required {...form.field("due_on")} />
      <DialogActions>
        <Button onClick={close}>{t("cancel")}</Button>
        <Button type="submit" variant="primary" pending={form.pending}>
          {t("move_to")}
        </Button>
      </DialogActions>
    </Form>
  );
}
