import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { CONTROL_STATUSES } from "#/kit/Status";
import { list, manyOf, text } from "#/kit/search";
import { orgRoute } from "#/shell/root";

/** Pages for looking at the kit. Only in development: the build leaves them out, and to the types they do not exist. */
const pages = () => [
  createRoute({ getParentRoute: () => orgRoute, path: "kit", component: lazyRouteComponent(() => import("./Kit"), "Kit") }),
  createRoute({
    getParentRoute: () => orgRoute,
    path: "kit/list",
    validateSearch: (s: Record<string, unknown>) => ({
      q: text(s.q),
      status: manyOf(s.status, CONTROL_STATUSES),
      owner: list(s.owner),
      sort: text(s.sort),
      open: text(s.open),
    }),
    component: lazyRouteComponent(() => import("./List"), "List"),
  }),
  createRoute({
    getParentRoute: () => orgRoute,
    path: "kit/overview",
    component: lazyRouteComponent(() => import("./Overview"), "Overview"),
  }),
];
export const galleryRoutes = (): [] => pages() as unknown as [];
