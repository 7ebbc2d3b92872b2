import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { flag } from "#/kit/search";
import { only, orgRoute } from "#/shell/root";

/** The organisation's products. */
const list = createRoute({
  getParentRoute: () => orgRoute,
  path: "products",
  beforeLoad: only("admin", "user", "auditor"),
  validateSearch: (s: Record<string, unknown>): { /** The dialog for a new product is open. */ new?: true } => ({ new: flag(s.new) }),
  component: lazyRouteComponent(() => import("./ProductList"), "ProductList"),
});

export const scopeRoutes = [list] as const;
