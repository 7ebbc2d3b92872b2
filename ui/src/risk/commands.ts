import { TriangleAlert } from "lucide-react";
import type { Command } from "#/shell/commands";
import { t } from "./words";

export const riskCommands: readonly Command[] = [
  {
    id: "risk/new",
    label: t("create"),
    icon: TriangleAlert,
    may: (s) => s.role === "admin" || s.role === "user",
    run: (c) => c.go("risks?new=1"),
  },
];
