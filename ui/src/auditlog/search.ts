import type { audit } from "#/api/api";
import { flag, oneOf, text } from "#/kit/search";

type Query = NonNullable<Parameters<typeof audit.list>[0]>;
/** What the log is asked for. */
export type Filter = Pick<Query, "q" | "actor" | "action" | "module" | "kind" | "from" | "to" | "by">;
/** What the address holds. The system's own work is left out unless `system` asks for it. */
export type AuditSearch = Omit<Filter, "by"> & { system?: true; open?: string; tab?: "proof" };

const day = (v: unknown): string | undefined => (/^\d{4}-\d{2}-\d{2}$/.test(String(v)) ? text(v) : undefined);

export const auditSearch = (s: { [name: string]: unknown }): AuditSearch => ({
  q: text(s.q),
  actor: text(s.actor),
  action: text(s.action),
  module: text(s.module),
  kind: oneOf(s.kind, ["change", "event"] as const),
  from: day(s.from),
  to: day(s.to),
  system: flag(s.system),
  open: text(s.open),
  tab: oneOf(s.tab, ["proof"] as const),
});

/** The filter of an address. Who asks for one actor gets that one, be it the system. */
export function filterOf({ open: _, tab: __, system, ...s }: AuditSearch): Filter {
  return { ...s, by: system || s.actor ? undefined : "people" };
}

/** "tenant-2262" as the record's log and number. */
export function recordOf(id: string): { log: "tenant" | "installation"; seq: number } | undefined {
  const [, log, seq] = /^(tenant|installation)-(\d{1,15})$/.exec(id) ?? [];
  const known = oneOf(log, ["tenant", "installation"] as const);
  return known && { log: known, seq: Number(seq) };
}
