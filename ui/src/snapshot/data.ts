import { queryOptions } from "@tanstack/react-query";
import { call } from "#/api/call";
import type { Status } from "#/kit/Status";
import type { Scope } from "#/shell/session";

// What `assay view` answers beside the operations of an installation: it has no place in api.ts, which is that of one.

export type Far = {
  applicable: number;
  met: number;
  progress: number | null;
  readiness: number | null;
  controls: number;
  effective: number;
};
export type FrameworkChange = {
  id: string;
  short: string;
  then: Far | null;
  now: Far | null;
  progress: number | null;
  readiness: number | null;
};
export type Change = {
  id: string;
  ref: string;
  title: string;
  path: string;
  what: "added" | "removed" | "changed" | "renewed";
  then: Status | "";
  now: Status | "";
};
export type Comparison = {
  then: { made_at: string; scope: Scope };
  now: { made_at: string; scope: Scope };
  frameworks: FrameworkChange[];
  requirements: Change[];
  controls: Change[];
  evidence: Change[];
};

/** What became of the organisation between two snapshots. Neither changes. */
export const comparisonQuery = queryOptions({
  queryKey: ["snapshot", "comparison"],
  queryFn: ({ signal }) => call<Comparison>("GET", "/api/v1/snapshots/comparison", { signal }),
  staleTime: Number.POSITIVE_INFINITY,
});
