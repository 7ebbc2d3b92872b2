import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { REQUIREMENT_STATES } from "#/kit/Status";
import { manyOf, oneOf, text } from "#/kit/search";
import { only, orgRoute } from "#/shell/root";

const list = createRoute({
  getParentRoute: () => orgRoute,
  path: "frameworks",
  beforeLoad: only("admin", "user", "auditor"),
  validateSearch: (s: Record<string, unknown>) => ({
    /** What the palette came for: the library, or the dialog that imports. */
    add: oneOf(s.add, ["library", "import"] as const),
  }),
  component: lazyRouteComponent(() => import("./FrameworkList"), "FrameworkList"),
});

const page = createRoute({
  getParentRoute: () => orgRoute,
  path: "frameworks/$id",
  beforeLoad: only("admin", "user", "auditor"),
  validateSearch: (s: Record<string, unknown>) => ({
    q: text(s.q),
    state: manyOf(s.state, REQUIREMENT_STATES),
    mapped: oneOf(s.mapped, ["yes", "no"] as const),
    open: text(s.open),
  }),
  component: lazyRouteComponent(() => import("./FrameworkPage"), "FrameworkPage"),
});

export const frameworkRoutes = [list, page] as const;
