import { UserPlus } from "lucide-react";
import { member } from "#/api/api";
import { roleName } from "#/kit/role";
import type { Command, RecordSearch } from "#/shell/commands";
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

export const memberRecords: RecordSearch = {
  id: "member",
  label: t("search_members"),
  may: (s) => s.role === "admin",
  find: async (q) => {
    const { items } = await member.list({ q, limit: 6 });
    return items.map((m) => ({ id: m.id, label: m.name || m.email, hint: roleName(m.role), path: `members?open=${m.id}` }));
  },
};
