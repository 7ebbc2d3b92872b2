import { CalendarPlus } from "lucide-react";
import { activity } from "#/api/api";
import { StatusIcon } from "#/kit/Status";
import type { Command, RecordSearch } from "#/shell/commands";
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

export const activitySearch: RecordSearch = {
  id: "activity",
  label: t("activities"),
  may: (s) => s.role !== "executive",
  find: async (q) => {
    const found = await activity.list({ q, limit: 6 });
    return found.items.map((a) => ({
      id: a.id,
      label: a.name,
      hint: t(`frequency_${a.frequency}`),
      icon: <StatusIcon s={a.status} size={15} />,
      path: `activities?open=${a.id}`,
    }));
  },
};
