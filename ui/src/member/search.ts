import type { member } from "#/api/api";
import { ROLES } from "#/kit/role";
import { flag, manyOf, oneOf, text } from "#/kit/search";

type Query = NonNullable<Parameters<typeof member.list>[0]>;
export type MemberSearch = Pick<Query, "q" | "role" | "status" | "department" | "mfa" | "sort"> & { open?: string; invite?: true };

const statuses = ["active", "pending", "disabled"] as const;
const sorts = ["name", "email", "role", "status", "title", "department", "last_sign_in_at", "invited_at"] as const;
const both = sorts.flatMap((s) => [s, `-${s}`] as const);

/** The filter of the list, read from the address. */
export const memberSearch = (s: { [name: string]: unknown }): MemberSearch => ({
  q: text(s.q),
  role: manyOf(s.role, ROLES),
  status: manyOf(s.status, statuses),
  department: text(s.department),
  mfa: oneOf(s.mfa, ["on", "off"] as const),
  sort: oneOf(s.sort, both),
  open: text(s.open),
  invite: flag(s.invite),
});
