import { PackageOpen } from "lucide-react";
import type { Command } from "#/shell/commands";
import { t } from "./words";

export const snapshotCommands: readonly Command[] = [
  {
    id: "snapshot/make",
    label: t("snapshots"),
    icon: PackageOpen,
    may: (s) => s.role === "admin" || s.role === "auditor",
    run: (c) => c.go("snapshots"),
  },
];
