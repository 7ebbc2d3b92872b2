import { CircleDot, Plus, UserRoundPlus } from "lucide-react";
import { type Control, control } from "#/api/api";
import { CONTROL_STATUSES, statusName } from "#/kit/Status";
import { dictionary } from "#/kit/t";
import type { Command, RecentRecords, RecordAction } from "#/shell/commands";
import type { Session } from "#/shell/session";

const t = dictionary({ create: "Create control", assign: "Assign", status: "Set status of" });

const edits = (s: Session) => s.role === "admin" || s.role === "user";

export const controlCommands: readonly Command[] = [
  { id: "control/new", label: t("create"), icon: Plus, may: edits, run: (c) => c.go("controls?new=1") },
];

export const controlActions: readonly RecordAction[] = [
  {
    id: "control/assign",
    verb: t("assign"),
    icon: UserRoundPlus,
    kind: "control",
    may: edits,
    choices: "people",
    run: async (record, person) => {
      const { assign } = await import("./data");
      return assign(await control.get({ id: record.id }), person.id, person.id && person.label);
    },
  },
  {
    id: "control/status",
    verb: t("status"),
    icon: CircleDot,
    kind: "control",
    may: edits,
    choices: CONTROL_STATUSES.map((s) => ({ id: s, label: statusName(s) })),
    run: async (record, choice) => {
      const { setStatus } = await import("./status");
      const status = CONTROL_STATUSES.find((s) => s === choice.id);
      if (status) setStatus(await control.get({ id: record.id }), status);
    },
  },
];

const isControl = (r: unknown): r is Pick<Control, "id" | "ref" | "title"> =>
  typeof r === "object" && r !== null && "id" in r && "ref" in r && "title" in r;
export const recentControls: RecentRecords = {
  module: "control",
  kind: "control",
  show: (r) => (isControl(r) ? { id: r.id, ref: r.ref, title: r.title, path: `controls?open=${r.id}` } : undefined),
};
