import { queryOptions, useSuspenseQuery } from "@tanstack/react-query";
import { branch } from "#/api/branch";
import { call, expectTenant } from "#/api/call";
import { asOf } from "#/api/past";
import { cache } from "#/kit/cache";
import { daysIn } from "#/kit/format";

export type Role = "admin" | "user" | "auditor" | "executive";
/** One of a person's organisations. */
export type Place = { id: string; slug: string; name: string; role: string };
export type Preferences = { theme?: "system" | "light" | "dark"; hotkeys?: "on" | "off"; locale?: string };
/** What an auditor snapshot is about. */
export type Scope = { frameworks: { id: string; short: string; name: string }[]; from: string; to: string };
/** The auditor snapshot that `assay view` shows, and what is not as it was signed. */
export type Snapshot = {
  organisation: string;
  scope: Scope;
  made_at: string;
  made_by: string;
  holds: { requirements: number; controls: number; evidence: number; files: number; bytes: number };
  records: number;
  missing: { name: string; sha256: string; why: string }[];
  key: string;
  problems: { member: string; what: string }[];
  /** When the snapshot was made that it can be compared with; empty without one. */
  against: string;
};
/** What `GET /api/v1/session` answers: written here, and not taken from api.ts, because the shell stands before any module. */
export type Session = {
  account: { id: string; name: string; email: string; preferences: Preferences };
  /** The id of the caller in this organisation's records. */
  person: string;
  role: Role;
  /** goes_at is when the organisation is deleted, empty when it stays. */
  tenant: { id: string; slug: string; name: string; color: string; logo: string; zone: string; goes_at?: string };
  tenants: Place[];
  mfa: { enabled: boolean; recovery_codes: number };
  /** There is one in `assay view` alone, where nobody has signed in. */
  snapshot?: Snapshot;
};

/** Who is signed in, where, and as what. Everything that depends on the role reads it here. */
export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: async ({ signal }) => {
    const session = await call<Session>("GET", "/api/v1/session", { signal, present: true });
    daysIn(session.tenant.zone); // it may have been changed while the page is open
    return session;
  },
  staleTime: 60_000,
});

/**
 * What somebody is on this page. The past is only read, so whoever changes records today is an auditor there: everything
 * that would write is gone, and so are the pages that have no past.
 */
export const roleHere = (role: Role): Role => (asOf && role !== "executive" ? "auditor" : role);

/** The session of a page inside an organisation: there is always one. */
export function useSession() {
  const { data } = useSuspenseQuery(sessionQuery);
  const role = roleHere(data.role);
  const may = (...roles: Role[]) => roles.includes(role);
  return {
    ...data,
    role,
    /** The role of today. */ roleToday: data.role,
    /** Whether the page shows the past, or a snapshot. Auditors write a little, too: comments, views of their own. */ past:
      asOf !== undefined || data.snapshot !== undefined,
    /** Whether the page works in a branch: what reaches beyond the records is not there. */ draft: branch !== undefined,
    may,
    /** May read records; executives see figures only. */ reader: may("admin", "user", "auditor"),
    /** May change records. */ editor: may("admin", "user"),
    admin: may("admin"),
  };
}

/** Goes to another of one's organisations. Everything that was read belongs to the one before, so the page begins anew. */
export async function switchTenant(to: Place, path?: string) {
  expectTenant(""); // this page may be the one that stayed behind
  await call<unknown>("POST", "/api/v1/session/tenant", { body: { slug: to.slug }, present: true });
  cache.clear();
  location.assign(path ?? `/o/${encodeURIComponent(to.slug)}`);
}

/** Keeps how somebody likes the console with their account, so that it follows them to another machine. What this browser remembers wins at once. */
export function prefer(change: Preferences) {
  const now = cache.getQueryData(sessionQuery.queryKey);
  if (!now) return;
  const preferences = { ...now.account.preferences, ...change };
  cache.setQueryData(sessionQuery.queryKey, { ...now, account: { ...now.account, preferences } });
  if (now.snapshot) return; // nobody's
  call<unknown>("PATCH", "/api/v1/profile", { body: { preferences }, present: true }).catch(() => {}); // a convenience: this browser has it anyway
}

export async function signOut() {
  expectTenant("");
  await call<unknown>("DELETE", "/api/v1/session", { present: true });
  cache.clear();
  location.assign("/sign-in");
}

/** The page to come back to after signing in: only a path of this product, never another site. */
export function wanted(next: string | undefined): string {
  return next && /^\/(?![/\\])/.test(next) && !next.startsWith("/sign-in") ? next : "/";
}
