import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { registerRoutes } from "#/kit/register/routes";
import { only, orgRoute } from "#/shell/root";

const chart = createRoute({
  getParentRoute: () => orgRoute,
  path: "org-chart",
  beforeLoad: only("admin", "user", "auditor"),
  component: lazyRouteComponent(() => import("./Chart"), "OrgChart"),
});

export const personnelRoutes = [
  ...registerRoutes("personnel", () => import("./PersonnelList"), "PersonnelList", "PersonPage"),
  ...registerRoutes("departments", () => import("./Departments"), "DepartmentList", "DepartmentPage"),
  ...registerRoutes("job-roles", () => import("./Departments"), "RoleList", "RolePage"),
  chart,
] as const;
