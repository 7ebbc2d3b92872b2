import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { EVIDENCE_STATUSES } from "#/kit/Status";
import { flag, manyOf, oneOf, text } from "#/kit/search";
import { only, orgRoute } from "#/shell/root";
import { days, FREQUENCIES, KINDS, type Search, SORTS, TABS } from "./search";

const list = createRoute({
  getParentRoute: () => orgRoute,
  path: "evidence",
  beforeLoad: only("admin", "user", "auditor"),
  validateSearch: (s: Record<string, unknown>): Search => ({
    q: text(s.q),
    status: manyOf(s.status, EVIDENCE_STATUSES),
    category: text(s.category),
    owner: text(s.owner),
    reviewer: text(s.reviewer),
    framework: text(s.framework),
    control: text(s.control),
    kind: oneOf(s.kind, KINDS),
    frequency: oneOf(s.frequency, FREQUENCIES),
    scope: text(s.scope),
    due: days(s.due),
    review: oneOf(s.review, ["pending"] as const),
    sort: oneOf(s.sort, SORTS),
    open: text(s.open),
    /** The dialog for a new request is open. */
    new: flag(s.new),
    /** The dialog that asks which request a file is for. */
    upload: flag(s.upload),
  }),
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
