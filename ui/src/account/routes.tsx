import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { flag, oneOf, text } from "#/kit/search";
import { orgRoute, rootRoute } from "#/shell/root";
import { PROFILE_TABS, type ProfileTab } from "./tabs";

/** Pages in front of the product. They need no session. */
export const doorRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: "/sign-in",
    validateSearch: (s: Record<string, unknown>): { next?: string; ended?: true } => ({ next: text(s.next), ended: flag(s.ended) }),
    component: lazyRouteComponent(() => import("./SignIn"), "SignIn"),
  }),
  createRoute({ getParentRoute: () => rootRoute, path: "/forgot", component: lazyRouteComponent(() => import("./Forgot"), "Forgot") }),
  createRoute({ getParentRoute: () => rootRoute, path: "/reset", component: lazyRouteComponent(() => import("./Reset"), "Reset") }),
  createRoute({ getParentRoute: () => rootRoute, path: "/join", component: lazyRouteComponent(() => import("./Join"), "Join") }),
  createRoute({ getParentRoute: () => rootRoute, path: "/setup", component: lazyRouteComponent(() => import("./Setup"), "Setup") }),
];

export const accountRoutes = [
  createRoute({
    getParentRoute: () => orgRoute,
    path: "profile",
    validateSearch: (s: Record<string, unknown>): { tab?: ProfileTab } => ({ tab: oneOf(s.tab, PROFILE_TABS) }),
    component: lazyRouteComponent(() => import("./Profile"), "Profile"),
  }),
];
