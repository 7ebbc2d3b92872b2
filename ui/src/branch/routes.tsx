import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { only, orgRoute } from "#/shell/root";

/** What-if branches: the list, and one beside the organisation. */
const list = createRoute({
  getParentRoute: () => orgRoute,
  path: "branches",
  beforeLoad: only("admin", "user", "auditor"),
  component: lazyRouteComponent(() => import("./BranchList"), "BranchList"),
});

const one = createRoute({
  getParentRoute: () => orgRoute,
  path: "branches/$id",
  beforeLoad: only("admin", "user", "auditor"),
  component: lazyRouteComponent(() => import("./BranchPage"), "BranchPage"),
});

export const branchRoutes = [list, one] as const;
