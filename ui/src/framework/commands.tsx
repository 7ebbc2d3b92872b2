import { BookOpenText, Upload } from "lucide-react";
import { framework } from "#/api/api";
import { StatusIcon } from "#/kit/Status";
import type { Command, RecordSearch } from "#/shell/commands";
import { t } from "./words";

export const frameworkCommands: readonly Command[] = [
  {
    id: "framework/library",
    label: t("add_library"),
    icon: BookOpenText,
    may: (s) => s.role === "admin",
    run: (c) => c.go("frameworks?add=library"),
  },
  { id: "framework/import", label: t("import"), icon: Upload, may: (s) => s.role === "admin", run: (c) => c.go("frameworks?add=import") },
];

export const requirementSearch: RecordSearch = {
  id: "requirement",
  label: t("requirements"),
  may: (s) => s.role !== "executive",
  find: async (q) => {
    const found = await framework.requirements({ q, limit: 6 });
    return found.items.map((r) => ({
      id: r.id,
      label: r.title,
      hint: `${r.short} ${r.ref}`,
      icon: <StatusIcon s={r.state} size={15} />,
      path: `frameworks/${r.framework}?open=${r.id}`,
    }));
  },
};
