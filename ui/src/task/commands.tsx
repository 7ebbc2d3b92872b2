import { Plus } from "lucide-react";
import type { Command } from "#/shell/commands";
import { t } from "./words";

export const taskCommands: readonly Command[] = [
  {
    id: "task/new",
    label: t("create"),
    icon: Plus,
    may: (s) => s.role === "admin" || s.role === "user",
    run: (c) => c.go("tasks?new=1"),
  },
];
