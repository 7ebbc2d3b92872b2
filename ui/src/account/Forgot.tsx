import { Link } from "@tanstack/react-router";
import { MailCheck } from "lucide-react";
import { useState } from "react";
import { account } from "#/api/api";
import { TextField } from "#/kit/Field";
import { Form, useForm } from "#/kit/form";
import { DoorPage } from "./DoorPage";
import { Go, usePatience } from "./patience";
import { t } from "./words";

/** Asks for a link to choose a new password. The page says the same whether there is such an account or not. */
export function Forgot() {
  const { left, patient } = usePatience();
  const [sent, setSent] = useState("");
  const form = useForm({
    start: { email: "" },
    send: patient((body) => account.request_reset({ body })),
    done: (_, { email }) => setSent(email.trim()),
  });
  const foot = <Link to="/sign-in">{t("back_to_sign_in")}</Link>;
  if (sent)
    return (
      <DoorPage
        icon={<MailCheck />}
        tone="ok"
        title={t("forgot_sent")}
        lead={t.rich("forgot_sent_lead", { email: <b className="font-medium break-words text-fg">{sent}</b> })}
        foot={
          <>
            {foot}
            <button type="button" className="min-h-8 rounded-md hover:text-fg hover:underline" onClick={() => setSent("")}>
              {t("forgot_again")}
            </button>
          </>
        }
      >
        <p role="status" className="text-sm text-pretty text-fg-3">
          {t("forgot_sent_more")}
        </p>
      </DoorPage>
    );
  return (
    <DoorPage title={t("forgot_title")} lead={t("forgot_lead")} foot={foot}>
      <Form form={form} className="space-y-5">
        <TextField label={t("email")} type="email" autoComplete="username" inputMode="email" autoFocus required {...form.field("email")} />
        <Go label={t("forgot_send")} pending={form.pending} left={left} />
      </Form>
    </DoorPage>
  );
}
