import { BadgeCheck, ScrollText } from "lucide-react";
import { dictionary } from "#/kit/t";
import type { Command } from "#/shell/commands";

const t = dictionary({ verify: "Verify the audit log", mine: "Show what I did" });

export const auditCommands: readonly Command[] = [
  { id: "audit.verify", label: t("verify"), icon: BadgeCheck, may: (s) => s.role === "admin", run: ({ go }) => go("audit?tab=proof") },
  {
    id: "audit.mine",
    label: t("mine"),
    icon: ScrollText,
    may: (s) => s.role === "admin",
    run: ({ go, session }) => go(`audit?actor=${session.person}`),
  },
];
