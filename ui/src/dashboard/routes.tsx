import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { oneOf, text } from "#/kit/search";
import { orgRoute } from "#/shell/root";
import { BREAKDOWNS, ORDERS, type Sort, SPANS } from "./readiness";

/** The first page of an organisation, for every role. */
const overview = createRoute({
  getParentRoute: () => orgRoute,
  path: "/",
  validateSearch: (s: Record<string, unknown>) => ({
    /** The framework whose line the chart shows; the whole program without. */
    framework: text(s.framework),
    /** The product whose figures are shown; the whole organisation without. */
    scope: text(s.scope),
  }),
  component: lazyRouteComponent(() => import("./Overview"), "Overview"),
});

const sorts: readonly Sort[] = ORDERS.flatMap((o) => [o, `-${o}` as const]);

/** Readiness over time and today, part by part. Figures by owner name people: the server refuses them to executives. */
const readiness = createRoute({
  getParentRoute: () => orgRoute,
  path: "readiness",
  validateSearch: (s: Record<string, unknown>) => ({
    by: oneOf(s.by, BREAKDOWNS),
    /** The product whose figures are shown; the whole organisation without. */
    scope: text(s.scope),
    /** The group whose lines the chart shows; the whole program without. */
    show: text(s.show),
    /** How many weeks the chart goes back. */
    span: oneOf(s.span, SPANS),
    sort: oneOf(s.sort, sorts),
  }),
  component: lazyRouteComponent(() => import("./ReadinessPage"), "ReadinessPage"),
});

export const dashboardRoutes = [overview, readiness] as const;
