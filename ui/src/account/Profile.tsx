import { useNavigate, useSearch } from "@tanstack/react-router";
import { KeyRound, LogIn, ShieldCheck, UserRound } from "lucide-react";
import type { ReactNode } from "react";
import { GroupPage } from "#/kit/Group";
import { Tabs } from "#/kit/Tabs";
import { Page, Topbar } from "#/shell/Topbar";
import { Preferences } from "./Preferences";
import { Security } from "./Security";
import { Tokens } from "./Tokens";
import type { ProfileTab } from "./tabs";
import { Visits } from "./Visits";
import { t } from "./words";

const size = 14;
const tabs: readonly { value: ProfileTab; label: string; icon: ReactNode }[] = [
  { value: "profile", label: t("tab_profile"), icon: <UserRound size={size} /> },
  { value: "security", label: t("tab_security"), icon: <ShieldCheck size={size} /> },
  { value: "tokens", label: t("tab_tokens"), icon: <KeyRound size={size} /> },
  { value: "sign-ins", label: t("tab_visits"), icon: <LogIn size={size} /> },
];

/** One's own account: who one is, how one signs in, and what uses it. */
export function Profile() {
  const { tab = "profile" } = useSearch({ from: "/o/$slug/profile" });
  const go = useNavigate({ from: "/o/$slug/profile" });
  return (
    <Page>
      <Topbar title={t("profile")} icon={<UserRound />} />
      <Tabs
        tabs={tabs}
        label={t("tabs")}
        value={tab}
        onChange={(to) => void go({ search: { tab: to === "profile" ? undefined : to }, replace: true })}
      >
        <GroupPage>
          {tab === "profile" && <Preferences />}
          {tab === "security" && <Security />}
          {tab === "tokens" && <Tokens />}
          {tab === "sign-ins" && <Visits />}
        </GroupPage>
      </Tabs>
    </Page>
  );
}
