import { queryOptions } from "@tanstack/react-query";
import { type Risk, risk } from "#/api/api";

export const figuresQuery = queryOptions({ queryKey: ["risk", "figures"], queryFn: () => risk.figures() });
export const libraryQuery = queryOptions({ queryKey: ["risk", "library"], queryFn: () => risk.library() });
export const scaleQuery = queryOptions({ queryKey: ["risk", "scale"], queryFn: () => risk.scale() });

export const LEVELS = ["critical", "high", "medium", "low", "unscored"] as const satisfies readonly Risk["level"][];
export const MAPS = ["inherent", "residual", "target"] as const;
export type MapOf = (typeof MAPS)[number];
export const steps = [1, 2, 3, 4, 5] as const;

export type Scale = { critical: number; high: number; medium: number };
/** The band that a score falls in; 0 is no score. */
export function levelOf(score: number, s: Scale): Risk["level"] {
  if (score === 0) return "unscored";
  return score >= s.critical ? "critical" : score >= s.high ? "high" : score >= s.medium ? "medium" : "low";
}
