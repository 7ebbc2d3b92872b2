import { BookCheck, LibraryBig, ScrollText } from "lucide-react";
import type { Command } from "#/shell/commands";
import { t } from "./words";

const editors: Command["may"] = (s) => s.role === "admin" || s.role === "user";

export const policyCommands: readonly Command[] = [
  { id: "policy/new", label: t("create"), icon: ScrollText, may: editors, run: (c) => c.go("policies?new=1") },
  {
    id: "policy/reviews",
    label: t("reviews_command"),
    icon: LibraryBig,
    may: (s) => s.role !== "executive",
    run: (c) => c.go("policies/reviews"),
  },
  { id: "policy/mine", label: t("my_policies"), icon: BookCheck, run: (c) => c.go("my-policies") },
];
