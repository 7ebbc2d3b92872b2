import { Box } from "lucide-react";
import type { Command } from "#/shell/commands";
import { t } from "./words";

export const scopeCommands: readonly Command[] = [
  { id: "scope/new", label: t("new"), icon: Box, may: (s) => s.role === "admin", run: (c) => c.go("products?new=true") },
];
