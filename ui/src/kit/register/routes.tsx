import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import type { ComponentType } from "react";
import { only, orgRoute } from "#/shell/root";

/**
 * The two addresses of a register, its list and the page of a record: `registerRoutes("risks", () => import("./RiskList"),
 * "RiskList", "RiskPage")`. The words of an address are read by the page, from the declaration that comes with it: what the
 * first route of the product loads stays small.
 */
export function registerRoutes<const P extends string, L extends string, R extends string>(
  path: P,
  load: () => Promise<Record<L | R, ComponentType>>,
  list: L,
  record: R,
) {
  const at = { getParentRoute: () => orgRoute, beforeLoad: only("admin", "user", "auditor"), validateSearch: words };
  return [
    createRoute({ ...at, path, component: lazyRouteComponent(load, list) }),
    createRoute({ ...at, path: `${path}/$id`, component: lazyRouteComponent(load, record) }),
  ] as const;
}

const words = (s: Record<string, unknown>): Record<string, unknown> => s;
