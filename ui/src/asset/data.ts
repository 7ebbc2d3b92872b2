import { queryOptions } from "@tanstack/react-query";
import { type Asset, asset } from "#/api/api";
import { t } from "./words";

export const figuresQuery = queryOptions({ queryKey: ["asset", "figures"], queryFn: () => asset.figures() });

export const STATUSES = ["planned", "active", "retiring", "retired"] as const satisfies readonly Asset["status"][];
/** Those that figures count. */
export const IN_USE = STATUSES.filter((s) => s !== "retired");

export const GAPS = ["classification", "encryption", "backup", "owner"] as const satisfies readonly Asset["gaps"][number][];
export const gapName = (gap: (typeof GAPS)[number]): string => t(`gap_${gap}`);
