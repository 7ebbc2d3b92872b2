import type { Status } from "#/kit/Status";
import { CONTROL_STATUSES, EVIDENCE_STATUSES } from "#/kit/Status";

export type Sample = {
  id: string;
  code: string;
  title: string;
  status: Status;
  owner: string;
  family: string;
  have: number;
  need: number;
  due: string;
  frameworks: string[];
};

const titles = [
  "Incident response plan reviewed annually",
  "Multi-factor authentication enforced for all workforce accounts and administrators",
  "Tabletop exercise conducted twice a year",
  "Critical vendors assessed before onboarding",
  "Background checks performed before start date",
  "External penetration test performed annually",
  "Static analysis runs on every pull request",
  "Data classification scheme applied to stores",
  "Firewall rules reviewed every six months",
  "Backups restored in a quarterly drill",
];
const people = ["Hugo Martins", "Chen Wei", "Dana Whitfield", "Ingrid Solberg", "Farid Haddad", "", "Amara Okafor", "Jonas Keller"];
const families = ["Access control", "Incident response", "Cryptography", "People security", "Vendor management"];
const pick = <T>(all: readonly T[], i: number): T => all[i % all.length] as T;

const day = (n: number) => new Date(Date.now() + n * 864e5).toISOString().slice(0, 10);
export const rows: Sample[] = Array.from({ length: 10_000 }, (_, i) => ({
  id: `row${i}`,
  code: `${pick(["IR", "AC", "VM", "PS", "CR"], i)}-${String(Math.floor(i / 5) + 1).padStart(3, "0")}`,
  title: pick(titles, i * 7),
  status: pick(CONTROL_STATUSES, (i * i) % 7),
  owner: pick(people, i * 3),
  family: pick(families, i),
  have: i % 4,
  need: Math.max(1, (i % 4) + (i % 2)),
  due: day(((i * 37) % 140) - 20),
  frameworks: ["SOC 2", "HIPAA", "ISO 27001", "NIST 800-53"].slice(0, (i % 4) + 1),
}));
export const persons = Array.from({ length: 500 }, (_, i) => ({
  id: `p${i}`,
  name: `${pick(["Dana", "Chen", "Amara", "Jonas", "Elif", "Grace", "Hugo"], i)} ${pick(["Whitfield", "Wei", "Okafor", "Keller", "Novak", "Martins", "Lindqvist", "Haddad", "Solberg"], i)} ${i}`,
  email: `p${i}@example.com`,
}));
export const evidence = EVIDENCE_STATUSES;

export const wait = (ms: number) => new Promise((r) => setTimeout(r, ms));
export async function fetchRows(filter: { q?: string; status?: string[]; sort?: string }, page: number, limit: number) {
  await wait(120);
  let all = rows.filter(
    (r) => (!filter.q || r.title.toLowerCase().includes(filter.q.toLowerCase())) && (!filter.status || filter.status.includes(r.status)),
  );
  if (filter.sort) {
    const key = filter.sort.replace("-", "") as "title" | "status" | "due";
    all = [...all].sort((a, b) => (a[key] < b[key] ? -1 : 1) * (filter.sort?.startsWith("-") ? -1 : 1));
  }
  return { items: all.slice((page - 1) * limit, page * limit), total: all.length };
}
