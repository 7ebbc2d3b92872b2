import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { oneOf } from "#/kit/search";
import { only, orgRoute } from "#/shell/root";

export const inboxRoutes = [
  createRoute({
    getParentRoute: () => orgRoute,
    path: "inbox",
    beforeLoad: only("admin", "user", "auditor"),
    validateSearch: (s: Record<string, unknown>): { show?: "unread" } => ({ show: oneOf(s.show, ["unread"] as const) }),
    component: lazyRouteComponent(() => import("./InboxPage"), "InboxPage"),
  }),
] as const;
