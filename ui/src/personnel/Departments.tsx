import { Briefcase, Building2, Palette, UserRound, Users } from "lucide-react";
import { useState } from "react";
import { type Department, department, type JobRole, job_role } from "#/api/api";
import { RecordLinkTo } from "#/kit/about/kinds";
import { Button } from "#/kit/Button";
import { Dialog, DialogActions } from "#/kit/Dialog";
import { Form, useForm } from "#/kit/form";
import { num } from "#/kit/format";
import type { Option } from "#/kit/Picker";
import { RecordField } from "#/kit/RecordField";
import { register } from "#/kit/register/define";
import { fieldsOf } from "#/kit/register/fields";
import { RecordPage } from "#/kit/register/RecordPage";
import type { Parts } from "#/kit/register/RecordParts";
import { RegisterPage } from "#/kit/register/RegisterPage";
import { Section } from "#/kit/Sidecar";
import { toast } from "#/kit/Toast";
import { useSession } from "#/shell/session";
import { findDepartments, findPeople, findRoles } from "./data";
import { PersonnelPlaces } from "./Places";
import { t } from "./words";

const colors: Record<string, string> = {
  grey: "var(--fg-3)",
  violet: "var(--accent)",
  green: "var(--ok)",
  blue: "var(--info)",
  amber: "var(--warn)",
  red: "var(--bad)",
};
/** The colour of a department in the chart. */
export const dot = (color: string): string => colors[color] ?? "var(--line-2)";

const Dot = ({ color }: { color: string }) => (
  <span aria-hidden className="size-2.5 shrink-0 rounded-full" style={{ background: dot(color) }} />
);
const count = (n: number) => <span className="tnum text-fg-2">{n > 0 ? num(n) : "–"}</span>;

const departments = register(department, {
  kind: "department",
  path: "departments",
  icon: <Building2 />,
  words: {
    title: t("departments"),
    lower: t("departments_lower"),
    details: t("department_details"),
    add: t("department_add"),
    create: t("department_create"),
    created: (name) => t("created", { name }),
    count: (n) => t("department_count", { n }),
  },
  fields: fieldsOf<Department>()([
    { kind: "title", name: "name", label: t("name"), max: 200, column: { width: 220, grow: true, priority: 0, sort: true } },
    {
      kind: "record",
      name: "head",
      label: t("head"),
      icon: <UserRound />,
      empty: t("head_none"),
      find: findPeople,
      to: (id) => `personnel?open=${id}`,
      column: { width: 180, priority: 1, sort: true },
      facet: true,
      form: true,
      card: true,
    },
    {
      kind: "own",
      name: "people",
      label: t("people"),
      icon: <Users />,
      cell: (d) => count(d.people),
      column: { width: 90, priority: 0, sort: true, align: "right" },
    },
    {
      kind: "choice",
      name: "color",
      label: t("color"),
      icon: <Palette />,
      choices: (["grey", "violet", "green", "blue", "amber", "red"] as const).map((value) => ({
        value,
        label: t(`color_${value}`),
        icon: <Dot color={value} />,
      })),
      column: { width: 120, priority: 2 },
      bulk: true,
      form: true,
    },
    { kind: "long", name: "description", label: t("description"), max: 2000, empty: t("description_none") },
  ]),
  follows: [["personnel"]],
  import: "departments",
});

const roles = register(job_role, {
  kind: "job_role",
  path: "job-roles",
  icon: <Briefcase />,
  words: {
    title: t("roles"),
    lower: t("roles_lower"),
    details: t("role_details"),
    add: t("role_add"),
    create: t("role_create"),
    created: (name) => t("created", { name }),
    count: (n) => t("role_count", { n }),
  },
  fields: fieldsOf<JobRole>()([
    { kind: "title", name: "name", label: t("name"), max: 200, column: { width: 240, grow: true, priority: 0, sort: true } },
    {
      kind: "person",
      name: "owner",
      label: t("owner"),
      icon: <UserRound />,
      column: { width: 170, priority: 1, sort: true },
      facet: true,
      bulk: true,
      form: true,
      card: true,
    },
    {
      kind: "own",
      name: "people",
      label: t("people"),
      icon: <Users />,
      cell: (r) => count(r.people),
      column: { width: 90, priority: 0, sort: true, align: "right" },
    },
    { kind: "long", name: "description", label: t("description"), max: 2000, empty: t("description_none") },
  ]),
  follows: [["personnel"]],
  import: "job roles",
});

type MergeOf = { id: string; name: string; people: number };
type Merging = {
  of: MergeOf;
  what: string;
  filter: "department" | "job_role";
  find: (q: string) => Promise<Option[]>;
  send: (in_: { id: string; body: { into: string } }) => Promise<{ name: string }>;
  refresh: () => Promise<void>;
};

/** Who is in a department or has a role, and the way to put it together with another one. */
function People({ of, what, filter, find, send, refresh }: Merging) {
  const { admin } = useSession();
  const [open, setOpen] = useState(false);
  return (
    <Section
      title={t("people")}
      aside={
        admin && (
          <Button size="sm" onClick={() => setOpen(true)}>
            {t("merge")}
          </Button>
        )
      }
    >
      <RecordLinkTo path={`personnel?${filter}=${of.id}`} className="text-accent-text hover:underline">
        {t("count", { n: of.people })}
      </RecordLinkTo>
      <Dialog open={open} onOpenChange={setOpen} title={t("merge_title", { name: of.name })} description={t("merge_effect")}>
        {open && <Merge of={of} what={what} filter={filter} find={find} send={send} refresh={refresh} close={() => setOpen(false)} />}
      </Dialog>
    </Section>
  );
}

function Merge({ of, what, find, send, refresh, close }: Merging & { close: () => void }) {
  const form = useForm({
    start: { into: "" },
    send: (body) => send({ id: of.id, body }),
    done: (out) => {
      toast.saved(t("merged", { name: out.name }), out);
      close();
      void refresh();
    },
  });
  return (
    <Form form={form}>
      <RecordField
        label={t("merge_into")}
        required
        nothing={what}
        cached={`merge ${what}`}
        find={async (q) => (await find(q)).filter((o) => o.value !== of.id)}
        {...form.field("into")}
      />
      <DialogActions>
        <Button onClick={close}>{t("cancel")}</Button>
        <Button type="submit" variant="primary" pending={form.pending}>
          {t("merge_do")}
        </Button>
      </DialogActions>
    </Form>
  );
}

const departmentRecord: Parts<Department> = {
  before: (d) => (
    <People
      of={d}
      what={t("department")}
      filter="department"
      find={findDepartments}
      send={department.merge}
      refresh={departments.refreshAll}
    />
  ),
};
const roleRecord: Parts<JobRole> = {
  before: (r) => <People of={r} what={t("role")} filter="job_role" find={findRoles} send={job_role.merge} refresh={roles.refreshAll} />,
};

const all = [{ id: "all", name: t("open_all"), search: {} }];

export const DepartmentList = () => (
  <RegisterPage
    of={departments}
    record={departmentRecord}
    views={all}
    sections={<PersonnelPlaces />}
    empty={{ title: t("departments_empty"), more: t("departments_empty_more") }}
  />
);
export const DepartmentPage = () => <RecordPage of={departments} record={departmentRecord} />;
export const RoleList = () => (
  <RegisterPage
    of={roles}
    record={roleRecord}
    views={all}
    sections={<PersonnelPlaces />}
    empty={{ title: t("roles_empty"), more: t("roles_empty_more") }}
  />
);
export const RolePage = () => <RecordPage of={roles} record={roleRecord} />;
