import { type Member, type MemberInviteBody, member } from "#/api/api";
import { Button } from "#/kit/Button";
import { Dialog, DialogActions } from "#/kit/Dialog";
import { TextField } from "#/kit/Field";
import { Form, useForm } from "#/kit/form";
import { RadioCards } from "#/kit/Radio";
import { ROLES, roleMay, roleName } from "#/kit/role";
import { toast } from "#/kit/Toast";
import { t } from "./words";

/** Asks somebody in, by mail. */
export function Invite({ onClose, onInvited }: { onClose: () => void; onInvited: (m: Member) => void }) {
  const start: Required<MemberInviteBody> = { email: "", role: "user", name: "", title: "", department: "" };
  const form = useForm({
    start,
    send: (body) => member.invite({ body }),
    refresh: [["member"]],
    done: (m) => {
      toast.done(t("invited", { email: m.email }));
      onInvited(m);
    },
  });
  return (
    <Dialog open onOpenChange={onClose} title={t("invite_title")} description={t("invite_lead")} width={520}>
      <Form form={form}>
        <TextField label={t("email")} type="email" autoComplete="off" required {...form.field("email")} />
        <RadioCards
          label={t("role")}
          options={ROLES.map((r) => ({ value: r, label: roleName(r), hint: roleMay(r) }))}
          {...form.field("role")}
        />
        <TextField label={t("name")} hint={t("invite_name_hint")} autoComplete="off" maxLength={100} optional {...form.field("name")} />
        <div className="grid gap-4 sm:grid-cols-2">
          <TextField label={t("title")} autoComplete="off" maxLength={100} optional {...form.field("title")} />
          <TextField label={t("department")} autoComplete="off" maxLength={100} optional {...form.field("department")} />
        </div>
        <DialogActions>
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button type="submit" variant="primary" pending={form.pending}>
            {t("invite_send")}
          </Button>
        </DialogActions>
      </Form>
    </Dialog>
  );
}
