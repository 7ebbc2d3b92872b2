import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { only, orgRoute } from "#/shell/root";
import { memberSearch } from "./search";

export const memberRoutes = [
  createRoute({
    getParentRoute: () => orgRoute,
    path: "members",
    validateSearch: memberSearch,
    beforeLoad: only("admin"),
    component: lazyRouteComponent(() => import("./MemberList"), "MemberList"),
  }),
];
