import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { flag, oneOf, text } from "#/kit/search";
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

const review = createRoute({
  getParentRoute: () => orgRoute,
  path: "evidence/review",
  beforeLoad: only("admin", "user", "auditor"),
  validateSearch: (s: Record<string, unknown>): { all?: true; file?: string } => ({ all: flag(s.all), file: text(s.file) }),
  component: lazyRouteComponent(() => import("./ReviewPage"), "ReviewPage"),
});

const packages = createRoute({
  getParentRoute: () => orgRoute,
  path: "evidence/packages",
  beforeLoad: only("admin", "user", "auditor"),
  component: lazyRouteComponent(() => import("./PackagesPage"), "PackagesPage"),
});

export const evidenceRoutes = [list, review, packages, page] as const;
