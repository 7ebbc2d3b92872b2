import type { control } from "#/api/api";
import { CONTROL_STATUSES, EFFECTIVE_STATUSES } from "#/kit/Status";
import { flag, list, manyOf, oneOf, text } from "#/kit/search";

type Query = NonNullable<Parameters<typeof control.list>[0]>;
/** What the list can be asked for. */
export type Filter = Omit<Query, "page" | "limit">;
/** The filter with what else the address of the list holds. */
export type Search = Filter & {
  /** The saved view that the list stands in. */
  view?: string;
  open?: string;
  /** The dialog for a new control is open. */
  new?: true;
};

export const EVIDENCE_STATES = ["complete", "partial", "missing", "none"] as const;
export type EvidenceState = (typeof EVIDENCE_STATES)[number];
export const COUNTS = ["controls", "effective", "needing", "covered"] as const;
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
export const TABS = ["overview", "requirements", "evidence", "products", "comments", "links", "history"] as const;

/** The filter and its order in an address, or in a saved view. */
export const filterOf = (s: Record<string, unknown>): Filter => ({
  q: text(s.q),
  status: manyOf(s.status, CONTROL_STATUSES),
  effective: manyOf(s.effective, EFFECTIVE_STATUSES),
  domain: text(s.domain),
  owner: text(s.owner),
  framework: text(s.framework),
  evidence: manyOf(s.evidence, EVIDENCE_STATES),
  scope: text(s.scope),
  tag: list(s.tag),
  field: list(s.field),
  counts: oneOf(s.counts, COUNTS),
  custom: oneOf(s.custom, CUSTOM),
  sort: oneOf(s.sort, SORTS),
});
export const searchOf = (s: Record<string, unknown>): Search => ({
  ...filterOf(s),
  view: text(s.view),
  open: text(s.open),
  new: flag(s.new),
});
