import { createRoute, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { only, orgRoute } from "#/shell/root";
import { exceptionsOf, pageOf } from "./search";

const readers = only("admin", "user", "auditor");

const list = createRoute({
  getParentRoute: () => orgRoute,
  path: "policies",
  beforeLoad: readers,
  validateSearch: (s: Record<string, unknown>): Record<string, unknown> => s, // read by the page, from the declaration
  component: lazyRouteComponent(() => import("./PolicyList"), "PolicyList"),
});
const reviews = createRoute({
  getParentRoute: () => orgRoute,
  path: "policies/reviews",
  beforeLoad: readers,
  component: lazyRouteComponent(() => import("./Reviews"), "Reviews"),
});
const board = createRoute({
  getParentRoute: () => orgRoute,
  path: "policies/board",
  beforeLoad: readers,
  component: lazyRouteComponent(() => import("./Board"), "Board"),
});
const roadmap = createRoute({
  getParentRoute: () => orgRoute,
  path: "policies/roadmap",
  beforeLoad: readers,
  component: lazyRouteComponent(() => import("./Roadmap"), "Roadmap"),
});
const acknowledgments = createRoute({
  getParentRoute: () => orgRoute,
  path: "policies/acknowledgments",
  beforeLoad: readers,
  component: lazyRouteComponent(() => import("./Acknowledgments"), "Acknowledgments"),
});
const exceptions = createRoute({
  getParentRoute: () => orgRoute,
  path: "policies/exceptions",
  beforeLoad: readers,
  validateSearch: exceptionsOf,
  component: lazyRouteComponent(() => import("./Exceptions"), "Exceptions"),
});
const settings = createRoute({
  getParentRoute: () => orgRoute,
  path: "policies/settings",
  beforeLoad: readers,
  component: lazyRouteComponent(() => import("./Settings"), "Settings"),
});
const page = createRoute({
  getParentRoute: () => orgRoute,
  path: "policies/$id",
  // A message about a policy leads here. Who reads no records is asked something, and finds it among their own.
  beforeLoad: (at) => {
    if (at.context.session.role === "executive") throw redirect({ to: "/o/$slug/my-policies", params: { slug: at.params.slug } });
  },
  validateSearch: pageOf,
  component: lazyRouteComponent(() => import("./PolicyPage"), "PolicyPage"),
});
const mine = createRoute({
  getParentRoute: () => orgRoute,
  path: "my-policies",
  component: lazyRouteComponent(() => import("./MyPolicies"), "MyPolicies"),
});
const reading = createRoute({
  getParentRoute: () => orgRoute,
  path: "my-policies/$id",
  component: lazyRouteComponent(() => import("./Reading"), "Reading"),
});

export const policyRoutes = [list, reviews, roadmap, board, acknowledgments, exceptions, settings, page, mine, reading] as const;
