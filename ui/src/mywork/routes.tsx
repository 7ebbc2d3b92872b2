import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { only, orgRoute } from "#/shell/root";

export const workRoutes = [
  createRoute({
    getParentRoute: () => orgRoute,
    path: "work",
    beforeLoad: only("admin", "user", "auditor"),
    component: lazyRouteComponent(() => import("./WorkPage"), "WorkPage"),
  }),
] as const;
