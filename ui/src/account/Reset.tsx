import { Link } from "@tanstack/react-router";
import { CircleCheck } from "lucide-react";
import { useState } from "react";
import { account, type LinkView } from "#/api/api";
import { buttonClass } from "#/kit/Button";
import { Form, useForm } from "#/kit/form";
import { PasswordField } from "#/kit/Secret";
import { DoorPage } from "./DoorPage";
import { ForManagers, LinkPage } from "./LinkPage";
import { least } from "./password";
import { Go, usePatience } from "./patience";
import { t } from "./words";

/** Chooses a new password with a mailed link. */
export function Reset() {
  return <LinkPage kind="reset">{(link, token) => <Choose link={link} token={token} />}</LinkPage>;
}

function Choose({ link, token }: { link: LinkView; token: string }) {
  const { left, patient } = usePatience();
  const [done, setDone] = useState(false);
  const form = useForm({
    start: { password: "" },
    send: patient(({ password }) => account.reset_password({ body: { token, password } })),
    done: () => setDone(true),
  });
  if (done)
    return (
      <DoorPage icon={<CircleCheck />} tone="ok" title={t("reset_done")} lead={<p role="status">{t("reset_done_lead")}</p>}>
        <Link to="/sign-in" className={buttonClass({ variant: "primary", size: "lg" }, "w-full")}>
          {t("sign_in")}
        </Link>
      </DoorPage>
    );
  return (
    <DoorPage
      title={t("forgot_title")}
      lead={t.rich("reset_lead", { email: <b className="font-medium break-words text-fg">{link.email}</b> })}
      foot={<Link to="/sign-in">{t("back_to_sign_in")}</Link>}
    >
      <Form form={form} className="space-y-5">
        <ForManagers email={link.email} />
        <PasswordField
          label={t("password_new")}
          hint={t("password_hint")}
          autoComplete="new-password"
          min={least(link.mfa)}
          autoFocus
          {...form.field("password")}
        />
        <Go label={t("reset_save")} pending={form.pending} left={left} />
      </Form>
    </DoorPage>
  );
}
