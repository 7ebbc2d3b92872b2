import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { registerRoutes } from "#/kit/register/routes";
import { only, orgRoute } from "#/shell/root";

const matrix = createRoute({
  getParentRoute: () => orgRoute,
  path: "access-matrix",
  beforeLoad: only("admin", "user", "auditor"),
  validateSearch: (s: Record<string, unknown>) => s,
  component: lazyRouteComponent(() => import("./Matrix"), "AccessMatrix"),
});

export const applicationRoutes = [
  ...registerRoutes("applications", () => import("./Lists"), "ApplicationList", "ApplicationPage"),
  ...registerRoutes("grants", () => import("./Lists"), "GrantList", "GrantPage"),
  matrix,
] as const;
