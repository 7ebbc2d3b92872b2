import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { only, orgRoute } from "#/shell/root";
import { auditSearch } from "./search";

const log = createRoute({
  getParentRoute: () => orgRoute,
  path: "audit",
  beforeLoad: only("admin"),
  validateSearch: auditSearch,
  component: lazyRouteComponent(() => import("./AuditPage"), "AuditPage"),
});

export const auditRoutes = [log] as const;
