import { useQuery } from "@tanstack/react-query";
import { type Choices as All, type Choice, delivery, type NotificationChooseBody, notification } from "#/api/api";
import { Switch } from "#/kit/Checkbox";
import { cache } from "#/kit/cache";
import { fullDate } from "#/kit/format";
import { Group } from "#/kit/Group";
import { ErrorState, Skeleton } from "#/kit/State";
import { toast } from "#/kit/Toast";
import { Calendar } from "./Calendar";
import { SwitchHead, SwitchRow } from "./Switches";
import { eventMore, eventName, t } from "./words";

const key = ["notification", "choices"];

/** What reaches a person, here and by mail, and the calendar that they subscribe to. */
export function Choices() {
  const { data, error, refetch } = useQuery({ queryKey: key, queryFn: () => notification.choices() });
  const choose = async (body: NotificationChooseBody, shown: (was: All) => All) => {
    const was = cache.getQueryData<All>(key);
    if (was) cache.setQueryData(key, shown(was));
    try {
      cache.setQueryData(key, await notification.choose({ body }));
    } catch (e) {
      cache.setQueryData(key, was);
      toast.failed(e);
    }
  };
  const set = (c: Choice, way: "inbox" | "mail", on: boolean) =>
    void choose({ event: c.event, [way]: on }, (was) => ({
      ...was,
      items: was.items.map((o) => (o.event === c.event ? { ...o, [way]: on, own: true } : o)),
    }));
  return (
    <>
      <Group
        flush
        title={t("events")}
        lead={data && (data.mail ? t.rich("events_lead", { mail: <span className="break-words">{data.mail}</span> }) : t("events_no_mail"))}
      >
        {error ? (
          <ErrorState error={error} onRetry={() => void refetch()} />
        ) : !data ? (
          <Skeleton className="p-5" lines={6} />
        ) : (
          <>
            <SwitchHead first={t("event")} ways={[t("in_inbox"), t("in_mail")]} />
            {data.items.map((c) => (
              <SwitchRow
                key={c.event}
                name={eventName(c.event)}
                note={c.active ? eventMore(c.event) : t("off_here")}
                ways={[
                  { label: t("in_inbox"), checked: c.inbox, disabled: !c.active, onChange: (on) => set(c, "inbox", on) },
                  { label: t("in_mail"), checked: c.mail, disabled: !c.active || !data.mail, onChange: (on) => set(c, "mail", on) },
                ]}
                aside={
                  c.own &&
                  c.active &&
                  (c.inbox !== c.inbox_else || c.mail !== c.mail_else) && (
                    <button
                      type="button"
                      className="mt-1 text-xs text-accent-text hover:underline"
                      onClick={() =>
                        void choose({ event: c.event, reset: true }, (was) => ({
                          ...was,
                          items: was.items.map((o) =>
                            o.event === c.event ? { ...o, inbox: c.inbox_else, mail: c.mail_else, own: false } : o,
                          ),
                        }))
                      }
                    >
                      {t("reset")}
                    </button>
                  )
                }
              />
            ))}
          </>
        )}
      </Group>
      <Group title={t("digest")} lead={t("digest_lead")}>
        {data ? (
          <Own on={data.digest} set={(mail) => void choose({ event: "digest", mail }, (was) => ({ ...was, digest: mail }))} />
        ) : (
          <Skeleton lines={2} />
        )}
      </Group>
      <Calendar />
    </>
  );
}

function Own({ on, set }: { on: boolean; set: (on: boolean) => void }) {
  const digest = useQuery({ queryKey: ["delivery", "digest"], queryFn: () => delivery.digest() }).data;
  return (
    <Switch
      label={t("digest_here")}
      hint={digest && (digest.active ? t("digest_here_on", { when: fullDate(digest.next_at) }) : t("digest_here_off"))}
      checked={on}
      onChange={set}
    />
  );
}
