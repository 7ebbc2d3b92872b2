import { useQuery } from "@tanstack/react-query";
import { Monitor, Smartphone } from "lucide-react";
import { account, type SessionView } from "#/api/api";
import { Button } from "#/kit/Button";
import { cache } from "#/kit/cache";
import { ask } from "#/kit/Dialog";
import { ago, fullDate } from "#/kit/format";
import { Group, GroupRow } from "#/kit/Group";
import { ErrorState, Skeleton } from "#/kit/State";
import { Tag } from "#/kit/Tag";
import { toast } from "#/kit/Toast";
import { agentName, isPhone } from "#/kit/visit";
import { t } from "./words";

const key = ["account", "sessions"];
const read = () => cache.invalidateQueries({ queryKey: key });

/** The browsers in which one is signed in. */
export function Sessions() {
  const { data, error, refetch } = useQuery({ queryKey: key, queryFn: () => account.sessions(), staleTime: 0 });
  const items = [...(data?.items ?? [])].sort((a, b) => Number(b.current) - Number(a.current));
  return (
    <Group title={t("sessions")} lead={t("sessions_lead")} flush>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : !data ? (
        <Skeleton className="p-5" lines={3} />
      ) : (
        <>
          <ul className="divide-y divide-line">
            {items.map((s) => (
              <li key={s.id}>
                <One session={s} />
              </li>
            ))}
          </ul>
          {items.length > 1 && (
            <div className="flex justify-end bg-surface-2 px-4 py-2.5 sm:px-5">
              <Button
                onClick={() =>
                  ask({
                    title: t("sessions_end_title"),
                    effect: t("sessions_end_effect"),
                    action: t("sessions_end"),
                    run: async () => {
                      await account.end_other_sessions();
                      await read();
                      toast.done(t("sessions_ended"));
                    },
                  })
                }
              >
                {t("sessions_end")}
              </Button>
            </div>
          )}
        </>
      )}
    </Group>
  );
}

function One({ session: s }: { session: SessionView }) {
  const name = agentName(s.agent);
  const end = () =>
    account
      .end_session({ id: s.id })
      .then(() => toast.done(t("session_ended")))
      .catch((e) => toast.failed(e))
      .finally(read);
  return (
    <GroupRow
      icon={isPhone(s.agent) ? <Smartphone /> : <Monitor />}
      title={
        <>
          <span title={s.agent}>{name}</span> {s.current && <Tag tone="ok">{t("session_here")}</Tag>}
        </>
      }
      note={
        <>
          {t("session_note", { ip: s.ip, tenant: s.tenant, since: fullDate(s.since) })}
          {!s.current && <> · {t("session_seen", { ago: ago(s.seen_at) })}</>}
        </>
      }
    >
      {!s.current && (
        <Button aria-label={t("session_end_of", { name })} onClick={() => void end()}>
          {t("session_end")}
        </Button>
      )}
    </GroupRow>
  );
}
