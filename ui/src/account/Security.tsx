import { KeyRound, LifeBuoy, Smartphone } from "lucide-react";
import { useState } from "react";
import { account } from "#/api/api";
import { Button } from "#/kit/Button";
import { cache } from "#/kit/cache";
import { Dialog, DialogActions } from "#/kit/Dialog";
import { Form, useForm } from "#/kit/form";
import { Group, GroupRow } from "#/kit/Group";
import { PasswordField } from "#/kit/Secret";
import { Tag } from "#/kit/Tag";
import { toast } from "#/kit/Toast";
import { useSession } from "#/shell/session";
import { NewCodes, TurnOff } from "./Factor";
import { ForManagers } from "./LinkPage";
import { least } from "./password";
import { Sessions } from "./Sessions";
import { TurnOn } from "./TurnOn";
import { t } from "./words";

/** How one signs in, and where one is. */
export function Security() {
  const { mfa } = useSession();
  const [open, setOpen] = useState<"password" | "on" | "off" | "codes">();
  const close = () => setOpen(undefined);
  const left = mfa.recovery_codes;
  return (
    <>
      <Group title={t("password")} lead={t("password_lead")} flush>
        <GroupRow icon={<KeyRound />} title={t("password_row")} note={t("password_row_note")}>
          <Button onClick={() => setOpen("password")}>{t("password_change")}</Button>
        </GroupRow>
      </Group>
      <Group title={t("two_step")} lead={t("two_step_lead")} flush>
        <GroupRow
          icon={<Smartphone />}
          title={
            <>
              {t("two_step_app")} {mfa.enabled ? <Tag tone="ok">{t("two_step_on")}</Tag> : <Tag tone="warn">{t("two_step_off")}</Tag>}
            </>
          }
          note={mfa.enabled ? t("two_step_app_on") : t("two_step_app_off")}
        >
          {mfa.enabled ? (
            <Button onClick={() => setOpen("off")}>{t("two_step_turn_off")}</Button>
          ) : (
            <Button variant="primary" onClick={() => setOpen("on")}>
              {t("two_step_turn_on")}
            </Button>
          )}
        </GroupRow>
        {mfa.enabled && (
          <GroupRow
            icon={<LifeBuoy />}
            title={
              <>
                {t("codes")} {left <= 3 && <Tag tone={left === 0 ? "bad" : "warn"}>{t("codes_few")}</Tag>}
              </>
            }
            note={left === 0 ? t("codes_none") : t("codes_left", { n: left })}
          >
            <Button onClick={() => setOpen("codes")}>{t("codes_new")}</Button>
          </GroupRow>
        )}
      </Group>
      <Sessions />
      {open === "password" && <ChangePassword onClose={close} />}
      {open === "on" && <TurnOn onClose={close} />}
      {open === "off" && <TurnOff onClose={close} />}
      {open === "codes" && <NewCodes onClose={close} />}
    </>
  );
}

function ChangePassword({ onClose }: { onClose: () => void }) {
  const { account: me, mfa } = useSession();
  const form = useForm({
    start: { current: "", password: "" },
    send: (body) => account.change_password({ body }),
    done: () => {
      onClose();
      toast.done(t("password_changed"));
      void cache.invalidateQueries({ queryKey: ["account"] });
    },
  });
  return (
    <Dialog open onOpenChange={onClose} title={t("password_change")} description={t("password_row_note")}>
      <Form form={form}>
        <ForManagers email={me.email} />
        <PasswordField label={t("password_current")} autoComplete="current-password" {...form.field("current")} />
        <PasswordField
          label={t("password_new")}
          hint={t("password_hint")}
          autoComplete="new-password"
          min={least(mfa.enabled)}
          {...form.field("password")}
        />
        <DialogActions>
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button type="submit" variant="primary" pending={form.pending}>
            {t("password_change")}
          </Button>
        </DialogActions>
      </Form>
    </Dialog>
  );
}
