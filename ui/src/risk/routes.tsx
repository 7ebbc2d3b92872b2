import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { only, orgRoute } from "#/shell/root";
import { searchOf } from "./search";

const list = createRoute({
  getParentRoute: () => orgRoute,
  path: "risks",
  beforeLoad: only("admin", "user", "auditor"),
  validateSearch: searchOf,
  component: lazyRouteComponent(() => import("./RiskList"), "RiskList"),
});

export const riskRoutes = [list] as const;
