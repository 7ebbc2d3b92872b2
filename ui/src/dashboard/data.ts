import { queryOptions } from "@tanstack/react-query";
import { type Dashboard, dashboard } from "#/api/api";
import { ORGANISATION } from "#/kit/products";
import { locale } from "#/kit/t";

/** The figures of the organisation, or of one product. */
export const dashboardQuery = (scope?: string) =>
  queryOptions({ queryKey: scope ? ["dashboard", scope] : ["dashboard"], queryFn: () => dashboard.get({ scope }), staleTime: 30_000 });

type Trend = Dashboard["trend"];
type Values = readonly (number | null)[];

/** The last values that are known, for a small line: a quarter of a year. */
export const recent = (values: Values): number[] => values.slice(-14).filter((v) => v !== null);

/** How a share moved in four weeks, in basis points; undefined when it was not known then. */
export function moved(values: Values): number | undefined {
  const [now, then] = [values.at(-1), values.at(-5)];
  return typeof now === "number" && typeof then === "number" ? now - then : undefined;
}

export type Line = { days: string[]; progress: number[]; readiness: number[] };

/** The lines of one framework, or of the whole program, from the first day on that anything is known of. */
export function lineOf(trend: Trend, key: string | undefined): Line {
  const of = trend.frameworks.find((f) => f.key === key) ?? trend.overall;
  const first = trend.days.findIndex((_, i) => of.progress[i] != null || of.readiness[i] != null);
  if (first < 0) return { days: [], progress: [], readiness: [] };
  return { days: trend.days.slice(first), progress: filled(of.progress.slice(first)), readiness: filled(of.readiness.slice(first)) };
}

/** A day without a value keeps the one before it. */
export function filled(values: Values): number[] {
  let last = 0;
  return values.map((v) => {
    last = v ?? last;
    return last;
  });
}

const signed = new Intl.NumberFormat(locale, { signDisplay: "exceptZero", maximumFractionDigits: 1 });
/** "+4", "−11", "0": with the sign that print uses. */
export const change = (n: number): string => signed.format(n).replace("-", "−");

/** Nothing has been begun: no framework is on and there is no control. */
export const isEmpty = (d: Dashboard): boolean => d.frameworks.length === 0 && d.controls.total === 0;

/** Of the page's address what keeps a list to the product that the figures are of. */
export const inScope = (d: Dashboard): { scope?: string } => (d.scope === ORGANISATION ? {} : { scope: d.scope });
