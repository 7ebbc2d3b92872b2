import { useNavigate, useParams } from "@tanstack/react-router";
import { Settings as Icon } from "lucide-react";
import { Suspense } from "react";
import { Skeleton } from "#/kit/State";
import { Tabs } from "#/kit/Tabs";
import { NotFoundPage } from "#/shell/doors";
import { Page, Topbar } from "#/shell/Topbar";
import { tabs } from "./tabs";
import { t } from "./words";

/** The organisation's settings, for administrators. */
export function Settings() {
  const { tab = tabs[0]?.value ?? "" } = useParams({ from: "/o/$slug/settings/{-$tab}" });
  const go = useNavigate({ from: "/o/$slug/settings/{-$tab}" });
  const open = tabs.find((o) => o.value === tab);
  if (!open) return <NotFoundPage />;
  return (
    <Page>
      <Topbar title={t("settings")} icon={<Icon />} />
      <Tabs
        tabs={tabs.map((o) => ({ value: o.value, label: o.label, icon: <o.icon size={14} /> }))}
        label={t("tabs")}
        value={tab}
        onChange={(to) => void go({ params: { tab: to === tabs[0]?.value ? undefined : to }, search: {} })}
      >
        <Suspense fallback={<Skeleton className="p-6" lines={8} />}>
          <open.Page />
        </Suspense>
      </Tabs>
    </Page>
  );
}
