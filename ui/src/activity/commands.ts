import { CalendarPlus } from "lucide-react";
import type { Command } from "#/shell/commands";
import { t } from "./words";

export const activityCommands: readonly Command[] = [
  {
    id: "activity/new",
    label: t("new_title"),
    icon: CalendarPlus,
    may: (s) => s.role === "admin" || s.role === "user",
    run: (c) => c.go("activities?new=1"),
  },
];
