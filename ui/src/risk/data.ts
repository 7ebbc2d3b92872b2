import { queryOptions } from "@tanstack/react-query";
import { type RiskChange, type RiskDetail, risk } from "#/api/api";
import { wire } from "#/kit/register/data";

export const { detailQuery, change, remove, refreshAll } = wire<RiskDetail, RiskChange>({
  list: "risk",
  get: risk.get,
  update: risk.update,
  delete: risk.delete,
  follows: [["link"]],
});

export const figuresQuery = queryOptions({ queryKey: ["risk", "figures"], queryFn: () => risk.figures() });
export const libraryQuery = queryOptions({ queryKey: ["risk", "library"], queryFn: () => risk.library() });
