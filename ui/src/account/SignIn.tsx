import { Link, useSearch } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { account } from "#/api/api";
import { ApiError } from "#/api/call";
import { TextField } from "#/kit/Field";
import { Form, useForm } from "#/kit/form";
import { CodeInput, PasswordField } from "#/kit/Secret";
import { Note } from "#/kit/State";
import { DoorPage } from "./DoorPage";
import { useEnter } from "./enter";
import { Go, usePatience } from "./patience";
import { t } from "./words";

/** E-mail and password, then a code where two-step sign-in is on. */
export function SignIn() {
  const { next, ended } = useSearch({ from: "/sign-in" });
  const enter = useEnter();
  const { left, patient } = usePatience();
  const [step, setStep] = useState<"password" | "code" | "recovery">("password");
  const form = useForm({
    start: { email: "", password: "", code: "", recovery_code: "" },
    send: patient(async ({ email, password, code, recovery_code }) => {
      try {
        const body = { email, password, ...(step === "code" && { code }), ...(step === "recovery" && { recovery_code }) };
        await enter(await account.sign_in({ body }), next);
      } catch (e) {
        const about = e instanceof ApiError ? e.fields : {};
        if (step === "password" && about.code) return setStep("code"); // the password is right
        if (step !== "password" && !about.code && !about.recovery_code && e instanceof ApiError && e.status === 401) setStep("password");
        form.set({ code: "" });
        throw e;
      }
    }),
  });
  const { submit } = form;
  const { code } = form.input;
  useEffect(() => {
    if (step === "code" && code.length === 6) void submit();
  }, [step, code, submit]);
  const other = (to: typeof step) => {
    form.set({ code: "", recovery_code: "" });
    setStep(to);
  };

  if (step !== "password")
    return (
      <DoorPage
        title={step === "code" ? t("code_title") : t("recovery_title")}
        lead={step === "code" ? t("code_lead") : t("recovery_hint")}
        foot={
          <button type="button" className="min-h-8 rounded-md hover:text-fg hover:underline" onClick={() => other("password")}>
            {t("sign_in_again")}
          </button>
        }
      >
        <Form form={form} className="space-y-5">
          {step === "code" ? (
            <CodeInput key="code" label={t("code")} autoFocus {...form.field("code")} />
          ) : (
            <TextField
              key="recovery"
              label={t("recovery")}
              autoComplete="off"
              autoCapitalize="off"
              spellCheck={false}
              placeholder="xxxx-xxxx-xxxx-xxxx"
              autoFocus
              {...form.field("recovery_code")}
            />
          )}
          <Go label={t("sign_in")} pending={form.pending} left={left} />
          <button
            type="button"
            onClick={() => other(step === "code" ? "recovery" : "code")}
            className="min-h-8 w-full rounded-md text-center text-sm text-accent-text hover:underline"
          >
            {step === "code" ? t("recovery_use") : t("recovery_back")}
          </button>
        </Form>
      </DoorPage>
    );
  return (
    <DoorPage title={t("sign_in_title")} lead={!ended && next ? t("sign_in_wanted") : undefined}>
      {ended && (
        <Note tone="info" className="mb-5">
          {t("ended")}
        </Note>
      )}
      <Form form={form} className="space-y-5">
        <TextField label={t("email")} type="email" autoComplete="username" inputMode="email" autoFocus required {...form.field("email")} />
        <div>
          <PasswordField label={t("password")} autoComplete="current-password" {...form.field("password")} />
          <p className="mt-2 text-sm">
            <Link to="/forgot" className="inline-flex min-h-6 items-center text-accent-text hover:underline">
              {t("forgot")}
            </Link>
          </p>
        </div>
        <Go label={t("sign_in")} pending={form.pending} left={left} />
      </Form>
    </DoorPage>
  );
}
