import { Inbox } from "lucide-react";
import type { Command } from "#/shell/commands";
import { t } from "./words";

export const workCommands: readonly Command[] = [
  { id: "work/inbox", label: t("open_inbox"), icon: Inbox, may: (s) => s.role !== "executive", run: (c) => c.go("inbox") },
];
