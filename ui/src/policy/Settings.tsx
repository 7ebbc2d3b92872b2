import { useQuery } from "@tanstack/react-query";
import { ScrollText } from "lucide-react";
import { type PolicySettings, policy } from "#/api/api";
import { Button } from "#/kit/Button";
import { NumberField } from "#/kit/Field";
import { Form, useForm } from "#/kit/form";
import { Group, GroupPage } from "#/kit/Group";
import { ErrorState, Skeleton } from "#/kit/State";
import { toast } from "#/kit/Toast";
import { useSession } from "#/shell/session";
import { Page, Topbar } from "#/shell/Topbar";
import { refreshAll, settingsQuery } from "./data";
import { PolicyPlaces } from "./Places";
import { t } from "./words";

/** When a review is shown as near, and when as late. */
export function Settings() {
  const { data: s, error, refetch } = useQuery(settingsQuery);
  return (
    <Page>
      <Topbar title={t("settings")} icon={<ScrollText />} />
      <PolicyPlaces />
      <GroupPage>
        <Group title={t("settings_lights")} lead={t("settings_lights_more")}>
          {error ? (
            <ErrorState error={error} onRetry={() => void refetch()} />
          ) : s ? (
            <Lights key={s.version} s={s} />
          ) : (
            <Skeleton lines={4} />
          )}
        </Group>
      </GroupPage>
    </Page>
  );
}

function Lights({ s }: { s: PolicySettings }) {
  const { admin } = useSession();
  const form = useForm<{ amber_days: number | null; red_days: number | null }, PolicySettings>({
    start: { amber_days: s.amber_days, red_days: s.red_days },
    send: ({ amber_days, red_days }) => policy.set({ version: s.version, body: { amber_days: amber_days ?? 0, red_days: red_days ?? 0 } }),
    done: (out) => {
      toast.saved(t("settings_saved"), out);
      void refreshAll();
    },
  });
  if (!admin)
    return (
      <div className="space-y-2 text-fg-2">
        <p>{t("amber_said", { n: s.amber_days })}</p>
        <p>{s.red_days > 0 ? t("red_said", { n: s.red_days }) : t("red_overdue")}</p>
        <p className="text-fg-3">{t("settings_admin")}</p>
      </div>
    );
  return (
    <Form form={form}>
      <NumberField
        label={t("amber_days")}
        hint={t("amber_hint")}
        unit={t("days")}
        min={1}
        max={365}
        required
        {...form.field("amber_days")}
      />
      <NumberField label={t("red_days")} hint={t("red_hint")} unit={t("days")} min={0} max={364} required {...form.field("red_days")} />
      <Button type="submit" variant="primary" disabled={!form.dirty} pending={form.pending}>
        {t("save")}
      </Button>
    </Form>
  );
}
