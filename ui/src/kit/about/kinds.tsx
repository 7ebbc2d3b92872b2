import { Link } from "@tanstack/react-router";
import {
  AppWindow,
  BookOpenText,
  Briefcase,
  Building2,
  CalendarSync,
  CircleDot,
  Contact,
  Database,
  FileText,
  FolderCheck,
  KeyRound,
  ListChecks,
  type LucideIcon,
  ScrollText,
  ShieldCheck,
  SquareCheckBig,
  TriangleAlert,
  Workflow,
} from "lucide-react";
import type { ReactNode } from "react";
import type { Line, RecordLink } from "#/api/api";
import { orgPath } from "#/shell/nav";
import { useSession } from "#/shell/session";
import { parseSearch } from "../search";
import { t } from "./words";

const icons: Record<string, LucideIcon> = {
  access_grant: KeyRound,
  activity: CalendarSync,
  asset: Database,
  application: AppWindow,
  attachment: FileText,
  control: ShieldCheck,
  department: Building2,
  evidence: FolderCheck,
  file: FileText,
  framework: BookOpenText,
  policy: ScrollText,
  process: Workflow,
  job_role: Briefcase,
  personnel: Contact,
  requirement: ListChecks,
  risk: TriangleAlert,
  task: SquareCheckBig,
  vendor: Building2,
};
const names: Record<string, string> = {
  access_grant: t("kind_access_grant"),
  activity: t("kind_activity"),
  asset: t("kind_asset"),
  application: t("kind_application"),
  attachment: t("kind_attachment"),
  control: t("kind_control"),
  department: t("kind_department"),
  evidence: t("kind_evidence"),
  file: t("kind_file"),
  framework: t("kind_framework"),
  policy: t("kind_policy"),
  process: t("kind_process"),
  job_role: t("kind_job_role"),
  personnel: t("kind_personnel"),
  requirement: t("kind_requirement"),
  risk: t("kind_risk"),
  task: t("kind_task"),
  vendor: t("kind_vendor"),
};

/** The kind of a record as a picture. A kind that this build does not know has a plain one. */
export function KindIcon({ kind, size = 14 }: { kind: string; size?: number }) {
  const Icon = icons[kind] ?? CircleDot;
  return <Icon size={size} className="shrink-0 text-fg-3" aria-hidden />;
}
export const kindName = (kind: string): string => names[kind] ?? kind;
/** "AC-01 Access reviews" */
export const lineName = (l: Pick<Line, "ref" | "title">): string => `${l.ref} ${l.title}`.trim();

export type LinkType = RecordLink["type"];
export const TYPES = [
  "relates",
  "depends_on",
  "implements",
  "governs",
  "mitigates",
  "evidences",
  "affects",
  "causes",
  "duplicates",
] as const satisfies readonly LinkType[];
const bothWays = (type: LinkType): type is "relates" | "duplicates" => type === "relates" || type === "duplicates";
/** "depends on", or from the other end "is needed by". */
export const typeName = (type: LinkType, inverse = false): string =>
  bothWays(type) || !inverse ? t(`type_${type}`) : t(`type_${type}_inverse`);
/** A link as it can be said, from either end. */
export type Way = { type: LinkType; inverse: boolean };
export const WAYS: readonly Way[] = TYPES.flatMap((type): Way[] =>
  bothWays(type) ? [{ type, inverse: false }] : [false, true].map((inverse) => ({ type, inverse })),
);
export const wayOf = (l: Way): Way => ({ type: l.type, inverse: l.inverse && !bothWays(l.type) });

/** A link to a record's page, wherever that is. */
export function RecordLinkTo({ path, className, children }: { path: string; className?: string; children: ReactNode }) {
  const { tenant } = useSession();
  const [page = "", query = ""] = path.split("?");
  return (
    <Link to={orgPath(tenant.slug, page)} search={parseSearch(query)} className={className}>
      {children}
    </Link>
  );
}
