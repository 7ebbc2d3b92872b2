import { BookOpenText, PenLine, Upload } from "lucide-react";
import type { Requirement } from "#/api/api";
import type { Command, RecentRecords } from "#/shell/commands";
import { t } from "./words";

export const frameworkCommands: readonly Command[] = [
  {
    id: "framework/library",
    label: t("add_library"),
    icon: BookOpenText,
    may: (s) => s.role === "admin",
    run: (c) => c.go("frameworks?add=library"),
  },
  { id: "framework/own", label: t("own_new"), icon: PenLine, may: (s) => s.role === "admin", run: (c) => c.go("frameworks?add=own") },
  { id: "framework/import", label: t("import"), icon: Upload, may: (s) => s.role === "admin", run: (c) => c.go("frameworks?add=import") },
];

const isRequirement = (r: unknown): r is Pick<Requirement, "id" | "ref" | "title" | "framework"> =>
  typeof r === "object" && r !== null && "id" in r && "ref" in r && "title" in r && "framework" in r && typeof r.framework === "string";
export const recentRequirements: RecentRecords = {
  module: "requirement",
  kind: "requirement",
  show: (r) => (isRequirement(r) ? { id: r.id, ref: r.ref, title: r.title, path: `frameworks/${r.framework}?open=${r.id}` } : undefined),
};
