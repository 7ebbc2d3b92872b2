import { createRoute, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { orgPath } from "#/shell/nav";
import { only, orgRoute } from "#/shell/root";
import { searchOf } from "./search";

const list = createRoute({
  getParentRoute: () => orgRoute,
  path: "tasks",
  beforeLoad: only("admin", "user", "auditor"),
  validateSearch: searchOf,
  component: lazyRouteComponent(() => import("./TaskList"), "TaskList"),
});

/** Where mails and links lead: a task is read beside its list. */
const one = createRoute({
  getParentRoute: () => orgRoute,
  path: "tasks/$id",
  beforeLoad: ({ params, context }) => {
    throw redirect({ to: orgPath(context.session.tenant.slug, "tasks"), search: { open: params.id }, replace: true });
  },
});

export const taskRoutes = [list, one] as const;
