import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { only, orgRoute } from "#/shell/root";
import { searchOf } from "./search";

const list = createRoute({
  getParentRoute: () => orgRoute,
  path: "activities",
  beforeLoad: only("admin", "user", "auditor"),
  validateSearch: searchOf,
  component: lazyRouteComponent(() => import("./ActivityList"), "ActivityList"),
});

export const activityRoutes = [list] as const;
