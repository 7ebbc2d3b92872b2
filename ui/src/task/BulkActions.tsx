import { type Task, type TaskSet, task } from "#/api/api";
import { aimOf, BulkChoice, BulkDay, BulkOwner, now, useBulk } from "#/kit/register/bulk";
import { countSelected, type Selection } from "#/kit/selection";
import { TASK_STATUSES } from "#/kit/tasks";
import { TaskStatusLabel } from "./columns";
import { refreshAll } from "./data";
import type { Filter } from "./search";
import { t } from "./words";

type Props = { selected: Selection<Task>; total: number; filter: Filter; done: () => void };

/** What can be done with the chosen tasks: one step each, that one Undo takes back. */
export function BulkActions({ selected, total, filter, done }: Props) {
  const run = useBulk<Task>({ list: "task", selected, done, refresh: refreshAll });
  const send = (set: TaskSet, shown: Partial<Task>) =>
    run(
      () => task.bulk({ body: { ...aimOf(selected, filter), set } }),
      shown,
      (n) => t("bulk_saved", { n }),
    );
  return (
    <>
      <BulkChoice
        label={t("status")}
        choices={TASK_STATUSES.map((s) => ({ value: s, label: <TaskStatusLabel s={s} /> }))}
        onPick={(status) => now(send({ status }, { status }))}
      />
      <BulkOwner onPick={(owner, owner_name) => now(send({ owner }, { owner, owner_name }))} />
      <BulkDay label={t("due_on")} n={countSelected(selected, total)} send={(due_on) => send({ due_on }, { due_on })} />
    </>
  );
}
