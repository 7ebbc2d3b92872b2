import { type BranchComparison, branch } from "#/api/api";
import { Button } from "#/kit/Button";
import { cache } from "#/kit/cache";
import { Dialog, DialogActions } from "#/kit/Dialog";
import { TextArea } from "#/kit/Field";
import { Form, useForm } from "#/kit/form";
import { toast } from "#/kit/Toast";
import { useSession } from "#/shell/session";
import { t } from "./words";

type Props = { c: BranchComparison; onClose: () => void; onApplied: () => void };

/** Makes what the branch changed a change of the organisation. What is in the way stays, and is said before. */
export function ApplyDialog({ c, onClose, onApplied }: Props) {
  const { tenant } = useSession();
  return (
    <Dialog
      open
      onOpenChange={(to) => !to && onClose()}
      title={t("apply_title", { name: c.branch.name, org: tenant.name })}
      description={t("apply_how", { org: tenant.name })}
      width={480}
    >
      <Apply c={c} onClose={onClose} onApplied={onApplied} />
    </Dialog>
  );
}

function Apply({ c, onClose, onApplied }: Props) {
  const leave = c.in_the_way > 0;
  const form = useForm({
    start: { reason: "" },
    send: ({ reason }) => branch.apply({ id: c.branch.id, body: { reason, rows: c.rows, leave } }),
    done: (out) => {
      onClose();
      const said = [t("applied_more", { n: out.rows }), out.left > 0 && t("apply_left", { n: out.left })].filter(Boolean).join(" ");
      toast.saved(t("applied"), out, { description: said });
      void cache.invalidateQueries(); // it may show anywhere
      onApplied();
    },
  });
  if (c.applies === 0) return <p className="text-fg-2">{t("apply_none")}</p>;
  return (
    <Form form={form}>
      <p className="text-fg-2">
        {t("apply_rows", { n: c.applies })} {c.left > 0 && t("apply_left", { n: c.left })}
      </p>
      <TextArea label={t("reason")} hint={t("reason_how")} required rows={2} maxLength={500} {...form.field("reason")} />
      <DialogActions>
        <Button onClick={onClose}>{t("cancel")}</Button>
        <Button type="submit" variant="primary" pending={form.pending} disabled={form.input.reason.trim() === ""}>
          {t(leave ? "apply_rest" : "apply")}
        </Button>
      </DialogActions>
    </Form>
  );
}
