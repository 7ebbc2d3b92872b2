import { Building2 } from "lucide-react";
import type { Command } from "#/shell/commands";
import { t } from "./words";

export const vendorCommands: readonly Command[] = [
  {
    id: "vendor/new",
    label: t("create"),
    icon: Building2,
    may: (s) => s.role === "admin" || s.role === "user",
    run: (c) => c.go("vendors?new=1"),
  },
];
