import { queryOptions } from "@tanstack/react-query";
import { bia, type Process } from "#/api/api";

export const figuresQuery = queryOptions({ queryKey: ["process", "figures"], queryFn: () => bia.figures() });
export const spreadQuery = queryOptions({ queryKey: ["process", "spread"], queryFn: () => bia.spread() });

export const TIERS = ["critical", "high", "medium", "low", "incomplete"] as const satisfies readonly Process["tier"][];
export const HARMS = ["financial", "operational", "legal", "reputational"] as const;
