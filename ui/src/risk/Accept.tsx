import { useState } from "react";
import { type RiskDetail, risk } from "#/api/api";
import { Button } from "#/kit/Button";
import { Dialog, DialogActions } from "#/kit/Dialog";
import { DateField, TextArea, today } from "#/kit/Field";
import { Form, useForm } from "#/kit/form";
import { toast } from "#/kit/Toast";
import { risks } from "./fields";
import { t } from "./words";

/** Says, with a reason and a last day, that a risk may stay as it is. */
export function AcceptButton({ r }: { r: RiskDetail }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button size="sm" onClick={() => setOpen(true)}>
        {r.status === "accepted" ? t("accept_again") : t("accept")}
      </Button>
      <Dialog open={open} onOpenChange={setOpen} title={t("accept_title", { ref: r.ref })} description={t("accept_effect")}>
        {open && <Body r={r} close={() => setOpen(false)} />}
      </Dialog>
    </>
  );
}

function Body({ r, close }: { r: RiskDetail; close: () => void }) {
  const form = useForm({
    start: { reason: r.accepted_reason, until: "" },
    send: (body) => risk.accept({ id: r.id, body }),
    done: (out) => {
      toast.saved(t("accepted_said", { ref: r.ref }), out);
      close();
      void risks.refreshAll();
    },
  });
  return (
    <Form form={form}>
      <TextArea label={t("accept_reason")} maxLength={2000} required {...form.field("reason")} />
      <DateField label={t("accept_until")} min={today()} required {...form.field("until")} />
      <DialogActions>
        <Button onClick={close}>{t("cancel")}</Button>
        <Button type="submit" variant="primary" pending={form.pending}>
          {t("accepted")}
        </Button>
      </DialogActions>
    </Form>
  );
}
