import {
  AppWindow,
  Box,
  Boxes,
  Building2,
  Cloud,
  Database,
  FolderArchive,
  GitBranch,
  KeyRound,
  Laptop,
  type LucideIcon,
  Network,
  Server,
  Table2,
} from "lucide-react";
import type { Asset } from "#/api/api";
import { t } from "./words";

type Kind = Asset["kind"];

const icons: Record<Kind, LucideIcon> = {
  application: AppWindow,
  database: Database,
  bucket: FolderArchive,
  server: Server,
  container: Boxes,
  network: Network,
  endpoints: Laptop,
  saas: Cloud,
  repository: GitBranch,
  secrets: KeyRound,
  data_set: Table2,
  facility: Building2,
  other: Box,
};

/** The kinds of assets, in the order of the server's list. */
export const KINDS = (Object.keys(icons) as Kind[]).map((value) => ({ value, label: t(value), icon: <TypeIcon type={value} /> }));

export function TypeIcon({ type, size = 14 }: { type: Kind; size?: number }) {
  const Icon = icons[type];
  return <Icon size={size} className="shrink-0 text-fg-3" aria-hidden />;
}
