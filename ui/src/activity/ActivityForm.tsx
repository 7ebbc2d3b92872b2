import { type ActivityCreateBody, activity } from "#/api/api";
import { Button } from "#/kit/Button";
import { Dialog, DialogActions } from "#/kit/Dialog";
import { DateField, NumberField, Select, TextArea, TextField } from "#/kit/Field";
import { Form, useForm } from "#/kit/form";
import { today } from "#/kit/format";
import { OwnerField } from "#/kit/OwnerField";
import { toast } from "#/kit/Toast";
import { refreshAll } from "./data";
import { frequencyChoices } from "./names";
import type { Frequency } from "./search";
import { t } from "./words";

type Props = { open: boolean; onOpenChange: (open: boolean) => void; created: (id: string) => void };

/** The dialog for a new activity: what its schedule must know; the rest is written in the record that opens. */
export function ActivityForm({ open, onOpenChange, created }: Props) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t("new_title")} description={t("new_more")} width={520}>
      {open && <Body close={() => onOpenChange(false)} created={created} />}
    </Dialog>
  );
}

type Input = { name: string; description: string; frequency: Frequency; starts_on: string; due_days: number | null; owner: string };

function Body({ close, created }: { close: () => void; created: (id: string) => void }) {
  const start: Input = { name: "", description: "", frequency: "quarterly", starts_on: today(), due_days: null, owner: "" };
  const form = useForm({
    start,
    send: ({ due_days, ...rest }) => {
      const body: ActivityCreateBody = { ...rest, due_days: due_days ?? 0 };
      return activity.create({ body });
    },
    done: (out) => {
      toast.saved(t("created", { name: out.name }), out);
      void refreshAll();
      created(out.id);
    },
  });
  const byHand = form.input.frequency === "as_needed";
  return (
    <Form form={form}>
      <TextField label={t("name")} hint={t("name_hint")} maxLength={200} required {...form.field("name")} />
      <TextArea label={t("description")} optional maxLength={20_000} placeholder={t("description_none")} {...form.field("description")} />
      <div className="grid gap-4 sm:grid-cols-2">
        <Select label={t("frequency")} options={frequencyChoices} {...form.field("frequency")} />
        <OwnerField label={t("owner")} nobody={t("nobody")} {...form.field("owner")} />
        {!byHand && (
          <>
            <DateField label={t("starts_on")} hint={t("starts_on_hint")} {...form.field("starts_on")} />
            <NumberField
              label={t("due_days")}
              hint={t("due_days_hint")}
              unit={t("due_days_unit")}
              min={1}
              max={366}
              optional
              {...form.field("due_days")}
            />
          </>
        )}
      </div>
      <DialogActions>
        <Button onClick={close}>{t("cancel")}</Button>
        <Button type="submit" variant="primary" pending={form.pending}>
          {t("create")}
        </Button>
      </DialogActions>
    </Form>
  );
}
