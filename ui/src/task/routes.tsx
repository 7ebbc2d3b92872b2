import { createRoute, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { flag, manyOf, oneOf, text } from "#/kit/search";
import { orgPath } from "#/shell/nav";
import { only, orgRoute } from "#/shell/root";
import { BUCKETS, type Search, SORTS } from "./search";

const statuses = ["open", "in_progress", "done", "cancelled"] as const;

const list = createRoute({
  getParentRoute: () => orgRoute,
  path: "tasks",
  beforeLoad: only("admin", "user", "auditor"),
  validateSearch: (s: Record<string, unknown>): Search => ({
    q: text(s.q),
    status: manyOf(s.status, statuses),
    owner: text(s.owner),
    due: manyOf(s.due, BUCKETS),
    source: text(s.source),
    kind: text(s.kind),
    record: text(s.record),
    sort: oneOf(s.sort, SORTS),
    open: text(s.open),
    new: flag(s.new),
  }),
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
