import type { Choice } from "./register/fields";
import { dictionary } from "./t";

const t = dictionary({
  encrypted: "Encrypted",
  not_encrypted: "Not encrypted",
  public: "Public",
  internal: "Internal",
  confidential: "Confidential",
  restricted: "Restricted",
  le_1h: "≤ 1 hour",
  le_4h: "≤ 4 hours",
  le_8h: "≤ 8 hours",
  le_24h: "≤ 24 hours",
  le_72h: "≤ 72 hours",
  le_7d: "≤ 7 days",
  gt_7d: "> 7 days",
  within_le_1h: "within 1 hour",
  within_le_4h: "within 4 hours",
  within_le_8h: "within 8 hours",
  within_le_24h: "within 24 hours",
  within_le_72h: "within 72 hours",
  within_le_7d: "within 7 days",
  within_gt_7d: "after more than 7 days",
  yes: "Yes",
  no: "No",
  continuous: "Continuous",
  hourly: "Every hour",
  daily: "Every day",
  weekly: "Every week",
  monthly: "Every month",
  never: "Never",
  unknown: "Unknown",
});

/* What several registers say of data and of what keeps it: in one vocabulary, with one look. */

/** What is shown, chosen and filtered by where nobody has said. */
export const UNKNOWN = t("unknown");

/** How much care data needs, the least first. */
export const CLASSES = [
  { value: "public", label: t("public"), tone: "ok" },
  { value: "internal", label: t("internal"), tone: "info" },
  { value: "confidential", label: t("confidential"), tone: "warn" },
  { value: "restricted", label: t("restricted"), tone: "bad" },
] as const satisfies readonly Choice[];

/** Within what time something is back, the shortest first. */
export const RECOVERIES = [
  { value: "le_1h", label: t("le_1h") },
  { value: "le_4h", label: t("le_4h") },
  { value: "le_8h", label: t("le_8h") },
  { value: "le_24h", label: t("le_24h") },
  { value: "le_72h", label: t("le_72h") },
  { value: "le_7d", label: t("le_7d") },
  { value: "gt_7d", label: t("gt_7d") },
] as const satisfies readonly Choice[];

/** The same in a sentence: "within 4 hours". */
export const within = (value: (typeof RECOVERIES)[number]["value"]): string => t(`within_${value}`);

export const YES_NO = [
  { value: "yes", label: t("yes"), look: "met" },
  { value: "no", label: t("no"), look: "gap" },
] as const satisfies readonly Choice[];

export const ENCRYPTED = [
  { value: "yes", label: t("encrypted"), look: "met" },
  { value: "no", label: t("not_encrypted"), look: "gap" },
] as const satisfies readonly Choice[];

export const BACKUPS = [
  { value: "continuous", label: t("continuous") },
  { value: "hourly", label: t("hourly") },
  { value: "daily", label: t("daily") },
  { value: "weekly", label: t("weekly") },
  { value: "monthly", label: t("monthly") },
  { value: "never", label: t("never"), look: "gap" },
] as const satisfies readonly Choice[];

/** The word of a value; that of which nobody has said is unknown. */
export const wordOf = (choices: readonly Choice[], value: string): string =>
  choices.find((c) => c.value === value)?.label ?? (value || UNKNOWN);
