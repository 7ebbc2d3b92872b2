import { useNavigate, useSearch } from "@tanstack/react-router";
import { Bell, KeyRound, LogIn, ShieldCheck, UserRound } from "lucide-react";
import { lazy, type ReactNode, Suspense } from "react";
import { GroupPage } from "#/kit/Group";
import { Skeleton } from "#/kit/State";
import { Tabs } from "#/kit/Tabs";
import { useSession } from "#/shell/session";
import { Page, Topbar } from "#/shell/Topbar";
import { Data } from "./Data";
import { Preferences } from "./Preferences";
import { Security } from "./Security";
import { Tokens } from "./Tokens";
import type { ProfileTab } from "./tabs";
import { Visits } from "./Visits";
import { t } from "./words";

/** Another module's part comes with that module's chunk. */
const Choices = lazy(() => import("#/notification/Choices").then((m) => ({ default: m.Choices })));

const size = 14;
const tabs: readonly { value: ProfileTab; label: string; icon: ReactNode }[] = [
  { value: "profile", label: t("tab_profile"), icon: <UserRound size={size} /> },
  { value: "notifications", label: t("tab_notifications"), icon: <Bell size={size} /> },
  { value: "security", label: t("tab_security"), icon: <ShieldCheck size={size} /> },
  { value: "tokens", label: t("tab_tokens"), icon: <KeyRound size={size} /> },
  { value: "sign-ins", label: t("tab_visits"), icon: <LogIn size={size} /> },
];

/** One's own account: who one is, how one signs in, and what uses it. */
export function Profile() {
  const { tab = "profile" } = useSearch({ from: "/o/$slug/profile" });
  const go = useNavigate({ from: "/o/$slug/profile" });
  const reads = useSession().may("admin", "user", "auditor"); // executives are not told of records
  return (
    <Page>
      <Topbar title={t("profile")} icon={<UserRound />} />
      <Tabs
        tabs={tabs.filter((o) => reads || o.value !== "notifications")}
        label={t("tabs")}
        value={tab}
        onChange={(to) => void go({ search: { tab: to === "profile" ? undefined : to }, replace: true })}
      >
        <GroupPage>
          {tab === "profile" && (
            <>
              <Preferences />
              <Data />
            </>
          )}
          {tab === "notifications" && reads && (
            <Suspense fallback={<Skeleton lines={8} />}>
              <Choices />
            </Suspense>
          )}
          {tab === "security" && <Security />}
          {tab === "tokens" && <Tokens />}
          {tab === "sign-ins" && <Visits />}
        </GroupPage>
      </Tabs>
    </Page>
  );
}
