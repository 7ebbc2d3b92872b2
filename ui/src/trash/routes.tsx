import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { only, orgRoute } from "#/shell/root";

/** What was deleted in the last thirty days. */
const list = createRoute({
  getParentRoute: () => orgRoute,
  path: "trash",
  beforeLoad: only("admin"),
  component: lazyRouteComponent(() => import("./TrashPage"), "TrashPage"),
});

export const trashRoutes = [list] as const;
