import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { oneOf, text } from "#/kit/search";
import { only, orgRoute } from "#/shell/root";

/** What was searched for, and which of its answers is shown. */
export type Search = { q?: string; kind?: (typeof KINDS)[number]; page?: number };

const KINDS = [
  "control",
  "requirement",
  "framework",
  "evidence",
  "file",
  "policy",
  "policy_version",
  "activity",
  "risk",
  "asset",
  "process",
  "vendor",
  "attachment",
  "personnel",
  "department",
  "application",
  "task",
  "scope",
  "comment",
  "person",
] as const;

function number(v: unknown): number | undefined {
  const n = typeof v === "string" || typeof v === "number" ? Number(v) : Number.NaN;
  return Number.isInteger(n) && n > 1 && n <= 50 ? n : undefined;
}

const page = createRoute({
  getParentRoute: () => orgRoute,
  path: "search",
  beforeLoad: only("admin", "user", "auditor"),
  validateSearch: (s: Record<string, unknown>): Search => ({ q: text(s.q), kind: oneOf(s.kind, KINDS), page: number(s.page) }),
  component: lazyRouteComponent(() => import("./SearchPage"), "SearchPage"),
});

export const searchRoutes = [page] as const;
