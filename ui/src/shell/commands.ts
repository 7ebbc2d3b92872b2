import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import type { Session } from "./session";

/** What a command may use. */
export type CommandContext = {
  slug: string;
  session: Session /** Goes to a path inside the organisation: `go("controls?open=…")`. */;
  go: (path: string) => void;
};

/** Something that can be done from the palette. */
export type Command = {
  id: string;
  label: string;
  icon: LucideIcon;
  /** A shortcut that does the same, for show. */
  keys?: string;
  /** Whether this person may do it. */
  may?: (session: Session) => boolean;
  run: (c: CommandContext) => void;
};

export type Hit = { id: string; label: string; hint?: string; icon?: ReactNode; path: string };
/** A server-side search over one kind of record, for those who may read it. */
export type RecordSearch = {
  id: string;
  label: string;
  may: (session: Session) => boolean;
  find: (q: string, signal: AbortSignal) => Promise<Hit[]>;
};
