import { useNavigate } from "@tanstack/react-router";
import { type Branch, branch } from "#/api/api";
import { Button } from "#/kit/Button";
import { Dialog, DialogActions } from "#/kit/Dialog";
import { TextArea, TextField } from "#/kit/Field";
import { Form, useForm } from "#/kit/form";
import { toast } from "#/kit/Toast";
import { useSession } from "#/shell/session";
import { refresh } from "./data";
import { t } from "./words";

/** Makes a branch, or says something else of one. */
export function BranchDialog({ b, onClose }: { b?: Branch; onClose: () => void }) {
  return (
    <Dialog
      open
      onOpenChange={(to) => !to && onClose()}
      title={b ? t("rename") : t("create")}
      description={b ? undefined : t("create_how")}
      width={460}
    >
      <Words b={b} onClose={onClose} />
    </Dialog>
  );
}

function Words({ b, onClose }: { b: Branch | undefined; onClose: () => void }) {
  const { tenant } = useSession();
  const go = useNavigate();
  const form = useForm({
    start: { name: b?.name ?? "", purpose: b?.purpose ?? "" },
    send: (body) => (b ? branch.rename({ id: b.id, version: b.version, body }) : branch.create({ body })),
    done: (out) => {
      onClose();
      void refresh();
      if (b) toast.done(t("saved"));
      else void go({ to: "/o/$slug/branches/$id", params: { slug: tenant.slug, id: out.id } });
    },
  });
  return (
    <Form form={form}>
      <TextField label={t("name")} required maxLength={80} {...form.field("name")} />
      <TextArea label={t("purpose")} optional rows={2} maxLength={500} {...form.field("purpose")} />
      <DialogActions>
        <Button onClick={onClose}>{t("cancel")}</Button>
        <Button type="submit" variant="primary" pending={form.pending}>
          {b ? t("submit_rename") : t("create_submit")}
        </Button>
      </DialogActions>
    </Form>
  );
}
