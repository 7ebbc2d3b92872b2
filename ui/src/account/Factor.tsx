import { useState } from "react";
import { type AccountDisableTotpBody, account } from "#/api/api";
import { ApiError } from "#/api/call";
import { Button } from "#/kit/Button";
import { cache } from "#/kit/cache";
import { Dialog, DialogActions } from "#/kit/Dialog";
import { TextField } from "#/kit/Field";
import { Form, useForm } from "#/kit/form";
import { CodeInput, PasswordField } from "#/kit/Secret";
import { toast } from "#/kit/Toast";
import { sessionQuery, useSession } from "#/shell/session";
import { ForManagers } from "./LinkPage";
import { RecoveryCodes } from "./RecoveryCodes";
import { t } from "./words";

const refresh = () => {
  void cache.invalidateQueries({ queryKey: sessionQuery.queryKey });
  void cache.invalidateQueries({ queryKey: ["account"] });
};

type BothProps<Out> = {
  send: (body: AccountDisableTotpBody) => Promise<Out>;
  done: (out: Out) => void;
  action: string;
  danger?: boolean;
  onClose: () => void;
};
/** Password and code once more, for what makes the door weaker. */
function Both<Out>({ send, done, action, danger, onClose }: BothProps<Out>) {
  const { account: me } = useSession();
  const [lost, setLost] = useState(false);
  const form = useForm({
    start: { password: "", code: "", recovery_code: "" },
    send: async ({ password, code, recovery_code }) => {
      try {
        return await send({ password, ...(lost ? { recovery_code } : { code }) });
      } catch (e) {
        if (e instanceof ApiError && e.fields.code) form.set({ code: "" });
        throw e;
      }
    },
    done,
  });
  return (
    <Form form={form}>
      <ForManagers email={me.email} />
      <PasswordField label={t("password_current")} autoComplete="current-password" autoFocus {...form.field("password")} />
      <div>
        {lost ? (
          <TextField
            label={t("recovery")}
            hint={t("recovery_hint")}
            autoComplete="off"
            spellCheck={false}
            {...form.field("recovery_code")}
          />
        ) : (
          <CodeInput label={t("code")} hint={t("code_hint")} {...form.field("code")} />
        )}
        <button type="button" onClick={() => setLost(!lost)} className="mt-1 min-h-6 rounded-md text-accent-text hover:underline">
          {lost ? t("recovery_back") : t("recovery_use")}
        </button>
      </div>
      <DialogActions>
        <Button onClick={onClose}>{t("cancel")}</Button>
        <Button type="submit" variant={danger ? "danger" : "primary"} pending={form.pending}>
          {action}
        </Button>
      </DialogActions>
    </Form>
  );
}

/** Turns two-step sign-in off. */
export function TurnOff({ onClose }: { onClose: () => void }) {
  return (
    <Dialog open onOpenChange={onClose} title={t("two_step_turn_off")} description={t("two_step_off_lead")}>
      <Both
        danger
        action={t("two_step_turn_off")}
        onClose={onClose}
        send={(body) => account.disable_totp({ body })}
        done={() => {
          onClose();
          refresh();
          toast.done(t("two_step_turned_off"));
        }}
      />
    </Dialog>
  );
}

/** Makes a new set of recovery codes. */
export function NewCodes({ onClose }: { onClose: () => void }) {
  const [codes, setCodes] = useState<string[]>();
  return (
    <Dialog
      open
      keep={codes !== undefined}
      onOpenChange={onClose}
      title={codes ? t("codes") : t("codes_new_go")}
      description={codes ? t("codes_lead") : t("codes_new_lead")}
    >
      {codes ? (
        <RecoveryCodes codes={codes} onDone={onClose} />
      ) : (
        <Both
          action={t("codes_new_go")}
          onClose={onClose}
          send={(body) => account.make_recovery_codes({ body })}
          done={(out) => {
            setCodes(out.recovery_codes);
            refresh();
          }}
        />
      )}
    </Dialog>
  );
}
