import { queryOptions } from "@tanstack/react-query";
import { type LossDraft, type LossSaid, risk } from "#/api/api";
import type { Currency } from "#/kit/money";
import { fieldMoney, typedMoney } from "#/kit/money";
import { locale } from "#/kit/t";

export const lossQuery = (id: string) => queryOptions({ queryKey: ["risk", "loss", id], queryFn: () => risk.loss({ id }) });
export const portfolioQuery = queryOptions({ queryKey: ["risk", "portfolio"], queryFn: () => risk.portfolio() });
export const topQuery = queryOptions({ queryKey: ["risk", "top"], queryFn: () => risk.top() });

/** What ranges that are being typed would amount to. */
export const previewQuery = (id: string, d: LossDraft) =>
  queryOptions({
    queryKey: ["risk", "preview", id, d],
    queryFn: () =>
      risk.preview({
        id,
        currency: d.currency,
        inherent_unit: d.inherent?.often.unit,
        inherent: d.inherent && numbers(d.inherent),
        residual_unit: d.residual?.often.unit,
        residual: d.residual && numbers(d.residual),
      }),
    placeholderData: (before) => before,
    retry: false,
  });

const numbers = ({ often: o, cost: c }: LossSaid) => [o.low, o.likely, o.high, c.low, c.likely, c.high];

export const STATES = ["inherent", "residual"] as const;
export type State = (typeof STATES)[number];
export const PARTS = ["often", "cost"] as const;
export const ENDS = ["low", "likely", "high"] as const;
export type Unit = LossSaid["often"]["unit"];

/** The fields of the form, named as the server names what is wrong with them. */
export type Input = Record<`${State}.${(typeof PARTS)[number]}.${(typeof ENDS)[number]}`, string> &
  Record<`${State}.unit`, Unit> &
  Record<`${State}.on`, boolean>;

const plain = new Intl.NumberFormat(locale, { maximumFractionDigits: 4, useGrouping: false });
/** How often is told in ten-thousandths. This is how it stands in a field. */
export const fieldNumber = (parts: number) => plain.format(parts / 1e4);

/** What somebody typed, in ten-thousandths: "2", "0.5", "0,5". Null for what is no number. */
export function typedNumber(text: string): number | null {
  const v = text.trim().replace(",", ".");
  return /^(\d+|\d*\.\d{1,4})$/.test(v) ? Math.round(Number(v) * 1e4) : null;
}

/** Times a year as years between, and the other way round; both in ten-thousandths. */
export const turned = (parts: number) => Math.max(1, Math.round(1e8 / parts));

/** The form as it begins: what is written, in the currency of now. */
export function inputOf(said: { inherent?: LossSaid; residual?: LossSaid }, digits: number, sameCurrency: boolean): Input {
  const of = (s: LossSaid | undefined, state: State) => {
    const n = (v: number | undefined) => (v ? fieldNumber(v) : "");
    const m = (v: number | undefined) => (v && sameCurrency ? fieldMoney(v, digits) : "");
    const fields = {
      on: s !== undefined || (state === "inherent" && !said.residual),
      unit: s?.often.unit ?? "once_in",
      "often.low": n(s?.often.low),
      "often.likely": n(s?.often.likely),
      "often.high": n(s?.often.high),
      "cost.low": m(s?.cost.low),
      "cost.likely": m(s?.cost.likely),
      "cost.high": m(s?.cost.high),
    };
    return fields;
  };
  const [a, b] = [of(said.inherent, "inherent"), of(said.residual, "residual")];
  return {
    "inherent.on": a.on,
    "inherent.unit": a.unit,
    "inherent.often.low": a["often.low"],
    "inherent.often.likely": a["often.likely"],
    "inherent.often.high": a["often.high"],
    "inherent.cost.low": a["cost.low"],
    "inherent.cost.likely": a["cost.likely"],
    "inherent.cost.high": a["cost.high"],
    "residual.on": b.on,
    "residual.unit": b.unit,
    "residual.often.low": b["often.low"],
    "residual.often.likely": b["often.likely"],
    "residual.often.high": b["often.high"],
    "residual.cost.low": b["cost.low"],
    "residual.cost.likely": b["cost.likely"],
    "residual.cost.high": b["cost.high"],
  };
}

/** What the form says, and which of its fields are no numbers. */
export function draftOf(input: Input, c: Currency): { draft: LossDraft; wrong: (keyof Input)[] } {
  const draft: LossDraft = { currency: c.currency };
  const wrong: (keyof Input)[] = [];
  for (const state of STATES) {
    if (!input[`${state}.on`]) continue;
    const read = (part: (typeof PARTS)[number], end: (typeof ENDS)[number]) => {
      const name = `${state}.${part}.${end}` as const;
      const v = part === "often" ? typedNumber(input[name]) : typedMoney(input[name], c.digits);
      if (v === null) wrong.push(name);
      return v ?? 0;
    };
    draft[state] = {
      often: { unit: input[`${state}.unit`], low: read("often", "low"), likely: read("often", "likely"), high: read("often", "high") },
      cost: { low: read("cost", "low"), likely: read("cost", "likely"), high: read("cost", "high") },
    };
  }
  return { draft, wrong };
}

/** Whether a draft is worth asking the server about: each row rises, and no high is beyond a hundred times the likely. */
export function askable(d: LossDraft): boolean {
  const rises = (low: number, likely: number, high: number) => low > 0 && low <= likely && likely <= high && high <= likely * 100;
  const fits = (s: LossSaid) => {
    const { low, likely, high, unit } = s.often;
    const often =
      unit === "a_year" ? rises(low, likely, high) && high <= 1e6 : rises(high, likely, low) && likely <= high * 100 && low <= 1e8;
    return often && rises(s.cost.low, s.cost.likely, s.cost.high) && s.cost.high <= 1e13;
  };
  return (d.inherent !== undefined || d.residual !== undefined) && STATES.every((state) => !d[state] || fits(d[state]));
}
