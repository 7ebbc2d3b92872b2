import { UserPlus } from "lucide-react";
import type { Command } from "#/shell/commands";
import { t } from "./words";

export const memberCommands: readonly Command[] = [
  {
    id: "member/invite",
    label: t("invite_command"),
    icon: UserPlus,
    may: (s) => s.role === "admin",
    run: ({ go }) => go("members?invite=true"),
  },
];
