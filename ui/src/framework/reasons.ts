import { t } from "./words";

/** Why a requirement may be included, in the order in which auditors know them. */
export const REASONS = ["risk_treatment", "legal", "contractual", "best_practice"] as const;
type Reason = (typeof REASONS)[number];

const names: Readonly<Record<Reason, string>> = {
  risk_treatment: t("reason_risk"),
  legal: t("reason_legal"),
  contractual: t("reason_contractual"),
  best_practice: t("reason_practice"),
};
export const reasonName = (r: string): string => names[REASONS.find((x) => x === r) ?? "best_practice"];
