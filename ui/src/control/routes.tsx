import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { CONTROL_STATUSES, EFFECTIVE_STATUSES } from "#/kit/Status";
import { flag, manyOf, oneOf, text } from "#/kit/search";
import { only, orgRoute } from "#/shell/root";
import { CUSTOM, EVIDENCE_STATES, type Search, SORTS, TABS } from "./search";

const list = createRoute({
  getParentRoute: () => orgRoute,
  path: "controls",
  beforeLoad: only("admin", "user", "auditor"),
  validateSearch: (s: Record<string, unknown>): Search => ({
    q: text(s.q),
    status: manyOf(s.status, CONTROL_STATUSES),
    effective: manyOf(s.effective, EFFECTIVE_STATUSES),
    domain: text(s.domain),
    owner: text(s.owner),
    framework: text(s.framework),
    evidence: manyOf(s.evidence, EVIDENCE_STATES),
    scope: text(s.scope),
    custom: oneOf(s.custom, CUSTOM),
    sort: oneOf(s.sort, SORTS),
    open: text(s.open),
    new: flag(s.new),
  }),
  component: lazyRouteComponent(() => import("./ControlList"), "ControlList"),
});

const page = createRoute({
  getParentRoute: () => orgRoute,
  path: "controls/$id",
  beforeLoad: only("admin", "user", "auditor"),
  validateSearch: (s: Record<string, unknown>): { tab?: (typeof TABS)[number] } => ({ tab: oneOf(s.tab, TABS) }),
  component: lazyRouteComponent(() => import("./ControlPage"), "ControlPage"),
});

export const controlRoutes = [list, page] as const;
