import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { only, orgRoute } from "#/shell/root";
import { visitSearch } from "./search";

export const settingsRoutes = [
  createRoute({
    getParentRoute: () => orgRoute,
    path: "settings/{-$tab}",
    validateSearch: visitSearch,
    beforeLoad: only("admin"),
    component: lazyRouteComponent(() => import("./Settings"), "Settings"),
  }),
];
