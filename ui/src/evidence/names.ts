import type { Evidence } from "#/api/api";
import { FREQUENCIES, type Frequency, KINDS, type Kind } from "./search";
import { t } from "./words";

export const kindName = (k: Kind): string => t(`kind_${k}`);
export const frequencyName = (f: Frequency): string => t(`frequency_${f}`);
export const kindChoices = KINDS.map((value) => ({ value, label: kindName(value) }));
export const frequencyChoices = FREQUENCIES.map((value) => ({ value, label: frequencyName(value) }));

/** How many days a proof counts when only its frequency is said: the server's rule, shown before it answers. */
export const validityOf: Record<Frequency, number> = { monthly: 31, quarterly: 92, semi_annual: 183, annual: 365, once: 0 };
/** "92 days", "For good". */
export const validityName = (days: Evidence["validity_days"]): string => (days === 0 ? t("validity_ever") : t("days", { n: days }));
