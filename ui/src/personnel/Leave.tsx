import { LogOut } from "lucide-react";
import { useState } from "react";
import { type PersonnelDetail, personnel } from "#/api/api";
import { Button } from "#/kit/Button";
import { Dialog, DialogActions } from "#/kit/Dialog";
import { DateField, today } from "#/kit/Field";
import { Form, useForm } from "#/kit/form";
import { Section } from "#/kit/Sidecar";
import { toast } from "#/kit/Toast";
import { people } from "./fields";
import { t } from "./words";

/** Says that somebody leaves: their last day, and the checklist begins. */
export function Leave({ p }: { p: PersonnelDetail }) {
  const [open, setOpen] = useState(false);
  return (
    <Section title={t("leave_section")}>
      <p className="mb-2 text-pretty text-fg-3">{t("leave_effect")}</p>
      <Button size="sm" onClick={() => setOpen(true)}>
        <LogOut size={13} /> {t("leave")}
      </Button>
      <Dialog open={open} onOpenChange={setOpen} title={t("leave_title", { name: p.name })} description={t("leave_effect")}>
        {open && <Body p={p} close={() => setOpen(false)} />}
      </Dialog>
    </Section>
  );
}

function Body({ p, close }: { p: PersonnelDetail; close: () => void }) {
  const form = useForm({
    start: { ended_on: p.ended_on || today() },
    send: ({ ended_on }) => personnel.update({ id: p.id, version: p.version, body: { status: "terminated", ended_on } }),
    done: (out) => {
      toast.saved(t("left", { name: p.name }), out);
      close();
      void people.refreshAll();
    },
  });
  return (
    <Form form={form}>
      <DateField label={t("ended_on")} required {...form.field("ended_on")} />
      <DialogActions>
        <Button onClick={close}>{t("cancel")}</Button>
        <Button type="submit" variant="danger" pending={form.pending}>
          {t("leave_do")}
        </Button>
      </DialogActions>
    </Form>
  );
}
