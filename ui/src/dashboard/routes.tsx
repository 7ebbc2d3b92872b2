import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { text } from "#/kit/search";
import { orgRoute } from "#/shell/root";

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

export const dashboardRoutes = [overview] as const;
