import type { control } from "#/api/api";

type Query = NonNullable<Parameters<typeof control.list>[0]>;
/** What the list can be asked for. */
export type Filter = Omit<Query, "page" | "limit">;
/** The filter with what else the address of the list holds. */
export type Search = Filter & {
  open?: string;
  /** The dialog for a new control is open. */
  new?: true;
};

export const EVIDENCE_STATES = ["complete", "partial", "missing", "none"] as const;
export type EvidenceState = (typeof EVIDENCE_STATES)[number];
export const CUSTOM = ["own", "edited", "common"] as const;
export const SORTS = [
  "ref",
  "-ref",
  "title",
  "-title",
  "domain",
  "-domain",
  "owner",
  "-owner",
  "status",
  "-status",
  "effective",
  "-effective",
  "first_expiry",
  "-first_expiry",
  "updated_at",
  "-updated_at",
] as const satisfies readonly NonNullable<Query["sort"]>[];
export const TABS = ["overview", "requirements", "evidence", "products", "history"] as const;
