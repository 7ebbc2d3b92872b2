import type { LucideIcon } from "lucide-react";
import type { Hit } from "#/api/api";
import type { FoundKind } from "#/kit/found";
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

/** One answer to what an action asks after its record. */
export type Choice = { id: string; label: string };

/**
 * Something that is done to a record, step by step in the palette or in one sentence: "assign AC-02 to Ada". Actions of
 * several modules with the same verb are one for whoever types.
 */
export type RecordAction = {
  id: string;
  /** The word that begins it, as it is shown: "Assign". */
  verb: string;
  icon: LucideIcon;
  kind: FoundKind;
  may: (session: Session) => boolean;
  /** What is asked next: one of the people, or one of these. */
  choices: "people" | readonly Choice[];
  run: (record: Hit, choice: Choice) => Promise<unknown>;
};

/** Records of a module that this page has read lately: [module, "get", id] of the query cache. */
export type RecentRecords = {
  module: string;
  kind: FoundKind;
  /** What is shown of one, or nothing when the value is no such record. */
  show: (record: unknown) => { id: string; ref: string; title: string; path: string } | undefined;
};
