import { useMutation, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { DatabaseBackup, History, MailWarning } from "lucide-react";
import { useState } from "react";
import { type BackupState, backup } from "#/api/api";
import { Button } from "#/kit/Button";
import { Card, CardPage, Kpi } from "#/kit/Card";
import { ask } from "#/kit/Dialog";
import { bytes, fullDate, num, shortDate } from "#/kit/format";
import { EmptyState, ErrorState, Note, Skeleton } from "#/kit/State";
import { toast } from "#/kit/Toast";
import { DateText } from "#/kit/When";
import { Page, Topbar } from "#/shell/Topbar";
import { Days } from "./Days";
import { Drills } from "./Drills";
import { refresh, stateQuery } from "./data";
import { GoBack, Moment } from "./GoBack";
import { Leave } from "./Leave";
import { t } from "./words";

const route = getRouteApi("/o/$slug/backups");

/** Where changes are kept a second time, whether they can be restored, and the way back to an earlier moment. */
export function BackupPage() {
  const { data: s, error, refetch } = useQuery(stateQuery);
  const [at, setAt] = useState<string>();
  return (
    <Page>
      <Topbar title={t("backups")} icon={<DatabaseBackup />}>
        {s?.on && <DrillNow />}
        {s?.on && <Moment first={s.first} onPick={setAt} />}
      </Topbar>
      {error && !s ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : !s ? (
        <Skeleton lines={8} className="p-5" />
      ) : !s.on ? (
        <CardPage>
          <Card>
            <EmptyState icon={<DatabaseBackup />} title={t("off")}>
              {t.rich("off_more", { flag: <code className="ref text-fg-2">--backup</code> })}
            </EmptyState>
          </Card>
          <Leave />
        </CardPage>
      ) : (
        <On s={s} onBack={setAt} />
      )}
      {at !== undefined && <GoBack at={at} onClose={() => setAt(undefined)} />}
    </Page>
  );
}

function On({ s, onBack }: { s: BackupState; onBack: (at: string) => void }) {
  const { day } = route.useSearch();
  const go = route.useNavigate();
  return (
    <CardPage>
      {s.held_at && <Held s={s} />}
      <Figures s={s} />
      <Days first={s.first} day={day} onDay={(to) => void go({ search: { day: to }, replace: true })} onBack={onBack} />
      <Drills />
      <Leave />
    </CardPage>
  );
}

function DrillNow() {
  const { mutate, isPending } = useMutation({
    mutationFn: () => backup.drill(),
    onSuccess: (d) => {
      void refresh();
      if (d.ok) toast.done(t("drill_passed"), { description: t("seconds", { s: (d.took_ms / 1000).toFixed(1) }) });
      else toast.failed(new Error(d.problem));
    },
    onError: (e) => toast.failed(e),
  });
  return (
    <Button pending={isPending} onClick={() => mutate()}>
      <History size={14} /> <span className="max-sm:sr-only">{t("drill_now")}</span>
    </Button>
  );
}

function Held({ s }: { s: BackupState }) {
  const { mutate, isPending } = useMutation({
    mutationFn: () => backup.release({ body: {} }),
    onSuccess: (out) => {
      toast.done(t("mailed", { n: out.mailed }));
      return refresh();
    },
    onError: (e) => toast.failed(e),
  });
  const drop = () =>
    ask({
      title: t("mail_drop_title"),
      effect: t("mail_drop_effect"),
      action: t("mail_drop"),
      run: async () => {
        const out = await backup.release({ body: { drop: true } });
        toast.done(t("dropped", { n: out.dropped }));
        await refresh();
      },
    });
  return (
    <Note
      tone="warn"
      className="max-sm:flex-wrap"
      icon={<MailWarning size={15} />}
      actions={
        <span className="flex shrink-0 flex-wrap justify-end gap-2 max-sm:w-full">
          <Button size="sm" onClick={drop}>
            {t("mail_drop")}
          </Button>
          <Button size="sm" variant="primary" pending={isPending} onClick={() => mutate()}>
            {t("mail_send")}
          </Button>
        </span>
      }
    >
      {t("held", { n: s.held })} {t("held_more", { when: fullDate(s.held_at) })}
    </Note>
  );
}

function risk(s: BackupState): { value: string; how: string } {
  const how = t(s.durability === "sync" ? "risk_how_sync" : s.durability === "local" ? "risk_how_local" : "risk_how_async");
  if (s.behind > 0 && s.down > 0) return { value: t("risk_some", { n: s.behind }), how };
  return { value: t(s.durability === "sync" ? "risk_none" : s.durability === "local" ? "risk_moment" : "risk_second"), how };
}

function Figures({ s }: { s: BackupState }) {
  const lost = risk(s);
  const d = s.drill;
  return (
    <div className="grid grid-cols-1 gap-4 @md:grid-cols-2 @4xl:grid-cols-4">
      <Kpi
        label={t("copied")}
        how={t("current_how")}
        value={s.trouble ? t("failed") : t("current")}
        trend={s.trouble ? "bad" : undefined}
        delta={s.trouble ? `${s.trouble}${s.down > 1 ? ` ${t("down", { n: s.down })}.` : ""}` : t("place", { place: s.place })}
      />
      <Kpi
        label={t("risk")}
        how={lost.how}
        value={lost.value}
        delta={t(s.durability === "sync" ? "risk_sync" : s.durability === "local" ? "risk_local" : "risk_async")}
        trend={s.down > 0 ? "bad" : undefined}
      />
      <Kpi
        label={t("reaches")}
        how={t("kept_how", { days: num(s.every_days), months: num(Math.round(s.daily_days / 31)) })}
        value={s.first ? <DateText value={s.first} /> : t("never")}
        delta={
          s.first && (
            <>
              {t("every", { day: shortDate(s.every) })} · {t("size", { size: bytes(s.bytes), n: s.snapshots })}
            </>
          )
        }
      />
      <Kpi
        label={t("drills")}
        how={t("drill_how")}
        value={d ? t(d.ok ? "passed" : "failed") : t("drill_none")}
        trend={d ? (d.ok ? undefined : "bad") : undefined}
        delta={
          d
            ? `${t("drill_at", { when: shortDate(d.at), seconds: (d.took_ms / 1000).toFixed(1) })} · ${t("next", { day: shortDate(s.next_drill) })}`
            : t("drill_none_more", { day: shortDate(s.next_drill) })
        }
      />
    </div>
  );
}
