import { useQuery } from "@tanstack/react-query";
import { type Applicability, framework } from "#/api/api";
import { Button } from "#/kit/Button";
import { CheckField } from "#/kit/Checkbox";
import { Dialog, DialogActions } from "#/kit/Dialog";
import { DateField, Select, TextArea, TextField } from "#/kit/Field";
import { Form, useForm } from "#/kit/form";
import { peopleQuery } from "#/kit/people";
import { toast } from "#/kit/Toast";
import { refreshAll } from "./data";
import { REASONS, reasonName } from "./reasons";
import { t } from "./words";

type Props = { s: Applicability; scope: string | undefined; open: boolean; onOpenChange: (open: boolean) => void };

/** The head of a Statement of Applicability: its reasons, version and approval. */
export function StatementForm({ s, scope, open, onOpenChange }: Props) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t("statement_edit")} description={t("statement_edit_more")} width={560}>
      {open && <Body s={s} scope={scope} close={() => onOpenChange(false)} />}
    </Dialog>
  );
}

function Body({ s, scope, close }: Omit<Props, "open" | "onOpenChange"> & { close: () => void }) {
  const people = useQuery(peopleQuery).data ?? [];
  const choices = (now: string) => [
    { value: "", label: t("owner_none") },
    ...people.filter((p) => p.active || p.id === now).map((p) => ({ value: p.id, label: p.name })),
  ];
  const start: { reasons: string[]; note: string; issue: string; owner: string; approver: string; approved_on: string } = {
    reasons: [...s.reasons],
    note: s.note,
    issue: s.issue,
    owner: s.owner,
    approver: s.approver,
    approved_on: s.approved_on,
  };
  const form = useForm({
    start,
    send: (body) => framework.update_statement({ id: s.framework, body: { ...body, scope } }),
    done: (out) => {
      toast.saved(t("statement_saved"), out);
      void refreshAll();
      close();
    },
  });
  const reasons = form.field("reasons");
  return (
    <Form form={form}>
      <fieldset>
        <legend className="mb-1 text-xs font-medium">{t("statement_reasons")}</legend>
        <p className="mb-2 text-xs text-fg-3">{t("statement_reasons_hint")}</p>
        <div className="grid gap-1 sm:grid-cols-2">
          {REASONS.map((r) => (
            <CheckField
              key={r}
              label={reasonName(r)}
              checked={reasons.value.includes(r)}
              onChange={(on) => reasons.onChange(on ? [...reasons.value, r] : reasons.value.filter((x) => x !== r))}
            />
          ))}
        </div>
        {reasons.error && <p className="mt-1 text-xs text-bad-text">{reasons.error}</p>}
      </fieldset>
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField label={t("statement_issue")} placeholder="1.0" optional maxLength={40} autoComplete="off" {...form.field("issue")} />
        <Select label={t("statement_owner")} options={choices(s.owner)} {...form.field("owner")} />
        <Select label={t("statement_approver")} options={choices(s.approver)} {...form.field("approver")} />
        <DateField label={t("statement_approved_on")} optional clearable {...form.field("approved_on")} />
      </div>
      <TextArea label={t("statement_note")} optional maxLength={2000} {...form.field("note")} />
      <DialogActions>
        <Button onClick={close}>{t("cancel")}</Button>
        <Button type="submit" variant="primary" pending={form.pending} disabled={!form.dirty}>
          {t("save")}
        </Button>
      </DialogActions>
    </Form>
  );
}
