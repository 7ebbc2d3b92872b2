import { Plus } from "lucide-react";
import { control } from "#/api/api";
import { StatusIcon } from "#/kit/Status";
import type { Command, RecordSearch } from "#/shell/commands";
import { t } from "./words";

export const controlCommands: readonly Command[] = [
  {
    id: "control/new",
    label: t("create"),
    icon: Plus,
    may: (s) => s.role === "admin" || s.role === "user",
    run: (c) => c.go("controls?new=1"),
  },
];

export const controlSearch: RecordSearch = {
  id: "control",
  label: t("controls"),
  may: (s) => s.role !== "executive",
  find: async (q) => {
    const found = await control.list({ q, limit: 6 });
    return found.items.map((c) => ({
      id: c.id,
      label: c.title,
      hint: c.ref,
      icon: <StatusIcon s={c.effective} size={15} />,
      path: `controls?open=${c.id}`,
    }));
  },
};
