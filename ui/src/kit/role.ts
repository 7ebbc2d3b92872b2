import { dictionary } from "./t";

const t = dictionary({
  admin: "Administrator",
  user: "User",
  auditor: "Auditor",
  executive: "Executive",
  admin_may: "Does everything, also members, settings and deleting.",
  user_may: "Works on controls and evidence. No settings, no members.",
  auditor_may: "Reads everything and downloads files. Changes nothing.",
  executive_may: "Sees the overview with its figures and exports them.",
});

/** The roles in an organisation, the one that may do most first: each may do all that the ones after it may. */
export const ROLES = ["admin", "user", "auditor", "executive"] as const;
export type Role = (typeof ROLES)[number];

export const isRole = (v: string): v is Role => ROLES.some((r) => r === v);
/** "Administrator"; a role this build does not know keeps its own word. */
export const roleName = (r: string): string => (isRole(r) ? t(r) : r);
/** What the role may do, in one sentence. */
export const roleMay = (r: string): string => (isRole(r) ? t(`${r}_may`) : "");
/** The role and all that may do less: what somebody with it can hand on. */
export const upTo = (r: Role): readonly Role[] => ROLES.slice(ROLES.indexOf(r));
