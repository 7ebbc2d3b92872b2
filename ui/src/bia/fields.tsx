import {
  Archive,
  Banknote,
  Bug,
  Building2,
  CalendarSync,
  Clock,
  Gauge,
  HardDriveDownload,
  History,
  Hourglass,
  Lock,
  Megaphone,
  Scale,
  ScrollText,
  UserRound,
  Workflow,
} from "lucide-react";
import { bia, type Process, type ProcessDetail } from "#/api/api";
import { BACKUPS, CLASSES, RECOVERIES, UNKNOWN, YES_NO } from "#/kit/care";
import { num } from "#/kit/format";
import { register } from "#/kit/register/define";
import { fieldsOf } from "#/kit/register/fields";
import { flag, text } from "#/kit/search";
import { Tag } from "#/kit/Tag";
import { DateText } from "#/kit/When";
import { TIERS } from "./data";
import { TierTag } from "./Tier";
import { t } from "./words";

const icons = { financial: <Banknote />, operational: <Workflow />, legal: <Scale />, reputational: <Megaphone /> };

/** How bad an outage is in one respect: four fields that differ in name alone. */
const harm = <N extends keyof typeof icons>(name: N, label: string) =>
  ({
    kind: "choice",
    name,
    label,
    icon: icons[name],
    choices: [
      { value: "none", label: t("harm_none") },
      { value: "low", label: t("harm_low"), tone: "ok" },
      { value: "medium", label: t("harm_medium"), tone: "info" },
      { value: "high", label: t("harm_high"), tone: "warn" },
      { value: "severe", label: t("harm_severe"), tone: "bad" },
    ],
    unsaid: true,
    empty: UNKNOWN,
    column: { width: 130, priority: 8, hidden: true, sort: true },
    bulk: true,
  }) as const;

const times = { choices: RECOVERIES, unsaid: true, empty: UNKNOWN, facet: true, bulk: true } as const;

const fields = fieldsOf<Process, ProcessDetail>()([
  { kind: "ref", name: "ref", label: "Ref", column: { width: 92, priority: 1, sort: true } },
  { kind: "title", name: "name", label: t("name"), hint: t("name_hint"), column: { width: 230, grow: true, priority: 0, sort: true } },
  {
    kind: "own",
    name: "score",
    label: t("score"),
    cell: (p) => <TierTag score={p.score} tier={p.tier} />,
    column: { width: 108, priority: 0, sort: true, export: ["score", "tier"] },
    card: true,
  },
  {
    kind: "choice",
    name: "tier",
    label: t("tier"),
    icon: <Gauge />,
    choices: TIERS.map((value) => ({ value, label: t(value) })),
    fixed: true,
    prop: false,
    facet: true,
  },
  {
    kind: "person",
    name: "owner",
    label: t("owner"),
    icon: <UserRound />,
    column: { width: 150, priority: 2, sort: true },
    facet: true,
    bulk: true,
    form: true,
    card: true,
  },
  {
    kind: "text",
    name: "managed_by",
    label: t("managed_by"),
    icon: <Building2 />,
    max: 200,
    empty: t("managed_by_none"),
    column: { width: 130, priority: 5, sort: true },
    facet: true,
    form: true,
  },
  {
    kind: "choice",
    name: "rto",
    label: t("rto"),
    help: t("rto_help"),
    icon: <Clock />,
    ...times,
    form: true,
    column: { width: 104, priority: 2, sort: true },
  },
  {
    kind: "choice",
    name: "rpo",
    label: t("rpo"),
    help: t("rpo_help"),
    icon: <History />,
    ...times,
    form: true,
    column: { width: 104, priority: 3, sort: true },
  },
  {
    kind: "choice",
    name: "mtd",
    label: t("mtd"),
    help: t("mtd_help"),
    icon: <Hourglass />,
    ...times,
    column: { width: 104, priority: 6, sort: true },
  },
  {
    kind: "choice",
    name: "classification",
    label: t("classification"),
    icon: <Lock />,
    choices: CLASSES,
    unsaid: true,
    empty: UNKNOWN,
    column: { width: 116, priority: 3, sort: true },
    facet: true,
    bulk: true,
    form: true,
  },
  {
    kind: "own",
    name: "late",
    label: t("late"),
    cell: (p) =>
      p.late > 0 ? (
        <Tag tone="warn">{t("late_count", { n: p.late })}</Tag>
      ) : (
        <span className="tnum text-fg-3">{p.needs > 0 && p.rto !== "" ? num(0) : "–"}</span>
      ),
    column: { width: 132, priority: 4, export: ["depends_on", "comes_back_later"] },
  },
  {
    kind: "choice",
    name: "backup",
    label: t("backup"),
    icon: <HardDriveDownload />,
    choices: BACKUPS,
    unsaid: true,
    empty: UNKNOWN,
    column: { width: 116, priority: 8, hidden: true, sort: true },
    bulk: true,
  },
  harm("financial", t("financial")),
  harm("operational", t("operational")),
  harm("legal", t("legal")),
  harm("reputational", t("reputational")),
  {
    kind: "choice",
    name: "antimalware",
    label: t("antimalware"),
    icon: <Bug />,
    choices: YES_NO,
    unsaid: true,
    empty: UNKNOWN,
    column: { width: 110, priority: 8, hidden: true, sort: true },
    bulk: true,
  },
  {
    kind: "choice",
    name: "log_review",
    label: t("log_review"),
    icon: <ScrollText />,
    choices: (["daily", "weekly", "monthly", "quarterly", "yearly", "never"] as const).map((value) => ({ value, label: t(value) })),
    unsaid: true,
    empty: UNKNOWN,
    column: { width: 116, priority: 8, hidden: true, sort: true },
    bulk: true,
  },
  {
    kind: "date",
    name: "review_on",
    label: t("review_on"),
    icon: <CalendarSync />,
    soon: 30,
    column: { width: 92, priority: 4, sort: true },
    bulk: true,
    card: true,
  },
  {
    kind: "own",
    name: "reviewed_on",
    label: t("reviewed_on"),
    icon: <Archive />,
    cell: (p) => (p.reviewed_on ? <DateText value={p.reviewed_on} /> : <span className="text-fg-3">{t("unreviewed")}</span>),
    column: { width: 112, priority: 8, hidden: true, sort: true },
  },
  { kind: "long", name: "description", label: t("description"), empty: t("description_none") },
  { kind: "long", name: "financial_note", label: t("financial_note"), empty: t("impact_none"), max: 2000 },
  { kind: "long", name: "operational_note", label: t("operational_note"), empty: t("impact_none"), max: 2000 },
  { kind: "long", name: "legal_note", label: t("legal_note"), empty: t("impact_none"), max: 2000 },
  { kind: "long", name: "reputational_note", label: t("reputational_note"), empty: t("impact_none"), max: 2000 },
  { kind: "long", name: "backup_needs", label: t("backup_needs"), empty: t("backup_needs_none") },
]);

const score = (v: unknown) => {
  const n = Number(v);
  return Number.isInteger(n) && n >= 1 && n <= 100 ? n : undefined;
};

/** The register of business processes: its fields, and the words of its address that are none. */
export const processes = register(bia, {
  kind: "process",
  path: "bia",
  icon: <Workflow />,
  words: {
    title: t("processes"),
    lower: t("processes_lower"),
    details: t("details"),
    add: t("add"),
    add_more: t("add_more"),
    create: t("create"),
    created: (ref) => t("created", { ref }),
    count: (n) => t("count", { n }),
  },
  fields,
  more: { overdue: flag, unreviewed: flag, late: flag, from: score, to: score, depends_on: text },
  follows: [["link"], ["asset"]],
  import: "processes",
});

/** What the list can be asked for. */
export type Filter = ReturnType<typeof processes.parse>;
