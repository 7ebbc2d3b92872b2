import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { registerRoutes } from "#/kit/register/routes";
import { only, orgRoute } from "#/shell/root";

const graph = createRoute({
  getParentRoute: () => orgRoute,
  path: "assets/graph",
  beforeLoad: only("admin", "user", "auditor"),
  validateSearch: (s: Record<string, unknown>): Record<string, unknown> => s,
  component: lazyRouteComponent(() => import("./GraphPage"), "GraphPage"),
});

export const assetRoutes = [graph, ...registerRoutes("assets", () => import("./AssetList"), "AssetList", "AssetPage")] as const;
