import { Workflow } from "lucide-react";
import type { Command } from "#/shell/commands";
import { t } from "./words";

export const biaCommands: readonly Command[] = [
  {
    id: "bia/new",
    label: t("create"),
    icon: Workflow,
    may: (s) => s.role === "admin" || s.role === "user",
    run: (c) => c.go("bia?new=1"),
  },
];
