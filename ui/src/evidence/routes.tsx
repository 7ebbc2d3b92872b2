import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { oneOf } from "#/kit/search";
import { only, orgRoute } from "#/shell/root";
import { searchOf, TABS } from "./search";

const list = createRoute({
  getParentRoute: () => orgRoute,
  path: "evidence",
  beforeLoad: only("admin", "user", "auditor"),
  validateSearch: searchOf,
  component: lazyRouteComponent(() => import("./EvidenceList"), "EvidenceList"),
});

const page = createRoute({
  getParentRoute: () => orgRoute,
  path: "evidence/$id",
  beforeLoad: only("admin", "user", "auditor"),
  validateSearch: (s: Record<string, unknown>): { tab?: (typeof TABS)[number] } => ({ tab: oneOf(s.tab, TABS) }),
  component: lazyRouteComponent(() => import("./EvidencePage"), "EvidencePage"),
});

export const evidenceRoutes = [list, page] as const;
