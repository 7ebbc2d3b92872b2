import { FileInput } from "lucide-react";
import type { Command } from "#/shell/commands";
import { t } from "./words";

export const importCommands: readonly Command[] = [
  {
    id: "imports/new",
    label: t("command"),
    icon: FileInput,
    may: (s) => s.role === "admin" || s.role === "user",
    run: (c) => c.go("imports/new"),
  },
];
