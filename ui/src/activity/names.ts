import { FREQUENCIES, type Frequency } from "./search";
import { t } from "./words";

export const frequencyName = (f: Frequency): string => t(`frequency_${f}`);
export const frequencyChoices = FREQUENCIES.map((value) => ({ value, label: frequencyName(value) }));
