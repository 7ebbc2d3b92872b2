import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Briefcase, CalendarPlus, CircleAlert, CircleCheck, CircleDot, Clock, LogIn, Mail, Shield, ShieldCheck, Users } from "lucide-react";
import { audit, type Member, member, settings } from "#/api/api";
import { Avatar } from "#/kit/Avatar";
import { Button } from "#/kit/Button";
import { ago } from "#/kit/format";
import { roleMay } from "#/kit/role";
import { InlineText, Prop, Props, Section, Sidecar } from "#/kit/Sidecar";
import { ErrorState, Note, Skeleton } from "#/kit/State";
import { Tag } from "#/kit/Tag";
import { rowFromLists } from "#/kit/useWindow";
import { agentName, eventName, reasonName } from "#/kit/visit";
import { DateText } from "#/kit/When";
import { orgPath } from "#/shell/nav";
import { useSession } from "#/shell/session";
import { resend, setDepartment, setTitle } from "./actions";
import { MemberStatus, nameOf } from "./look";
import { MemberMenu, RoleMenu } from "./MemberMenu";
import { t } from "./words";

type PageProps = { id: string; position: string; onPrev?: () => void; onNext?: () => void; onClose: () => void };

/** One member beside the list: what they are, what they may, and what happened. */
export function MemberPage({ id, ...p }: PageProps) {
  const { person } = useSession();
  const {
    data: m,
    error,
    refetch,
  } = useQuery({
    queryKey: ["member", "get", id],
    queryFn: () => member.get({ id }),
    placeholderData: () => rowFromLists<Member>(["member", "list"], id),
  });
  const own = m?.person === person;
  return (
    <Sidecar
      {...p}
      label={t("details")}
      reference={t("members_one")}
      recordId={id}
      pending={!m}
      error={m ? undefined : error}
      onRetry={() => void refetch()}
      actions={m && <MemberMenu m={m} own={own} onGone={p.onClose} />}
    >
      {m && (
        <>
          <div className="flex items-center gap-3.5 px-5 pt-5 pb-4">
            <Avatar name={nameOf(m)} size={44} />
            <div className="min-w-0">
              <h2 className="flex items-center gap-2 text-lg font-semibold tracking-[-0.011em]">
                <span className="truncate">{nameOf(m)}</span> {own && <Tag>{t("you")}</Tag>}
              </h2>
              <p className="truncate text-fg-3">{m.email}</p>
            </div>
          </div>
          {m.status === "pending" && (
            <div className="px-5 pb-4">
              <Note
                tone="warn"
                icon={<Clock size={15} />}
                actions={
                  <Button size="sm" onClick={() => resend(m)}>
                    {t("send_again")}
                  </Button>
                }
              >
                {t("pending_banner", { ago: ago(m.invited_at) })}
              </Note>
            </div>
          )}
          <Props>
            <Prop icon={<CircleDot />} label={t("status")}>
              <MemberStatus s={m.status} />
            </Prop>
            <Prop icon={<Shield />} label={t("role")}>
              <RoleMenu m={m} />
            </Prop>
            <Prop icon={<span className="size-3.5" />} label="">
              <p className="pb-1 text-xs text-pretty text-fg-3">{roleMay(m.role)}</p>
            </Prop>
            <Prop icon={<Briefcase />} label={t("title")}>
              <InlineText label={t("title")} value={m.title} placeholder={t("no_title")} maxLength={100} onSave={(v) => setTitle(m, v)} />
            </Prop>
            <Prop icon={<Users />} label={t("department")}>
              <InlineText
                label={t("department")}
                value={m.department}
                placeholder={t("no_department")}
                maxLength={100}
                onSave={(v) => setDepartment(m, v)}
              />
            </Prop>
            <Prop icon={<Mail />} label={t("email")}>
              <a href={`mailto:${m.email}`} className="block truncate text-accent-text hover:underline">
                {m.email}
              </a>
            </Prop>
            <Prop icon={<ShieldCheck />} label={t("mfa_short")}>
              {m.mfa ? <Tag tone="ok">{t("on")}</Tag> : <Tag tone={m.status === "active" ? "warn" : "mute"}>{t("off")}</Tag>}
            </Prop>
            <Prop icon={<LogIn />} label={t("last_sign_in")}>
              <DateText value={m.last_sign_in_at} show="full" empty={t("never")} />
            </Prop>
            <Prop icon={<CalendarPlus />} label={t("invited_at")}>
              <DateText value={m.invited_at} show="full" />
            </Prop>
          </Props>
          <Visits email={m.email} />
          <Past m={m} />
        </>
      )}
    </Sidecar>
  );
}

function Visits({ email }: { email: string }) {
  const { tenant } = useSession();
  const { data, error, refetch } = useQuery({
    queryKey: ["member", "visits", email],
    queryFn: () => settings.auth_log({ q: email, limit: 5 }),
  });
  return (
    <Section
      title={t("visits")}
      aside={
        data && data.total > data.items.length ? (
          <Link to={orgPath(tenant.slug, "settings/sign-ins")} search={{ q: email } as never} className="text-accent-text hover:underline">
            {t("visits_more")}
          </Link>
        ) : undefined
      }
    >
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} className="py-2" />
      ) : !data ? (
        <Skeleton lines={3} />
      ) : data.items.length === 0 ? (
        <p className="text-fg-3">{t("visits_none")}</p>
      ) : (
        <ul className="space-y-2">
          {data.items.map((v) => (
            <li key={v.id} className="flex items-start gap-2">
              {v.outcome === "ok" ? (
                <CircleCheck size={14} className="mt-[3px] shrink-0 text-ok" aria-hidden />
              ) : (
                <CircleAlert size={14} className="mt-[3px] shrink-0 text-bad" aria-hidden />
              )}
              <span className="min-w-0 flex-1">
                {eventName(v.event, v.outcome)}
                <span className="text-fg-3"> · {reasonName(v.detail) || agentName(v.agent)}</span>
              </span>
              <span className="shrink-0 text-xs leading-5 text-fg-3">
                <DateText value={v.at} show="ago" />
              </span>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

/** What was changed of the membership. It stands in the installation's log, which the organisation's log shows as one with its own. */
function Past({ m }: { m: Member }) {
  const { data, error, refetch } = useQuery({
    queryKey: ["member", "history", m.id, m.version],
    queryFn: () => audit.list({ q: m.id, limit: 20 }),
  });
  return (
    <Section title={t("history")}>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} className="py-2" />
      ) : !data ? (
        <Skeleton lines={3} />
      ) : data.items.length === 0 ? (
        <p className="text-fg-3">{t("history_none")}</p>
      ) : (
        <ol className="space-y-3">
          {data.items.map((e) => (
            <li key={`${e.log}/${e.seq}`} className="flex items-start gap-2.5">
              <Avatar name={e.actor.name} size={20} />
              <span className="min-w-0 flex-1 text-pretty">
                <span className="font-medium">{e.actor.name}</span> <span className="text-fg-2">{e.summary}</span>
              </span>
              <span className="shrink-0 text-xs leading-5 text-fg-3">
                <DateText value={e.at} show="ago" />
              </span>
            </li>
          ))}
        </ol>
      )}
    </Section>
  );
}
