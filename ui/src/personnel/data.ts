import { queryOptions } from "@tanstack/react-query";
import { department, job_role, type Personnel, personnel } from "#/api/api";
import type { Option } from "#/kit/Picker";

export const figuresQuery = queryOptions({ queryKey: ["personnel", "figures"], queryFn: () => personnel.figures() });
export const chartQuery = queryOptions({ queryKey: ["personnel", "chart"], queryFn: () => personnel.chart() });
export const rulesQuery = queryOptions({ queryKey: ["personnel", "rules"], queryFn: () => personnel.rules() });
export const stepsQuery = queryOptions({ queryKey: ["personnel", "steps"], queryFn: () => personnel.steps() });

export type Flag = Personnel["flags"][number];
export const FLAGS = [
  "no_nda",
  "training_overdue",
  "no_background",
  "terminated_with_access",
  "no_mfa",
  "admin_rights",
  "no_manager",
] as const satisfies readonly Flag[];

/** The flags that may be unknown: for the others the program can always tell. */
export const UNKNOWNS = ["no_nda", "training_overdue", "no_background", "no_mfa", "admin_rights"] as const satisfies readonly Flag[];

/** Who works here, by name: for pickers. */
export const findPeople = async (q: string): Promise<Option[]> =>
  (await personnel.list({ q, limit: 30, status: ["active", "on_leave", "inactive"] })).items.map((p) => ({
    value: p.id,
    label: p.name,
    hint: p.job_role_name || p.email,
  }));
export const findDepartments = async (q: string): Promise<Option[]> =>
  (await department.list({ q, limit: 100 })).items.map((d) => ({ value: d.id, label: d.name }));
export const findRoles = async (q: string): Promise<Option[]> =>
  (await job_role.list({ q, limit: 100 })).items.map((r) => ({ value: r.id, label: r.name }));
