import { useQuery } from "@tanstack/react-query";
import { UserRound } from "lucide-react";
import { type Task, task } from "#/api/api";
import { Person } from "./Avatar";
import { Button } from "./Button";
import { cache } from "./cache";
import { Dialog, DialogActions } from "./Dialog";
import { DateField, Field, TextArea, TextField } from "./Field";
import { Form, useForm } from "./form";
import { PeoplePicker } from "./Picker";
import { peopleQuery } from "./people";
import { toast } from "./Toast";
import { follows, t } from "./tasks";

/** The record that a new task is about. */
export type About = { kind: string; record: string; name: string };

type Props = { open: boolean; onOpenChange: (open: boolean) => void; about?: About; owner?: string; created?: (made: Task) => void };

/** The dialog that asks somebody to do something. */
export function TaskForm({ open, onOpenChange, about, ...p }: Props) {
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={t("new_task")}
      description={about ? t("new_about", { name: about.name }) : t("new_more")}
    >
      {open && <Body close={() => onOpenChange(false)} about={about} {...p} />}
    </Dialog>
  );
}

function Body({ close, about, owner: first = "", created }: Omit<Props, "open" | "onOpenChange"> & { close: () => void }) {
  const people = useQuery(peopleQuery).data ?? [];
  const form = useForm({
    start: { title: "", owner: first, due_on: "", description: "" },
    send: (body) => task.create({ body: { ...body, kind: about?.kind, record: about?.record } }),
    done: (out) => {
      toast.saved(t("created"), out);
      void cache.invalidateQueries({ queryKey: ["task"] });
      for (const queryKey of follows) void cache.invalidateQueries({ queryKey });
      close();
      created?.(out);
    },
  });
  const owner = form.field("owner");
  return (
    <Form form={form}>
      <TextField label={t("title")} hint={t("title_hint")} maxLength={300} required {...form.field("title")} />
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label={t("owner")} optional error={owner.error}>
          {(b) => (
            <PeoplePicker
              people={people.filter((p) => p.active)}
              nobody={t("nobody")}
              value={owner.value}
              onChange={owner.onChange}
              trigger={
                <button
                  type="button"
                  id={b.id}
                  aria-describedby={b["aria-describedby"]}
                  className="input flex items-center gap-2 text-start"
                >
                  {owner.value ? (
                    <Person name={people.find((p) => p.id === owner.value)?.name ?? ""} nobody={t("nobody")} />
                  ) : (
                    <>
                      <UserRound size={14} className="text-fg-3" /> <span className="text-fg-3">{t("pick")}</span>
                    </>
                  )}
                </button>
              }
            />
          )}
        </Field>
        <DateField label={t("due")} optional clearable {...form.field("due_on")} />
      </div>
      <TextArea label={t("description")} optional maxLength={20000} rows={3} {...form.field("description")} />
      <DialogActions>
        <Button onClick={close}>{t("cancel")}</Button>
        <Button type="submit" variant="primary" pending={form.pending}>
          {t("create")}
        </Button>
      </DialogActions>
    </Form>
  );
}
