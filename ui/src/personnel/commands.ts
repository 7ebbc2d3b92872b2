import { Contact } from "lucide-react";
import type { Command } from "#/shell/commands";
import { t } from "./words";

export const personnelCommands: readonly Command[] = [
  {
    id: "personnel/new",
    label: t("create"),
    icon: Contact,
    may: (s) => s.role === "admin" || s.role === "user",
    run: (c) => c.go("personnel?new=1"),
  },
];
