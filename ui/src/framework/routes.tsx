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
  validateSearch: (s: Record<string, unknown>): { /** What the palette came for. */ add?: "library" | "import" | "own" } => ({
    add: oneOf(s.add, ["library", "import", "own"]),
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

/** Where a requirement can stand, best first. */
export const STANDINGS = ["met", "served", "covered", "partly", "unknown"] as const;
export type Standing = (typeof STANDINGS)[number];

const crosswalk = createRoute({
  getParentRoute: () => orgRoute,
  path: "frameworks/$id/crosswalk",
  beforeLoad: only("admin", "user", "auditor"),
  validateSearch: (s: Record<string, unknown>): { q?: string; standing?: Standing[] } => ({
    q: text(s.q),
    standing: manyOf(s.standing, STANDINGS),
  }),
  component: lazyRouteComponent(() => import("./Crosswalk"), "CrosswalkPage"),
});

const compare = createRoute({
  getParentRoute: () => orgRoute,
  path: "frameworks/$id/compare",
  beforeLoad: only("admin", "user", "auditor"),
  validateSearch: (s: Record<string, unknown>): { with?: string; family?: string; to?: string } => ({
    with: text(s.with),
    family: text(s.family),
    to: text(s.to),
  }),
  component: lazyRouteComponent(() => import("./Compare"), "ComparePage"),
});

const edition = createRoute({
  getParentRoute: () => orgRoute,
  path: "frameworks/$id/editions/$edition",
  beforeLoad: only("admin", "user", "auditor"),
  component: lazyRouteComponent(() => import("./EditionPage"), "EditionPage"),
});

export const frameworkRoutes = [list, page, statement, crosswalk, compare, edition] as const;
