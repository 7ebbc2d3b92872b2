import { queryOptions } from "@tanstack/react-query";
import { type AuditEntry, type AuditVerdict, audit } from "#/api/api";
import { locale } from "#/kit/t";
import type { Filter } from "./search";

/** A record in the list: it has no id of its own, its log and number are one. */
export type Entry = AuditEntry & { id: string };
export const idOf = (e: { log: string; seq: number }): string => `${e.log}-${e.seq}`;

export const listKey = (filter: Filter) => ["audit", "list", filter] as const;
export const fetchList = (filter: Filter) => async (page: number, limit: number) => {
  const got = await audit.list({ ...filter, page, limit });
  return { total: got.total, items: got.items.map((e): Entry => ({ ...e, id: idOf(e) })) };
};

export const facetsQuery = queryOptions({ queryKey: ["audit", "facets"], queryFn: () => audit.facets(), staleTime: 60_000 });

/** What was found when somebody last verified. It stays while they walk through the product, and goes on when they leave the page. */
export const verdictQuery = (objects: boolean, checkpoint: string) =>
  queryOptions<AuditVerdict>({
    queryKey: ["audit", "verdict"],
    queryFn: () => audit.verify({ body: checkpoint.trim() ? { objects, checkpoint } : { objects } }),
    enabled: false,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
    retry: false,
  });

const dayOf = new Intl.DateTimeFormat("en-CA", { year: "numeric", month: "2-digit", day: "2-digit" });
/** The day of an instant where the reader is: YYYY-MM-DD. */
export const dayKey = (at: string): string => dayOf.format(new Date(at));

const time = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" });
export const clock = (at: string): string => time.format(new Date(at));

const exact = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "long" });
/** An instant to the second, with its zone: what a record is quoted with. */
export const exactly = (at: string): string => exact.format(new Date(at));
