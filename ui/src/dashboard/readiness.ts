import { queryOptions } from "@tanstack/react-query";
import { dashboard, type ReadinessFigures, type ReadinessGroup } from "#/api/api";
import { ORGANISATION } from "#/kit/products";
import { filled, moved } from "./data";

export const BREAKDOWNS = ["framework", "product", "family", "owner"] as const;
export type By = (typeof BREAKDOWNS)[number];
/** How many weeks the chart goes back; all that is kept without. */
export const SPANS = ["13", "26", "52"] as const;
export const ORDERS = ["name", "progress", "share", "readiness", "moved", "needing", "coverage"] as const;
export type Order = (typeof ORDERS)[number];
export type Sort = Order | `-${Order}`;

export const figuresQuery = (by: By, scope: string | undefined) =>
  queryOptions({
    queryKey: ["dashboard", "readiness", by, scope],
    queryFn: () => dashboard.readiness({ by, scope: by === "product" ? undefined : scope }),
    staleTime: 30_000,
  });

type Values = readonly (number | null)[];

/** Families and owners have controls and no requirements: their share is that of effective controls. */
export const hasRequirements = (by: By): boolean => by === "framework" || by === "product";
/** What stands for "how far": met requirements, or effective controls where there are no requirements. */
export const shareOf = (g: ReadinessGroup, by: By): number | null => (hasRequirements(by) ? g.progress : g.share);
const pastOf = (g: ReadinessGroup, by: By): Values => (hasRequirements(by) ? g.past.progress : g.past.share);

export type Lines = { days: string[]; share: number[]; readiness: number[]; whole: number[] };

/** The lines of a group beside the whole, from the first day on that anything is known of it. */
export function linesOf(f: ReadinessFigures, g: ReadinessGroup, weeks: number | undefined): Lines {
  const [share, ready] = [pastOf(g, f.by), g.past.readiness];
  const known = f.days.findIndex((_, i) => share[i] != null || ready[i] != null);
  if (known < 0) return { days: [], share: [], readiness: [], whole: [] };
  const first = Math.max(known, weeks === undefined ? 0 : f.days.length - 1 - weeks);
  const cut = (v: Values) => filled(v).slice(first);
  return { days: f.days.slice(first), share: cut(share), readiness: cut(ready), whole: cut(pastOf(f.total, f.by)) };
}

/** The rows in the order asked for. What is not known stands last, either way. */
export function sorted(f: ReadinessFigures, sort: Sort | undefined): ReadinessGroup[] {
  if (!sort) return f.groups;
  const down = sort.startsWith("-");
  const by = ORDERS.find((o) => o === sort.replace("-", "")) ?? "name";
  const value = (g: ReadinessGroup): number | string | null | undefined =>
    by === "name" ? g.short : by === "moved" ? moved(g.past.readiness) : g[by];
  return f.groups.toSorted((a, b) => {
    const [x, y] = [value(a), value(b)];
    if (x == null || y == null) return x == null && y == null ? 0 : x == null ? 1 : -1;
    const order = typeof x === "string" && typeof y === "string" ? x.localeCompare(y) : Number(x) - Number(y);
    return down ? -order : order;
  });
}

/** What a figure counts, as the list of controls is asked for it. */
export type Counts = "controls" | "effective" | "needing" | "covered";
type State = "met" | "attention" | "in_progress" | "not_started" | "not_applicable";
/** A place below the organisation with its filter. */
export type Place = { path: string; search: Record<string, unknown> };

const scopeOf = (f: ReadinessFigures): string | undefined => (f.scope === ORGANISATION ? undefined : f.scope);
const asked = { framework: "framework", product: "scope", family: "domain", owner: "owner" } as const;

/** The controls behind a figure of a group, or of the whole; nothing for who may not read records. */
export function controlsBehind(f: ReadinessFigures, g: ReadinessGroup, counts: Counts, reader: boolean): Place | undefined {
  if (!reader) return undefined;
  return { path: "controls", search: { scope: scopeOf(f), ...(g.id && { [asked[f.by]]: g.id }), counts } };
}

/** The requirements behind a figure: a framework's page has them, a product is broken down by framework first. */
export function requirementsBehind(f: ReadinessFigures, g: ReadinessGroup, state: State | undefined, reader: boolean): Place | undefined {
  if (!reader) return undefined;
  if (f.by === "framework" && g.id) return { path: `frameworks/${g.id}`, search: { state: state && [state], scope: scopeOf(f) } };
  const scope = f.by === "product" ? g.id : scopeOf(f);
  return scope && f.by !== "framework" ? { path: "readiness", search: { scope } } : { path: "frameworks", search: {} };
}
