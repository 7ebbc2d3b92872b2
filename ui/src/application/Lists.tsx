import { useQuery } from "@tanstack/react-query";
import { TriangleAlert, UserCog } from "lucide-react";
import { useMemo } from "react";
import { type Application, application, type Grant, grant } from "#/api/api";
import { RecordLinkTo } from "#/kit/about/kinds";
import { Button } from "#/kit/Button";
import { Facet } from "#/kit/Filters";
import { fullDate } from "#/kit/format";
import { RecordPage } from "#/kit/register/RecordPage";
import type { Parts } from "#/kit/register/RecordParts";
import { RegisterPage } from "#/kit/register/RegisterPage";
import { Section } from "#/kit/Sidecar";
import { Note, Skeleton } from "#/kit/State";
import { StatusIcon } from "#/kit/Status";
import { Tag } from "#/kit/Tag";
import { useSession } from "#/shell/session";
import { applications, type GrantSearch, grants } from "./fields";
import { ApplicationPlaces } from "./Places";
import { t } from "./words";

const figuresQuery = { queryKey: ["application", "figures"], queryFn: () => application.figures() } as const;

/** Who can use an application. */
function Users({ a }: { a: Application }) {
  const { data } = useQuery({
    queryKey: ["grant", "list", { application: a.id }],
    queryFn: () => grant.list({ application: a.id, status: ["active"], sort: "personnel", limit: 100 }),
  });
  return (
    <Section title={t("grants_of")} aside={a.grants > 0 ? t("grant_count", { n: a.grants }) : undefined}>
      {!data && <Skeleton lines={3} />}
      {data?.items.length === 0 && <p className="text-fg-3">{t("grants_empty")}</p>}
      <ul className="space-y-0.5">
        {data?.items.map((g) => (
          <li key={g.id}>
            <RecordLinkTo path={`grants?open=${g.id}`} className="flex min-h-7 items-center gap-2 hover:underline">
              <span className="min-w-0 flex-1 truncate">{g.personnel_name}</span>
              {g.level && <span className="truncate text-xs text-fg-3">{g.level}</span>}
              {g.admin && <Tag tone="info">{t("admin")}</Tag>}
              {g.leaver && <Tag tone="bad">{t("leaver")}</Tag>}
            </RecordLinkTo>
          </li>
        ))}
      </ul>
    </Section>
  );
}

const applicationRecord: Parts<Application> = { before: (a) => <Users a={a} /> };

/** Revoked grants say who took them back; active ones are taken back here. */
const grantRecord: Parts<Grant> = {
  note: (g) =>
    g.status === "revoked" ? (
      <Note icon={<StatusIcon s="not_applicable" size={16} />} className="mx-5 mb-3">
        {t("revoked_note", { who: g.revoked_by || "–", when: fullDate(g.revoked_at) })}
      </Note>
    ) : g.leaver ? (
      <Note tone="bad" icon={<TriangleAlert size={16} />} className="mx-5 mb-3">
        {t("leaver")}
      </Note>
    ) : null,
  before: (g) => <Revoke g={g} />,
};

function Revoke({ g }: { g: Grant }) {
  const { editor } = useSession();
  if (!editor) return null;
  const active = g.status === "active";
  return (
    <div className="px-5 pb-4">
      <Button
        variant={active ? "danger" : "outline"}
        size="sm"
        onClick={() => void grants.change(g, { status: active ? "revoked" : "active" })}
      >
        {active ? t("revoke") : t("revoke_again")}
      </Button>
    </div>
  );
}

/** What people work with. */
export function ApplicationList() {
  const { person } = useSession();
  const f = useQuery(figuresQuery).data;
  const views = useMemo(
    () => [
      { id: "all", name: t("all"), search: {} },
      { id: "mine", name: t("mine"), search: { owner: person } },
      { id: "no_mfa", name: t("no_mfa"), search: { mfa: ["no" as const] } },
    ],
    [person],
  );
  return (
    <RegisterPage
      of={applications}
      record={applicationRecord}
      views={views}
      sections={<ApplicationPlaces />}
      stats={[
        { id: "critical", label: t("critical"), count: f?.critical, search: { criticality: ["critical"] } },
        { id: "no_sso", label: t("no_sso"), count: f?.no_sso, search: { sso: ["no"] } },
        { id: "no_mfa", label: t("no_mfa"), count: f?.no_mfa, search: { mfa: ["no"] } },
        { id: "unowned", label: t("unowned"), count: f?.unowned, search: { owner: "none" } },
      ]}
      empty={{ title: t("empty"), more: t("empty_more") }}
    />
  );
}
export const ApplicationPage = () => <RecordPage of={applications} record={applicationRecord} />;

const grantViews: { id: string; name: string; search: GrantSearch }[] = [
  { id: "active", name: t("active"), search: { status: ["active"] } },
  { id: "all", name: t("all"), search: {} },
  { id: "admin", name: t("admin_only"), search: { status: ["active"], admin: true } },
  { id: "leaver", name: t("leaver"), search: { leaver: true } },
  { id: "revoked", name: t("revoked"), search: { status: ["revoked"] } },
];

/** Who may do what in which application. */
export function GrantList() {
  const f = useQuery(figuresQuery).data;
  return (
    <RegisterPage
      of={grants}
      record={grantRecord}
      views={grantViews}
      sections={<ApplicationPlaces />}
      stats={[
        { id: "active", label: t("active"), count: f?.grants, search: { status: ["active"] } },
        { id: "admin", label: t("admin_only"), icon: <UserCog size={13} />, count: f?.admins, search: { status: ["active"], admin: true } },
        { id: "leaver", label: t("leaver"), icon: <TriangleAlert size={13} />, count: f?.leavers, search: { leaver: true } },
      ]}
      empty={{ title: t("grants_empty"), more: t("grants_empty_more") }}
      filters={({ filter, patch }) => (
        <Facet
          single
          label={t("leaver")}
          icon={<TriangleAlert />}
          value={filter.leaver ? ["true"] : undefined}
          options={[{ value: "true", label: t("leaver"), count: f?.leavers }]}
          onChange={(v) => patch({ leaver: v ? true : undefined })}
        />
      )}
    />
  );
}
export const GrantPage = () => <RecordPage of={grants} record={grantRecord} />;
