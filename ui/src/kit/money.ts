import { locale } from "./t";

/** A currency and how many digits of an amount stand behind the point. The server sends both: amounts are whole minor units. */
export type Currency = { currency: string; digits: number };

/** How many digits of an amount stand behind the point, where only the currency is known. */
export const digitsOf = (currency: string): number =>
  new Intl.NumberFormat(locale, { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;

const formats = new Map<string, Intl.NumberFormat>();
function format(currency: string, o: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = `${currency} ${JSON.stringify(o)}`;
  const f = formats.get(key) ?? new Intl.NumberFormat(locale, { style: "currency", currency, ...o });
  formats.set(key, f);
  return f;
}

/** "$1.25M": three digits, for a figure or an axis. */
export const shortMoney = (minor: number, c: Currency) =>
  format(c.currency, { notation: "compact", minimumFractionDigits: 0, maximumSignificantDigits: 3 }).format(minor / 10 ** c.digits);

/** "$1,250,000": in whole units. */
export const money = (minor: number, c: Currency) => format(c.currency, { maximumFractionDigits: 0 }).format(minor / 10 ** c.digits);

const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
const factors = { k: 1e3, m: 1e6, b: 1e9 } as const;
const isFactor = (s: string): s is keyof typeof factors => s in factors;

/** What somebody typed, in minor units: "250,000", "250k", "1.5m". Null for what is no amount. */
export function typedMoney(text: string, digits: number): number | null {
  const [, number, suffix] = /^\s*([\d.,'\s\u00a0\u202f]*\d)\s*([kmb]?)\s*$/i.exec(text) ?? [];
  if (!number) return null;
  const by = (suffix ?? "").toLowerCase();
  // Before k, m or b the last separator is a decimal point; alone, separators are between thousands.
  const plain = isFactor(by)
    ? number
        .replace(/[,.](?=\d*$)/, "!")
        .replace(/[^\d!]/g, "")
        .replace("!", ".")
    : number.replace(/\D/g, "");
  return Math.round(Number(plain) * (isFactor(by) ? factors[by] : 1)) * 10 ** digits;
}

/** An amount as it stands in a field: "250,000". */
export const fieldMoney = (minor: number, digits: number) => whole.format(minor / 10 ** digits);
