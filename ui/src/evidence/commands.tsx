import { FilePlus2, ListChecks, PackageCheck, Upload, UserRoundPlus } from "lucide-react";
import { type Evidence, evidence } from "#/api/api";
import type { Command, RecentRecords, RecordAction } from "#/shell/commands";
import type { Session } from "#/shell/session";
import { t } from "./words";

const reads = (s: Session) => s.role !== "executive";
const edits = (s: Session) => s.role === "admin" || s.role === "user";

export const evidenceCommands: readonly Command[] = [
  { id: "evidence/upload", label: t("upload_title"), icon: Upload, may: edits, run: (c) => c.go("evidence?upload=1") },
  { id: "evidence/new", label: t("new_title"), icon: FilePlus2, may: edits, run: (c) => c.go("evidence?new=1") },
  { id: "evidence/review", label: t("review_title"), icon: ListChecks, may: reads, run: (c) => c.go("evidence/review") },
  { id: "evidence/packages", label: t("packages"), icon: PackageCheck, may: reads, run: (c) => c.go("evidence/packages") },
];

export const evidenceActions: readonly RecordAction[] = [
  {
    id: "evidence/assign",
    verb: t("assign"),
    icon: UserRoundPlus,
    kind: "evidence",
    may: edits,
    choices: "people",
    run: async (record, person) => {
      const { setOwner } = await import("./data");
      return setOwner(await evidence.get({ id: record.id }), person.id, person.id && person.label);
    },
  },
];

const isEvidence = (r: unknown): r is Pick<Evidence, "id" | "name"> => typeof r === "object" && r !== null && "id" in r && "name" in r;
export const recentEvidence: RecentRecords = {
  module: "evidence",
  kind: "evidence",
  show: (r) => (isEvidence(r) ? { id: r.id, ref: "", title: r.name, path: `evidence?open=${r.id}` } : undefined),
};
