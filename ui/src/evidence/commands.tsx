import { FilePlus2, Upload } from "lucide-react";
import { evidence } from "#/api/api";
import { StatusIcon } from "#/kit/Status";
import type { Command, RecordSearch } from "#/shell/commands";
import type { Session } from "#/shell/session";
import { t } from "./words";

const edits = (s: Session) => s.role === "admin" || s.role === "user";

export const evidenceCommands: readonly Command[] = [
  { id: "evidence/upload", label: t("upload_title"), icon: Upload, may: edits, run: (c) => c.go("evidence?upload=1") },
  { id: "evidence/new", label: t("new_title"), icon: FilePlus2, may: edits, run: (c) => c.go("evidence?new=1") },
];

export const evidenceSearch: RecordSearch = {
  id: "evidence",
  label: t("evidence"),
  may: (s) => s.role !== "executive",
  find: async (q) => {
    const found = await evidence.list({ q, limit: 6 });
    return found.items.map((e) => ({
      id: e.id,
      label: e.name,
      hint: e.category,
      icon: <StatusIcon s={e.status} size={15} />,
      path: `evidence?open=${e.id}`,
    }));
  },
};
