import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { ACTIVITY_STATUSES } from "#/kit/Status";
import { flag, manyOf, oneOf, text } from "#/kit/search";
import { only, orgRoute } from "#/shell/root";
import { FREQUENCIES, monthOf, type Search, SHOWN, SORTS } from "./search";

const list = createRoute({
  getParentRoute: () => orgRoute,
  path: "activities",
  beforeLoad: only("admin", "user", "auditor"),
  validateSearch: (s: Record<string, unknown>): Search => ({
    q: text(s.q),
    status: manyOf(s.status, ACTIVITY_STATUSES),
    frequency: manyOf(s.frequency, FREQUENCIES),
    owner: text(s.owner),
    scope: text(s.scope),
    control: text(s.control),
    framework: text(s.framework),
    evidence: text(s.evidence),
    sort: oneOf(s.sort, SORTS),
    open: text(s.open),
    /** The dialog for a new activity is open. */
    new: flag(s.new),
    /** A table unless said otherwise. */
    as: oneOf(s.as, SHOWN),
    month: monthOf(s.month),
  }),
  component: lazyRouteComponent(() => import("./ActivityList"), "ActivityList"),
});

export const activityRoutes = [list] as const;
