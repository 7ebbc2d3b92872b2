import { account } from "#/api/api";
import { TextField } from "#/kit/Field";
import { Form, useForm } from "#/kit/form";
import { PasswordField } from "#/kit/Secret";
import { browserZone, ZoneField } from "#/kit/ZoneField";
import { DoorPage } from "./DoorPage";
import { useEnter } from "./enter";
import { LinkPage } from "./LinkPage";
import { least } from "./password";
import { Go, usePatience } from "./patience";
import { t } from "./words";

/** Makes the first organisation and its administrator, with the link that the program printed when it started. */
export function Setup() {
  return <LinkPage kind="setup">{(_, token) => <Found token={token} />}</LinkPage>;
}

function Found({ token }: { token: string }) {
  const enter = useEnter();
  const { left, patient } = usePatience();
  const form = useForm({
    start: { organisation: "", zone: browserZone(), name: "", email: "", password: "" },
    send: patient(async (input) => enter(await account.set_up({ body: { token, ...input } }))),
  });
  return (
    <DoorPage title={t("setup_title")} lead={t("setup_lead")}>
      <Form form={form} className="space-y-5">
        <TextField
          label={t("setup_organisation")}
          hint={t("setup_organisation_hint")}
          autoComplete="organization"
          maxLength={100}
          required
          autoFocus
          {...form.field("organisation")}
        />
        <ZoneField hint={t("setup_zone_hint")} {...form.field("zone")} />
        <hr className="border-line" />
        <TextField label={t("name")} autoComplete="name" maxLength={100} required {...form.field("name")} />
        <TextField label={t("email")} type="email" autoComplete="username" inputMode="email" required {...form.field("email")} />
        <PasswordField
          label={t("password")}
          hint={t("password_hint")}
          autoComplete="new-password"
          min={least(false)}
          {...form.field("password")}
        />
        <Go label={t("setup_go")} pending={form.pending} left={left} />
      </Form>
    </DoorPage>
  );
}
