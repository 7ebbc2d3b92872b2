import { useEffect, useState } from "react";
import { account, type TotpStart } from "#/api/api";
import { ApiError } from "#/api/call";
import { Button } from "#/kit/Button";
import { Copy } from "#/kit/Copy";
import { cache } from "#/kit/cache";
import { Dialog, DialogActions } from "#/kit/Dialog";
import { Form, useForm } from "#/kit/form";
import { CodeInput, PasswordField } from "#/kit/Secret";
import { toast } from "#/kit/Toast";
import { sessionQuery, useSession } from "#/shell/session";
import { ForManagers } from "./LinkPage";
import { RecoveryCodes } from "./RecoveryCodes";
import { t } from "./words";

/** Turns two-step sign-in on: the password once more, the key into the app, a first code, and the codes for a lost phone. */
export function TurnOn({ onClose }: { onClose: () => void }) {
  const [key, setKey] = useState<TotpStart>();
  const [codes, setCodes] = useState<string[]>();
  const done = () => {
    onClose();
    toast.done(t("two_step_turned_on"));
  };
  const step = codes ? 3 : key ? 2 : 1;
  return (
    <Dialog
      open
      width={520}
      keep={codes !== undefined}
      onOpenChange={onClose}
      title={step === 1 ? t("two_step_confirm_you") : step === 2 ? t("two_step_scan") : t("codes")}
      description={
        <>
          <span className="sr-only">{t("two_step_step", { at: step, of: 3 })}. </span>
          {step === 1 ? t("two_step_confirm_you_lead") : step === 2 ? t("two_step_scan_lead") : t("codes_lead")}
        </>
      }
    >
      {codes ? (
        <RecoveryCodes codes={codes} onDone={done} />
      ) : key ? (
        <Confirm start={key} done={setCodes} />
      ) : (
        <Password done={setKey} onClose={onClose} />
      )}
    </Dialog>
  );
}

function Password({ done, onClose }: { done: (key: TotpStart) => void; onClose: () => void }) {
  const { account: me } = useSession();
  const form = useForm({ start: { password: "" }, send: (body) => account.start_totp({ body }), done });
  return (
    <Form form={form}>
      <ForManagers email={me.email} />
      <PasswordField label={t("password_current")} autoComplete="current-password" autoFocus {...form.field("password")} />
      <DialogActions>
        <Button onClick={onClose}>{t("cancel")}</Button>
        <Button type="submit" variant="primary" pending={form.pending}>
          {t("continue")}
        </Button>
      </DialogActions>
    </Form>
  );
}

function Confirm({ start, done }: { start: TotpStart; done: (codes: string[]) => void }) {
  const form = useForm({
    start: { code: "" },
    send: async (body) => {
      try {
        return await account.confirm_totp({ body });
      } catch (e) {
        if (e instanceof ApiError && e.fields.code) form.set({ code: "" });
        throw e;
      }
    },
    done: (out) => {
      done(out.recovery_codes);
      void cache.invalidateQueries({ queryKey: sessionQuery.queryKey });
      void cache.invalidateQueries({ queryKey: ["account"] });
    },
  });
  const { submit } = form;
  const { code } = form.input;
  useEffect(() => {
    if (code.length === 6) void submit();
  }, [code, submit]);
  const spaced = start.secret.match(/.{1,4}/g)?.join(" ") ?? start.secret;
  return (
    <Form form={form}>
      <div className="flex flex-wrap gap-5">
        <img
          src={start.qr}
          alt={t("two_step_qr")}
          width={168}
          height={168}
          className="shrink-0 rounded-lg border border-line bg-white p-1.5 max-sm:mx-auto"
        />
        <div className="min-w-0 flex-1 basis-52 space-y-4">
          <div>
            <div className="mb-1 text-xs font-medium">{t("two_step_typed")}</div>
            <div className="flex items-start gap-1">
              <code className="min-w-0 font-mono text-xs leading-5 break-words text-fg-2">{spaced}</code>
              <Copy value={start.secret} name={t("two_step_key")} />
            </div>
          </div>
          <CodeInput label={t("two_step_first")} autoFocus {...form.field("code")} />
        </div>
      </div>
      <DialogActions>
        <Button type="submit" variant="primary" pending={form.pending}>
          {t("two_step_turn_on")}
        </Button>
      </DialogActions>
    </Form>
  );
}
