import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { type AccountAcceptInvitationBody, account, type LinkView } from "#/api/api";
import { ApiError } from "#/api/call";
import { Avatar } from "#/kit/Avatar";
import { Button } from "#/kit/Button";
import { cache } from "#/kit/cache";
import { TextField } from "#/kit/Field";
import { Form, useForm } from "#/kit/form";
import { roleMay, roleName } from "#/kit/role";
import { CodeInput, PasswordField } from "#/kit/Secret";
import { Note } from "#/kit/State";
import { toast } from "#/kit/Toast";
import { sessionQuery } from "#/shell/session";
import { DoorPage } from "./DoorPage";
import { useEnter } from "./enter";
import { ForManagers, LinkPage } from "./LinkPage";
import { least } from "./password";
import { Go, usePatience } from "./patience";
import { t } from "./words";

/** Accepts an invitation: with a new account, with the one there is, or with the session that is open. */
export function Join() {
  return <LinkPage kind="invitation">{(link, token) => <Invited link={link} token={token} />}</LinkPage>;
}

function Invited({ link, token }: { link: LinkView; token: string }) {
  const session = useQuery({ ...sessionQuery, retry: false });
  const who = session.data?.account;
  return (
    <DoorPage title={t("join", { name: link.organisation })} lead={<Role role={link.role} />}>
      {session.isPending ? null : who && who.email !== link.email ? (
        <Stranger email={who.email} wanted={link.email} />
      ) : who ? (
        <SignedIn name={who.name} email={who.email} token={token} />
      ) : link.has_account ? (
        <Known link={link} token={token} />
      ) : (
        <New link={link} token={token} />
      )}
    </DoorPage>
  );
}

const Role = ({ role }: { role: string }) => (
  <>
    {t.rich("join_as", { role: <b className="font-medium text-fg">{roleName(role)}</b> })} {roleMay(role)}
  </>
);

function useAccept(token: string) {
  const enter = useEnter();
  return async (more: Omit<AccountAcceptInvitationBody, "token">) => enter(await account.accept_invitation({ body: { token, ...more } }));
}

function New({ link, token }: { link: LinkView; token: string }) {
  const accept = useAccept(token);
  const { left, patient } = usePatience();
  const form = useForm({
    start: { name: link.name, password: "" },
    send: patient(({ name, password }) => accept({ name: name.trim(), password })),
  });
  return (
    <Form form={form} className="space-y-5">
      <ForManagers email={link.email} />
      <Fixed label={t("email")} value={link.email} />
      <TextField
        label={t("name")}
        hint={t("join_name_hint")}
        autoComplete="name"
        maxLength={100}
        required
        autoFocus={!link.name}
        {...form.field("name")}
      />
      <PasswordField
        label={t("password")}
        hint={t("password_hint")}
        autoComplete="new-password"
        min={least(false)}
        autoFocus={Boolean(link.name)}
        {...form.field("password")}
      />
      <Go label={t("join", { name: link.organisation })} pending={form.pending} left={left} />
    </Form>
  );
}

function Known({ link, token }: { link: LinkView; token: string }) {
  const accept = useAccept(token);
  const { left, patient } = usePatience();
  const [lost, setLost] = useState(false);
  const form = useForm({
    start: { password: "", code: "", recovery_code: "" },
    send: patient(async ({ password, code, recovery_code }) => {
      try {
        await accept({ password, ...(link.mfa && (lost ? { recovery_code } : { code })) });
      } catch (e) {
        if (e instanceof ApiError && e.fields.code) form.set({ code: "" });
        throw e;
      }
    }),
  });
  const { submit } = form;
  const ready = link.mfa && !lost && form.input.code.length === 6 && form.input.password !== "";
  useEffect(() => {
    if (ready) void submit();
  }, [ready, submit]);
  return (
    <Form form={form} className="space-y-5">
      <p className="text-fg-2">{t("join_existing")}</p>
      <ForManagers email={link.email} />
      <Fixed label={t("email")} value={link.email} />
      <PasswordField label={t("password")} autoComplete="current-password" autoFocus {...form.field("password")} />
      {link.mfa && (
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
          <button type="button" onClick={() => setLost(!lost)} className="mt-1 min-h-8 rounded-md text-sm text-accent-text hover:underline">
            {lost ? t("recovery_back") : t("recovery_use")}
          </button>
        </div>
      )}
      <Go label={t("join", { name: link.organisation })} pending={form.pending} left={left} />
    </Form>
  );
}

function SignedIn({ name, email, token }: { name: string; email: string; token: string }) {
  const accept = useAccept(token);
  const form = useForm({ start: {}, send: () => accept({}) });
  return (
    <Form form={form} className="space-y-5">
      <p className="flex items-center gap-3 rounded-lg border border-line bg-surface-2 p-3">
        <Avatar name={name || email} size={32} />
        <span className="min-w-0">{t.rich("join_signed_in", { email: <b className="font-medium break-words">{email}</b> })}</span>
      </p>
      <Go label={t("join_go")} pending={form.pending} />
    </Form>
  );
}

function Stranger({ email, wanted }: { email: string; wanted: string }) {
  const [pending, setPending] = useState(false);
  return (
    <div className="space-y-5">
      <Note tone="warn">{t("join_other", { email, wanted })}</Note>
      <Button
        variant="primary"
        size="lg"
        className="w-full"
        pending={pending}
        onClick={() => {
          setPending(true);
          account
            .sign_out()
            .then(() => cache.resetQueries({ queryKey: sessionQuery.queryKey }))
            .catch((e) => toast.failed(e))
            .finally(() => setPending(false));
        }}
      >
        {t("join_sign_out")}
      </Button>
    </div>
  );
}

const Fixed = ({ label, value }: { label: string; value: string }) => (
  <div>
    <div className="mb-1 text-xs font-medium">{label}</div>
    <div className="break-words text-fg-2">{value}</div>
  </div>
);
