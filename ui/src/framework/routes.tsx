import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { REQUIREMENT_STATES } from "#/kit/Status";
import { manyOf, oneOf, text } from "#/kit/search";
import { only, orgRoute } from "#/shell/root";

/** Which requirements the page shows, and which one is open. */
export type Search = { q?: string; state?: (typeof REQUIREMENT_STATES)[number][]; mapped?: "yes" | "no"; scope?: string; open?: string };
/** Which rows of a Statement of Applicability are shown, of which product, and which one is open. */
export type StatementSearch = {
  q?: string;
  applicable?: "yes" | "no";
  state?: (typeof REQUIREMENT_STATES)[number][];
  scope?: string;
  open?: string;
};

const list = createRoute({
  getParentRoute: () => orgRoute,
  path: "frameworks",
  beforeLoad: only("admin", "user", "auditor"),
  validateSearch: (s: Record<string, unknown>): { /** What the palette came for. */ add?: "library" | "import" } => ({
    add: oneOf(s.add, ["library", "import"]),
  }),
  component: lazyRouteComponent(() => import("./FrameworkList"), "FrameworkList"),
});

const page = createRoute({
  getParentRoute: () => orgRoute,
  path: "frameworks/$id",
  beforeLoad: only("admin", "user", "auditor"),
  validateSearch: (s: Record<string, unknown>): Search => ({
    q: text(s.q),
    state: manyOf(s.state, REQUIREMENT_STATES),
    mapped: oneOf(s.mapped, ["yes", "no"]),
    scope: text(s.scope),
    open: text(s.open),
  }),
  component: lazyRouteComponent(() => import("./FrameworkPage"), "FrameworkPage"),
});

const statement = createRoute({
  getParentRoute: () => orgRoute,
  path: "frameworks/$id/statement",
  beforeLoad: only("admin", "user", "auditor"),
  validateSearch: (s: Record<string, unknown>): StatementSearch => ({
    q: text(s.q),
    applicable: oneOf(s.applicable, ["yes", "no"]),
    state: manyOf(s.state, REQUIREMENT_STATES),
    scope: text(s.scope),
    open: text(s.open),
  }),
  component: lazyRouteComponent(() => import("./StatementPage"), "StatementPage"),
});

export const frameworkRoutes = [list, page, statement] as const;
