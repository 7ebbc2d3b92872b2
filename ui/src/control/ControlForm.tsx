import { useQuery } from "@tanstack/react-query";
import { UserRound } from "lucide-react";
import { useId } from "react";
import { control } from "#/api/api";
import { Person } from "#/kit/Avatar";
import { Button } from "#/kit/Button";
import { Dialog, DialogActions } from "#/kit/Dialog";
import { Field, TextField } from "#/kit/Field";
import { Form, useForm } from "#/kit/form";
import { PeoplePicker } from "#/kit/Picker";
import { peopleQuery } from "#/kit/people";
import { toast } from "#/kit/Toast";
import { refreshAll } from "./data";
import { useFamilies } from "./Family";
import { t } from "./words";

type Props = { open: boolean; onOpenChange: (open: boolean) => void; created: (id: string) => void };

/** The dialog for an own control: what must be known at once; the rest is written in the record that opens. */
export function ControlForm({ open, onOpenChange, created }: Props) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t("new")} description={t("new_more")}>
      {open && <Body close={() => onOpenChange(false)} created={created} />}
    </Dialog>
  );
}

function Body({ close, created }: { close: () => void; created: (id: string) => void }) {
  const people = useQuery(peopleQuery).data ?? [];
  const families = useFamilies();
  const list = useId();
  const form = useForm({
    start: { ref: "", title: "", owner: "", domain: "" },
    send: (body) => control.create({ body }),
    done: (out) => {
      toast.saved(t("created", { ref: out.ref }), out);
      void refreshAll();
      created(out.id);
    },
  });
  const owner = form.field("owner");
  return (
    <Form form={form}>
      <TextField label={t("new_title")} hint={t("new_title_hint")} maxLength={300} required {...form.field("title")} />
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField label={t("ref")} hint={t("new_ref_hint")} maxLength={40} autoComplete="off" required {...form.field("ref")} />
        <div>
          <TextField label={t("domain")} optional maxLength={100} list={list} autoComplete="off" {...form.field("domain")} />
          <datalist id={list}>
            {families.map((f) => (
              <option key={f} value={f} />
            ))}
          </datalist>
        </div>
      </div>
      <Field label={t("owner")} optional error={owner.error}>
        {(b) => (
          <PeoplePicker
            people={people.filter((p) => p.active)}
            nobody={t("nobody")}
            value={owner.value}
            onChange={owner.onChange}
            trigger={
              <button type="button" id={b.id} aria-describedby={b["aria-describedby"]} className="input flex items-center gap-2 text-start">
                {owner.value ? (
                  <Person name={people.find((p) => p.id === owner.value)?.name ?? ""} nobody={t("nobody")} />
                ) : (
                  <>
                    <UserRound size={14} className="text-fg-3" /> <span className="text-fg-3">{t("assign")}</span>
                  </>
                )}
              </button>
            }
          />
        )}
      </Field>
      <DialogActions>
        <Button onClick={close}>{t("cancel")}</Button>
        <Button type="submit" variant="primary" pending={form.pending}>
          {t("create")}
        </Button>
      </DialogActions>
    </Form>
  );
}
