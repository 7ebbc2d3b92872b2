import {
  AppWindow,
  BadgeCheck,
  Briefcase,
  Building2,
  CalendarCheck,
  CalendarX,
  CircleDashed,
  Contact,
  FileSignature,
  Flag as FlagIcon,
  GraduationCap,
  Hash,
  KeyRound,
  Mail,
  MapPin,
  Network,
  Phone,
  ShieldQuestion,
  UserCog,
} from "lucide-react";
import { type Personnel, type PersonnelDetail, personnel } from "#/api/api";
import { num } from "#/kit/format";
import { register } from "#/kit/register/define";
import { type Choice, fieldsOf } from "#/kit/register/fields";
import { flag, text } from "#/kit/search";
import { FLAGS, findDepartments, findPeople, findRoles } from "./data";
import { Flags, Unknowns } from "./Flags";
import { t } from "./words";

const yesNo: readonly Choice<"unknown" | "yes" | "no">[] = [
  { value: "unknown", label: t("unknown") },
  { value: "yes", label: t("yes") },
  { value: "no", label: t("no") },
];
const left = (r: Personnel) => r.status === "terminated";

const fields = fieldsOf<Personnel, PersonnelDetail>()([
  { kind: "title", name: "name", label: t("name"), max: 200, column: { width: 190, grow: true, priority: 0, sort: true } },
  {
    kind: "record",
    name: "department",
    label: t("department"),
    icon: <Building2 />,
    empty: t("department_none"),
    find: findDepartments,
    to: (id) => `departments?open=${id}`,
    column: { width: 140, priority: 1, sort: true },
    facet: true,
    bulk: true,
    form: true,
    card: true,
  },
  {
    kind: "record",
    name: "job_role",
    label: t("role"),
    icon: <Briefcase />,
    empty: t("role_none"),
    find: findRoles,
    to: (id) => `job-roles?open=${id}`,
    column: { width: 170, priority: 3, sort: true },
    facet: true,
    bulk: true,
    form: true,
  },
  {
    kind: "choice",
    name: "status",
    label: t("status"),
    icon: <CircleDashed />,
    choices: [
      { value: "active", label: t("active"), look: "met" },
      { value: "on_leave", label: t("on_leave"), look: "in_progress" },
      { value: "inactive", label: t("inactive"), look: "not_applicable" },
      { value: "terminated", label: t("terminated"), look: "gap", set: false },
    ],
    fixed: (r) => (left(r) ? t("terminated_fixed") : undefined),
    column: { width: 120, priority: 1, sort: true },
    facet: true,
    bulk: true,
  },
  {
    kind: "own",
    name: "apps",
    label: t("apps"),
    icon: <AppWindow />,
    cell: (r) => <span className="tnum text-fg-2">{r.apps > 0 ? num(r.apps) : "–"}</span>,
    column: { width: 70, priority: 4, sort: true, align: "right" },
  },
  {
    kind: "choice",
    name: "flag",
    label: t("flags"),
    icon: <FlagIcon />,
    choices: [...FLAGS.map((value) => ({ value, label: t(value) })), { value: "none", label: t("flags_none") }],
    fixed: true,
    prop: false,
    facet: true,
  },
  {
    kind: "own",
    name: "flags",
    label: t("flags"),
    icon: <FlagIcon />,
    cell: (r) => <Flags flags={r.flags} max={2} />,
    value: (r) => <Flags flags={r.flags} />,
    column: { width: 260, priority: 2, sort: true },
    card: true,
  },
  {
    kind: "own",
    name: "unknown",
    label: t("unknown_flags"),
    icon: <ShieldQuestion />,
    help: t("unknown_help"),
    value: (r) => (r.unknown.length > 0 ? <Unknowns flags={r.unknown} /> : <span className="text-fg-3">{t("unknown_none")}</span>),
  },
  {
    kind: "record",
    name: "manager",
    label: t("manager"),
    icon: <Network />,
    empty: t("manager_none"),
    find: findPeople,
    to: (id) => `personnel?open=${id}`,
    column: { width: 150, priority: 4, sort: true },
    bulk: true,
    form: true,
  },
  {
    kind: "choice",
    name: "employment",
    label: t("employment"),
    icon: <Contact />,
    choices: [
      { value: "employee", label: t("employee") },
      { value: "contractor", label: t("contractor") },
      { value: "intern", label: t("intern") },
      { value: "vendor_staff", label: t("vendor_staff") },
    ],
    column: { width: 110, priority: 6, sort: true, hidden: true },
    facet: true,
    bulk: true,
    form: true,
  },
  { kind: "text", name: "email", label: t("email"), icon: <Mail />, max: 254, form: true, column: { width: 210, priority: 5, sort: true, hidden: true } },
  { kind: "text", name: "phone", label: t("phone"), icon: <Phone />, max: 40, column: { width: 130, priority: 9, sort: true, hidden: true } },
  { kind: "text", name: "employee_id", label: t("employee_id"), icon: <Hash />, max: 60, column: { width: 100, priority: 8, sort: true, hidden: true } },
  { kind: "text", name: "location", label: t("location"), icon: <MapPin />, max: 100, facet: true, column: { width: 120, priority: 7, sort: true, hidden: true } },
  { kind: "date", name: "started_on", label: t("started_on"), icon: <CalendarCheck />, done: () => true, form: true, column: { width: 100, priority: 7, sort: true, hidden: true } },
  { kind: "date", name: "ended_on", label: t("ended_on"), icon: <CalendarX />, done: left, soon: 30, column: { width: 100, priority: 7, sort: true, hidden: true } },
  {
    kind: "choice",
    name: "nda",
    label: t("nda"),
    icon: <FileSignature />,
    help: t("nda_help"),
    choices: [
      { value: "unknown", label: t("unknown") },
      { value: "signed", label: t("signed") },
      { value: "not_signed", label: t("not_signed") },
    ],
    bulk: true,
    column: { width: 110, priority: 8, sort: true, hidden: true },
  },
  { kind: "date", name: "nda_on", label: t("nda_on"), icon: <CalendarCheck />, done: () => true },
  {
    kind: "choice",
    name: "training",
    label: t("training"),
    icon: <GraduationCap />,
    help: t("training_help"),
    choices: [
      { value: "unknown", label: t("unknown") },
      { value: "done", label: t("trained") },
      { value: "never", label: t("never") },
    ],
    bulk: true,
    column: { width: 110, priority: 8, sort: true, hidden: true },
  },
  { kind: "date", name: "training_on", label: t("training_on"), icon: <CalendarCheck />, done: () => true, bulk: true, column: { width: 110, priority: 8, sort: true, hidden: true } },
  {
    kind: "choice",
    name: "background",
    label: t("background"),
    icon: <BadgeCheck />,
    choices: [
      { value: "unknown", label: t("unknown") },
      { value: "not_done", label: t("not_done") },
      { value: "pending", label: t("pending") },
      { value: "passed", label: t("passed") },
      { value: "failed", label: t("failed") },
    ],
    bulk: true,
    column: { width: 120, priority: 8, sort: true, hidden: true },
  },
  { kind: "date", name: "background_on", label: t("background_on"), icon: <CalendarCheck />, done: () => true },
  { kind: "choice", name: "mfa", label: t("mfa"), icon: <KeyRound />, choices: yesNo, bulk: true, column: { width: 90, priority: 8, sort: true, hidden: true } },
  { kind: "choice", name: "admin_rights", label: t("admin_rights_field"), icon: <UserCog />, choices: yesNo, bulk: true, column: { width: 110, priority: 8, sort: true, hidden: true } },
  { kind: "long", name: "notes", label: t("notes"), empty: t("notes_none") },
]);

/** Everybody who works for the organisation. */
export const people = register(personnel, {
  kind: "personnel",
  path: "personnel",
  icon: <Contact />,
  words: {
    title: t("personnel"),
    lower: t("personnel_lower"),
    details: t("details"),
    add: t("add"),
    add_more: t("add_more"),
    create: t("create"),
    created: (name) => t("created", { name }),
    count: (n) => t("count", { n }),
  },
  fields,
  more: { leaving: flag, manager: text, application: text, unknown: (v) => unknowns(v) },
  follows: [["department"], ["job_role"], ["grant"], ["task"]],
  import: "personnel",
});

const unknowns = (v: unknown) => {
  const asked = (Array.isArray(v) ? v : [v]).map(String);
  const known = FLAGS.filter((f) => asked.includes(f));
  return known.length > 0 ? known : undefined;
};

/** What the list can be asked for. */
export type Filter = ReturnType<typeof people.parse>;
