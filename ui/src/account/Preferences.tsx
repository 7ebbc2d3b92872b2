import { account } from "#/api/api";
import { Avatar } from "#/kit/Avatar";
import { Button } from "#/kit/Button";
import { cache } from "#/kit/cache";
import { TextField } from "#/kit/Field";
import { Form, useForm } from "#/kit/form";
import { Group, GroupFoot } from "#/kit/Group";
import { RadioCards } from "#/kit/Radio";
import { roleMay, roleName } from "#/kit/role";
import { toast } from "#/kit/Toast";
import { HotkeySwitch } from "#/shell/Keys";
import { prefer, sessionQuery, useSession } from "#/shell/session";
import { setTheme, type Theme, useTheme } from "#/shell/theme";
import { t } from "./words";

/** Name, theme and shortcuts. */
export function Preferences() {
  const theme = useTheme();
  return (
    <>
      <You />
      <Group title={t("appearance")} lead={t("appearance_lead")}>
        <RadioCards<Theme>
          row
          label={t("theme")}
          hideLabel
          value={theme}
          onChange={(v) => {
            setTheme(v);
            prefer({ theme: v });
          }}
          options={[
            { value: "light", label: <Sample name={t("theme_light")} left="light" right="light" /> },
            { value: "dark", label: <Sample name={t("theme_dark")} left="dark" right="dark" /> },
            { value: "system", label: <Sample name={t("theme_system")} left="light" right="dark" /> },
          ]}
        />
      </Group>
      <Group title={t("keyboard")} lead={t("keyboard_lead")}>
        <HotkeySwitch />
      </Group>
    </>
  );
}

function You() {
  const { account: me, tenant, role } = useSession();
  const form = useForm({
    start: { name: me.name },
    send: ({ name }) => account.update_profile({ body: { name: name.trim() } }),
    done: (session) => {
      cache.setQueryData(sessionQuery.queryKey, session);
      form.reset({ name: session.account.name });
      toast.done(t("name_saved"));
    },
  });
  return (
    <Group title={t("you")} lead={t("you_lead")}>
      <Form form={form}>
        <div className="flex items-center gap-4 pb-1">
          <Avatar name={form.input.name || me.email} size={48} />
          <div className="min-w-0">
            <div className="truncate text-base font-semibold">{form.input.name || me.email}</div>
            <div className="truncate text-fg-3">{me.email}</div>
          </div>
        </div>
        <TextField label={t("name")} hint={t("join_name_hint")} autoComplete="name" maxLength={100} required {...form.field("name")} />
        <TextField
          label={t("email")}
          hint={t("email_hint")}
          value={me.email}
          onChange={() => {}}
          readOnly
          className="[&_.input]:bg-surface-2"
        />
        <div>
          <div className="mb-1 text-xs font-medium">{t("role_here", { name: tenant.name })}</div>
          <div>{roleName(role)}</div>
          <div className="text-xs text-fg-3">{roleMay(role)}</div>
        </div>
        {form.dirty && (
          <GroupFoot>
            <Button variant="ghost" onClick={() => form.reset()}>
              {t("discard")}
            </Button>
            <Button type="submit" variant="primary" pending={form.pending}>
              {t("save")}
            </Button>
          </GroupFoot>
        )}
      </Form>
    </Group>
  );
}

/** A page of the product, very small, in one theme or half in each. */
function Sample({ name, left, right }: { name: string; left: "light" | "dark"; right: "light" | "dark" }) {
  const brand = useSession().tenant.color ? "" : undefined;
  return (
    <>
      <span aria-hidden className="mb-2 flex h-16 overflow-hidden rounded-md border border-line">
        <span data-theme={left} data-brand={brand} className="flex w-1/3 flex-col gap-1 bg-bg p-2">
          <i className="h-1.5 w-3/4 rounded-full bg-active" />
          <i className="h-1.5 w-1/2 rounded-full bg-accent" />
          <i className="h-1.5 w-2/3 rounded-full bg-active" />
        </span>
        <span data-theme={right} data-brand={brand} className="flex flex-1 flex-col gap-1.5 bg-bg py-1.5 pe-1.5">
          <span className="flex flex-1 flex-col gap-1.5 rounded border border-line bg-surface p-1.5">
            <i className="h-1.5 w-1/2 rounded-full bg-fg-3" />
            <i className="h-1.5 w-4/5 rounded-full bg-active" />
            <i className="h-1.5 w-2/3 rounded-full bg-active" />
          </span>
        </span>
      </span>
      <span className="block text-center text-sm font-normal">{name}</span>
    </>
  );
}
