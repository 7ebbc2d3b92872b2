import { createRoute, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { orgRoute } from "#/shell/root";

export const workRoutes = [
  createRoute({
    getParentRoute: () => orgRoute,
    path: "work",
    // Who reads no records is asked about policies alone, and finds them among their own.
    beforeLoad: (at) => {
      if (at.context.session.role === "executive") throw redirect({ to: "/o/$slug/my-policies", params: { slug: at.params.slug } });
    },
    component: lazyRouteComponent(() => import("./WorkPage"), "WorkPage"),
  }),
] as const;
