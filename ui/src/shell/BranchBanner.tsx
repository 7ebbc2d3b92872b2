import { lazy, Suspense } from "react";
import { branch } from "#/api/branch";

const Bar = lazy(() => import("./BranchBar").then((m) => ({ default: m.BranchBar })));

/** Above every page of a branch. Who is in none loads nothing of it. */
export function BranchBanner() {
  return branch ? (
    <Suspense fallback={<div className="mb-2 h-10" />}>
      <Bar id={branch} />
    </Suspense>
  ) : null;
}
