import { useQuery } from "@tanstack/react-query";
import { Send } from "lucide-react";
import { useState } from "react";
import { type Digest, delivery, type EventDefault, type EventDefaults, type NotificationSetDefaultBody, notification } from "#/api/api";
import { Button } from "#/kit/Button";
import { Switch } from "#/kit/Checkbox";
import { cache } from "#/kit/cache";
import { Select } from "#/kit/Field";
import { fullDate } from "#/kit/format";
import { Group, GroupPage } from "#/kit/Group";
import { ErrorState, Skeleton } from "#/kit/State";
import { toast } from "#/kit/Toast";
import { locale } from "#/kit/t";
import { SwitchHead, SwitchRow } from "./Switches";
import { eventMore, eventName, t } from "./words";

const defaultsKey = ["notification", "defaults"];
const digestKey = ["delivery", "digest"];

/** What the organisation sends to whom: the digest, and the switches of everybody who has not chosen. */
export function OrgSettings() {
  return (
    <GroupPage>
      <DigestGroup />
      <Defaults />
    </GroupPage>
  );
}

function Defaults() {
  const { data, error, refetch } = useQuery({ queryKey: defaultsKey, queryFn: () => notification.defaults() });
  const set = async (d: EventDefault, change: Partial<EventDefault>, body: Omit<NotificationSetDefaultBody, "event">) => {
    const was = cache.getQueryData<EventDefaults>(defaultsKey);
    if (was) cache.setQueryData(defaultsKey, { items: was.items.map((o) => (o.event === d.event ? { ...o, ...change } : o)) });
    try {
      const out = await notification.set_default({ body: { event: d.event, ...body } });
      cache.setQueryData(defaultsKey, out);
      toast.saved(t("saved"), out, { undone: () => void cache.invalidateQueries({ queryKey: defaultsKey }) });
      void cache.invalidateQueries({ queryKey: ["notification", "choices"] });
    } catch (e) {
      cache.setQueryData(defaultsKey, was);
      toast.failed(e);
    }
  };
  const one = (d: EventDefault, way: "active" | "inbox" | "mail") => ({
    checked: d[way],
    disabled: way !== "active" && !d.active,
    onChange: (on: boolean) => void set(d, { [way]: on }, { [way]: on }),
  });
  return (
    <Group flush title={t("all_events")} lead={t("events_default_lead")}>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : !data ? (
        <Skeleton className="p-5" lines={6} />
      ) : (
        <>
          <SwitchHead first={t("event")} ways={[t("on"), t("in_inbox"), t("in_mail")]} />
          {data.items.map((d) => (
            <SwitchRow
              key={d.event}
              name={eventName(d.event)}
              note={eventMore(d.event)}
              ways={[
                { label: t("on"), ...one(d, "active") },
                { label: t("in_inbox"), ...one(d, "inbox") },
                { label: t("in_mail"), ...one(d, "mail") },
              ]}
              aside={
                d.set && (
                  <button
                    type="button"
                    className="mt-1 text-xs text-accent-text hover:underline"
                    onClick={() => void set(d, {}, { reset: true })}
                  >
                    {t("reset_default")}
                  </button>
                )
              }
            />
          ))}
        </>
      )}
    </Group>
  );
}

const weekday = new Intl.DateTimeFormat(locale, { weekday: "long", timeZone: "UTC" });
const hour = new Intl.DateTimeFormat(locale, { hour: "numeric", minute: "2-digit", timeZone: "UTC" });
/** 1 January 2024 was a Monday. */
const weekdays = Array.from({ length: 7 }, (_, i) => ({ value: String(i + 1), label: weekday.format(Date.UTC(2024, 0, i + 1)) }));
const hours = Array.from({ length: 24 }, (_, i) => ({ value: String(i), label: hour.format(Date.UTC(2024, 0, 1, i)) }));

function DigestGroup() {
  const { data: d, error, refetch } = useQuery({ queryKey: digestKey, queryFn: () => delivery.digest() });
  const [looking, setLooking] = useState(false);
  const [sending, setSending] = useState(false);
  const change = async (now: Digest, body: Partial<Pick<Digest, "active" | "rhythm" | "weekday" | "hour">>) => {
    cache.setQueryData(digestKey, { ...now, ...body });
    try {
      const out = await delivery.update_digest({ version: now.version, body });
      cache.setQueryData(digestKey, out);
      toast.saved(t("digest_saved"), out);
    } catch (e) {
      toast.failed(e);
      await cache.invalidateQueries({ queryKey: digestKey });
    }
  };
  const send = async () => {
    setSending(true);
    try {
      const { to } = await delivery.send_digest();
      toast.done(t("digest_sent", { to }));
    } catch (e) {
      toast.failed(e);
    } finally {
      setSending(false);
    }
  };
  return (
    <Group title={t("digest")} lead={t("digest_lead")}>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : !d ? (
        <Skeleton lines={4} />
      ) : (
        <div className="space-y-4">
          <Switch
            label={t("digest_switch")}
            hint={d.active && d.next_at ? t("digest_next", { when: fullDate(d.next_at) }) : t("digest_zone", { zone: d.zone })}
            checked={d.active}
            onChange={(active) => void change(d, { active })}
          />
          <div className="grid gap-4 sm:grid-cols-3">
            <Select
              label={t("day")}
              value={d.rhythm}
              disabled={!d.active}
              onChange={(rhythm) => void change(d, { rhythm })}
              options={[
                { value: "daily", label: t("daily") },
                { value: "weekly", label: t("weekly") },
              ]}
            />
            <Select
              label={t("weekday")}
              value={String(d.weekday)}
              disabled={!d.active || d.rhythm === "daily"}
              onChange={(v) => void change(d, { weekday: Number(v) })}
              options={weekdays}
            />
            <Select
              label={t("time")}
              hint={t("digest_zone", { zone: d.zone })}
              value={String(d.hour)}
              disabled={!d.active}
              onChange={(v) => void change(d, { hour: Number(v) })}
              options={hours}
            />
          </div>
          <div className="flex flex-wrap gap-2 border-t border-line pt-4">
            <Button onClick={() => setLooking(!looking)} aria-expanded={looking}>
              {t("digest_preview")}
            </Button>
            <Button pending={sending} onClick={() => void send()}>
              <Send size={13} /> {t("digest_send")}
            </Button>
          </div>
          {looking && <Preview />}
        </div>
      )}
    </Group>
  );
}

function Preview() {
  const {
    data: v,
    error,
    refetch,
  } = useQuery({ queryKey: ["delivery", "preview"], queryFn: () => delivery.preview_digest(), staleTime: 0 });
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} className="py-4" />;
  if (!v) return <Skeleton lines={4} />;
  return (
    <section aria-label={t("digest_preview")} className="rounded-lg border border-line bg-surface-2 p-4">
      <h3 className="text-base font-semibold">{v.subject}</h3>
      {v.empty && <p className="mt-2 text-fg-3">{t("digest_empty")}</p>}
      {v.lines.map((l) => (
        <p key={l} className="mt-2">
          {l}
        </p>
      ))}
      {v.parts.map((p) => (
        <div key={p.title} className="mt-4">
          <h4 className="text-xs font-semibold">{p.title}</h4>
          <ul className="mt-1 divide-y divide-line">
            {p.items.map((i) => (
              <li key={i.path + i.text} className="py-1.5">
                {i.text}
                {i.note && <span className="block text-xs text-fg-3">{i.note}</span>}
              </li>
            ))}
          </ul>
        </div>
      ))}
    </section>
  );
}
