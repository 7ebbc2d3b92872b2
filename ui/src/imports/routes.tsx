import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { text } from "#/kit/search";
import { only, orgRoute } from "#/shell/root";

const list = createRoute({
  getParentRoute: () => orgRoute,
  path: "imports",
  beforeLoad: only("admin", "user", "auditor"),
  component: lazyRouteComponent(() => import("./ImportList"), "ImportList"),
});

const begin = createRoute({
  getParentRoute: () => orgRoute,
  path: "imports/new",
  beforeLoad: only("admin", "user"),
  /** What is imported, and the record that it belongs to: `?target=requirements&under=<id>`. */
  validateSearch: (s: Record<string, unknown>): { target?: string; under?: string } => ({ target: text(s.target), under: text(s.under) }),
  component: lazyRouteComponent(() => import("./ImportNew"), "ImportNew"),
});

const page = createRoute({
  getParentRoute: () => orgRoute,
  path: "imports/$id",
  beforeLoad: only("admin", "user", "auditor"),
  component: lazyRouteComponent(() => import("./ImportPage"), "ImportPage"),
});

export const importRoutes = [list, begin, page] as const;
