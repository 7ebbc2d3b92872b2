import clsx from "clsx";
import {
  AppWindow,
  BookOpenText,
  Box,
  Building2,
  CalendarSync,
  Contact,
  Database,
  FileText,
  FolderCheck,
  ListChecks,
  type LucideIcon,
  MessageSquare,
  Paperclip,
  ScrollText,
  ShieldCheck,
  SquareCheckBig,
  TriangleAlert,
  UserRound,
  Workflow,
} from "lucide-react";
import type { Found, Hit, Part } from "#/api/api";
import { call } from "#/api/call";
import { dictionary } from "./t";

const t = dictionary({
  control: "Controls",
  requirement: "Requirements",
  framework: "Frameworks",
  evidence: "Evidence",
  file: "Files",
  policy: "Policies",
  policy_version: "Words of policies",
  activity: "Recurring activities",
  risk: "Risks",
  asset: "Assets",
  process: "Business processes",
  vendor: "Vendors",
  attachment: "Files of records",
  personnel: "Personnel",
  department: "Departments",
  application: "Applications",
  task: "Tasks",
  scope: "Products",
  comment: "Comments",
  person: "People",
  page: "page {n}",
});

/** The kinds of records that the search finds, in the order of its answer. */
export const FOUND_KINDS = [
  "control",
  "requirement",
  "framework",
  "evidence",
  "file",
  "policy",
  "policy_version",
  "activity",
  "risk",
  "asset",
  "process",
  "vendor",
  "attachment",
  "personnel",
  "department",
  "application",
  "task",
  "scope",
  "comment",
  "person",
] as const;
export type FoundKind = (typeof FOUND_KINDS)[number];

const icons: Record<FoundKind, LucideIcon> = {
  control: ShieldCheck,
  requirement: ListChecks,
  framework: BookOpenText,
  evidence: FolderCheck,
  file: FileText,
  policy: ScrollText,
  policy_version: ScrollText,
  activity: CalendarSync,
  risk: TriangleAlert,
  asset: Database,
  process: Workflow,
  vendor: Building2,
  attachment: Paperclip,
  personnel: Contact,
  department: Building2,
  application: AppWindow,
  task: SquareCheckBig,
  scope: Box,
  comment: MessageSquare,
  person: UserRound,
};

const isKind = (kind: string): kind is FoundKind => FOUND_KINDS.some((k) => k === kind);
export const kindName = (kind: string): string => (isKind(kind) ? t(kind) : kind);

export function KindIcon({ kind, size = 15 }: { kind: string; size?: number }) {
  const Icon = isKind(kind) ? icons[kind] : FileText;
  return <Icon size={size} aria-hidden />;
}

/** Asks the one search. Written here, and not taken from api.ts, because a search that nobody waits for any more is called off. */
export const find = (query: { q: string; kinds?: readonly FoundKind[]; limit?: number; page?: number }, signal: AbortSignal) =>
  call<Found>("GET", "/api/v1/search", { query, signal });

/** A text with what was searched for marked in it. */
export function Marked({ parts, className }: { parts: readonly Part[]; className?: string }) {
  return (
    <span className={className}>
      {parts.map((p, i) =>
        p.hit ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: pieces of one text have no name and never change places
          <mark key={i} className="rounded-sm bg-accent-soft font-semibold text-accent-text">
            {p.text}
          </mark>
        ) : (
          p.text
        ),
      )}
    </span>
  );
}

/** Where a record belongs: framework and section, domain and owner, the request a file is for and its page. */
export function Crumbs({ hit, className }: { hit: Hit; className?: string }) {
  const said = [...hit.crumbs, ...(hit.page > 0 ? [t("page", { n: hit.page })] : [])];
  return <span className={clsx("truncate", className)}>{said.join(" · ")}</span>;
}
