import { useQuery } from "@tanstack/react-query";
import { CalendarClock, ChevronDown, CircleDashed, UserRound } from "lucide-react";
import { useState } from "react";
import { type Task, type TaskBulk, type TaskSet, task } from "#/api/api";
import { Button } from "#/kit/Button";
import { Dialog, DialogActions } from "#/kit/Dialog";
import { patchRows } from "#/kit/edit";
import { DateField } from "#/kit/Field";
import { Form, useForm } from "#/kit/form";
import { Menu, MenuItem } from "#/kit/Menu";
import { PeoplePicker } from "#/kit/Picker";
import { peopleQuery } from "#/kit/people";
import { countSelected, type Selection } from "#/kit/selection";
import { toast } from "#/kit/Toast";
import { TASK_STATUSES } from "#/kit/tasks";
import { TaskStatusLabel } from "./columns";
import { refreshAll } from "./data";
import type { Filter } from "./search";
import { t } from "./words";

type Props = { selected: Selection<Task>; total: number; filter: Filter; done: () => void };

/** What can be done with the chosen tasks: one step each, that one Undo takes back. */
export function BulkActions({ selected, total, filter, done }: Props) {
  const people = useQuery(peopleQuery).data ?? [];
  const [dating, setDating] = useState(false);
  const n = countSelected(selected, total);

  const send = async (set: TaskSet, shown: Partial<Task>) => {
    const { sort: _, ...match } = filter;
    const aim = selected.all ? { match, except: [...selected.except] } : { ids: [...selected.rows.keys()] };
    if (!selected.all) patchRows<Task>("task", (o) => selected.rows.has(o.id), shown);
    try {
      const out = await task.bulk({ body: { ...aim, set } });
      toast.saved(out.updated > 0 ? t("bulk_saved", { n: out.updated }) : t("bulk_none"), out, { description: skippedWords(out) });
      done();
    } finally {
      await refreshAll();
    }
  };
  const now = (work: Promise<void>) => void work.catch((e) => toast.failed(e));
  return (
    <>
      <Menu
        side="top"
        trigger={
          <Button variant="ghost">
            <CircleDashed size={14} /> {t("status")} <ChevronDown size={12} />
          </Button>
        }
      >
        {TASK_STATUSES.map((status) => (
          <MenuItem key={status} onClick={() => now(send({ status }, { status }))}>
            <TaskStatusLabel s={status} />
          </MenuItem>
        ))}
      </Menu>
      <PeoplePicker
        side="top"
        people={people.filter((p) => p.active)}
        nobody={t("nobody")}
        value={undefined}
        onChange={(owner) => now(send({ owner }, { owner, owner_name: people.find((p) => p.id === owner)?.name ?? "" }))}
        trigger={
          <Button variant="ghost" aria-label={t("owner")}>
            <UserRound size={14} /> {t("owner")} <ChevronDown size={12} />
          </Button>
        }
      />
      <Button variant="ghost" onClick={() => setDating(true)}>
        <CalendarClock size={14} /> {t("bulk_due")}
      </Button>
      <Dialog open={dating} onOpenChange={setDating} title={t("bulk_due_title", { n })}>
        {dating && <DayForm close={() => setDating(false)} send={(due_on) => send({ due_on }, { due_on })} />}
      </Dialog>
    </>
  );
}

function DayForm({ close, send }: { close: () => void; send: (due: string) => Promise<void> }) {
  const form = useForm({ start: { due_on: "" }, send: ({ due_on }) => send(due_on), done: close });
  return (
    <Form form={form}>
      <DateField label={t("due_on")} optional clearable {...form.field("due_on")} />
      <DialogActions>
        <Button onClick={close}>{t("cancel")}</Button>
        <Button type="submit" variant="primary" pending={form.pending}>
          {t("put")}
        </Button>
      </DialogActions>
    </Form>
  );
}

/** "3 skipped: It is like this already." */
function skippedWords(out: TaskBulk): string | undefined {
  const why = new Map<string, number>();
  for (const s of out.skipped) why.set(s.why, (why.get(s.why) ?? 0) + 1);
  return [...why].map(([sentence, k]) => t("bulk_skipped", { n: k, why: sentence })).join(" ") || undefined;
}
