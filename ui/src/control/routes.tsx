import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { oneOf } from "#/kit/search";
import { only, orgRoute } from "#/shell/root";
import { searchOf, TABS } from "./search";

const list = createRoute({
  getParentRoute: () => orgRoute,
  path: "controls",
  beforeLoad: only("admin", "user", "auditor"),
  validateSearch: searchOf,
  component: lazyRouteComponent(() => import("./ControlList"), "ControlList"),
});

const page = createRoute({
  getParentRoute: () => orgRoute,
  path: "controls/$id",
  beforeLoad: only("admin", "user", "auditor"),
  validateSearch: (s: Record<string, unknown>): { tab?: (typeof TABS)[number] } => ({ tab: oneOf(s.tab, TABS) }),
  component: lazyRouteComponent(() => import("./ControlPage"), "ControlPage"),
});

export const controlRoutes = [list, page] as const;
