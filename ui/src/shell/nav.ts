import {
  AppWindow,
  BadgeCheck,
  BookCheck,
  BookOpenText,
  Box,
  Briefcase,
  Building2,
  CalendarSync,
  CircleUserRound,
  Contact,
  Database,
  DatabaseBackup,
  FolderCheck,
  Gauge,
  GitBranch,
  GitCompareArrows,
  KeyRound,
  LayoutDashboard,
  ListTodo,
  type LucideIcon,
  Network,
  ScrollText,
  Settings,
  ShieldCheck,
  Trash2,
  TriangleAlert,
  Users,
  Workflow,
} from "lucide-react";
import { branch } from "#/api/branch";
import type { Role, Snapshot } from "./session";
import { t } from "./words";

export type NavItem = {
  label: string;
  icon: LucideIcon;
  /** Below /o/<slug>/. */
  path: string;
  keys: string;
  roles: readonly Role[];
  /** It reaches beyond the records that a branch is a copy of. */
  outside?: true;
  /** The path of the item under whose title it stands, beside it, instead of in the sidebar. */
  under?: string;
};
const everyone: readonly Role[] = ["admin", "user", "auditor", "executive"];
const readers: readonly Role[] = ["admin", "user", "auditor"];
const admins: readonly Role[] = ["admin"];

/** The sidebar. Nobody sees what their role cannot open; the server decides again at every request. */
export const nav: readonly { group?: string; items: readonly NavItem[] }[] = [
  {
    items: [
      { label: t("overview"), icon: LayoutDashboard, path: "", keys: "g o", roles: everyone },
      { label: t("readiness"), icon: Gauge, path: "readiness", keys: "g d", roles: everyone },
      { label: t("work"), icon: CircleUserRound, path: "work", keys: "g w", roles: readers },
      { label: t("my_policies"), icon: BookCheck, path: "my-policies", keys: "g y", roles: everyone, outside: true },
    ],
  },
  {
    group: t("program"),
    items: [
      { label: t("frameworks"), icon: BookOpenText, path: "frameworks", keys: "g f", roles: readers },
      { label: t("controls"), icon: ShieldCheck, path: "controls", keys: "g c", roles: readers },
      { label: t("evidence"), icon: FolderCheck, path: "evidence", keys: "g e", roles: readers },
      { label: t("policies"), icon: ScrollText, path: "policies", keys: "g l", roles: readers },
      { label: t("activities"), icon: CalendarSync, path: "activities", keys: "g r", roles: readers },
      { label: t("products"), icon: Box, path: "products", keys: "g p", roles: readers },
      { label: t("tasks"), icon: ListTodo, path: "tasks", keys: "g t", roles: readers },
      { label: t("branches"), icon: GitBranch, path: "branches", keys: "g h", roles: readers, outside: true },
    ],
  },
  {
    group: t("risk"),
    items: [
      { label: t("risks"), icon: TriangleAlert, path: "risks", keys: "g k", roles: readers },
      { label: t("vendors"), icon: Building2, path: "vendors", keys: "g v", roles: readers },
      { label: t("assets"), icon: Database, path: "assets", keys: "g i", roles: readers },
      { label: t("bia"), icon: Workflow, path: "bia", keys: "g n", roles: readers },
    ],
  },
  {
    group: t("people"),
    items: [
      { label: t("personnel"), icon: Contact, path: "personnel", keys: "g u", roles: readers },
      { label: t("departments"), icon: Network, path: "departments", keys: "g q", roles: readers, under: "personnel" },
      { label: t("job_roles"), icon: Briefcase, path: "job-roles", keys: "g j", roles: readers, under: "personnel" },
      { label: t("applications"), icon: AppWindow, path: "applications", keys: "g z", roles: readers },
      { label: t("grants"), icon: KeyRound, path: "grants", keys: "g g", roles: readers, under: "applications" },
    ],
  },
  {
    group: t("administration"),
    items: [
      { label: t("members"), icon: Users, path: "members", keys: "g m", roles: admins, outside: true },
      { label: t("audit_log"), icon: ScrollText, path: "audit", keys: "g a", roles: admins },
      { label: t("trash"), icon: Trash2, path: "trash", keys: "g x", roles: admins },
      { label: t("backups"), icon: DatabaseBackup, path: "backups", keys: "g b", roles: admins, outside: true },
      { label: t("settings"), icon: Settings, path: "settings", keys: "g s", roles: admins, outside: true },
    ],
  },
];

/** What only an auditor snapshot has. */
const inside: readonly NavItem[] = [
  { label: t("snapshot"), icon: BadgeCheck, path: "snapshot", keys: "g s", roles: everyone },
  { label: t("compare"), icon: GitCompareArrows, path: "compare", keys: "g a", roles: everyone },
];

/** The sidebar of a role. In an auditor snapshot nothing waits for anybody, and there may be another to compare it with. */
export function navFor(role: Role, snapshot?: Snapshot) {
  const groups = nav.map((g) => ({
    ...g,
    items: g.items.filter(
      (i) => i.roles.includes(role) && !(snapshot && (i.path === "work" || i.path === "my-policies")) && !(branch && i.outside),
    ),
  }));
  if (snapshot) groups.unshift({ items: inside.filter((i) => i.path !== "compare" || snapshot.against !== "") });
  return groups.filter((g) => g.items.length > 0);
}
export const orgPath = (slug: string, path = "") => `/o/${encodeURIComponent(slug)}${path ? `/${path}` : ""}`;
/** The place of a record's page, as the server names it below the organisation: for a Link. */
export function recordLink(slug: string, path: string) {
  const [at, query = ""] = path.split("?");
  return { to: orgPath(slug, at), search: Object.fromEntries(new URLSearchParams(query)) };
}
/** Whether a page is the item's, or below it. */
export const isHere = (at: string, href: string, home: boolean) =>
  home ? at.replace(/\/$/, "") === href : at === href || at.startsWith(`${href}/`);
