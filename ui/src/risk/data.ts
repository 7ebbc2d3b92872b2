import { queryOptions } from "@tanstack/react-query";
import { risk } from "#/api/api";

export const figuresQuery = queryOptions({ queryKey: ["risk", "figures"], queryFn: () => risk.figures() });
export const libraryQuery = queryOptions({ queryKey: ["risk", "library"], queryFn: () => risk.library() });
export const scaleQuery = queryOptions({ queryKey: ["risk", "scale"], queryFn: () => risk.scale() });

export const MAPS = ["inherent", "residual", "target"] as const;
export type MapOf = (typeof MAPS)[number];
