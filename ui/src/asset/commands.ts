import { Database, Network } from "lucide-react";
import type { Command } from "#/shell/commands";
import { t } from "./words";

export const assetCommands: readonly Command[] = [
  {
    id: "asset/new",
    label: t("create"),
    icon: Database,
    may: (s) => s.role === "admin" || s.role === "user",
    run: (c) => c.go("assets?new=1"),
  },
  { id: "asset/graph", label: t("graph_open"), icon: Network, may: (s) => s.role !== "executive", run: (c) => c.go("assets/graph") },
];
