import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { Activity, CalendarClock, FileCheck2, Fingerprint, GitBranch, MessageSquareQuote, UserRound } from "lucide-react";
import { audit } from "#/api/api";
import { Button, LinkButton } from "#/kit/Button";
import { Copy } from "#/kit/Copy";
import { num } from "#/kit/format";
import { Prop, Props, Section, Sidecar } from "#/kit/Sidecar";
import { Skeleton } from "#/kit/State";
import { Tip } from "#/kit/Tip";
import { UndoButton } from "#/kit/Undo";
import { DateText } from "#/kit/When";
import { ActorMark, Face } from "./Actor";
import { Changes } from "./Changes";
import { type Entry, exactly } from "./data";
import { actionName } from "./names";
import { recordOf } from "./search";
import { t } from "./words";

const route = getRouteApi("/o/$slug/audit");
const size = 50;

type SidecarProps = { id: string; row: Entry | undefined; onPrev?: () => void; onNext?: () => void; onClose: () => void };

/** One record: who, when, why, and every field before and after. */
export function AuditSidecar({ id, row, ...p }: SidecarProps) {
  const go = route.useNavigate();
  const at = recordOf(id);
  const { data, error, refetch, fetchNextPage, hasNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ["audit", "get", id],
    queryFn: ({ pageParam }) => audit.get({ log: at?.log ?? "tenant", seq: at?.seq ?? 0, page: pageParam, limit: size }),
    initialPageParam: 1,
    getNextPageParam: (last) => (last.changes.page * last.changes.limit < last.changes.total ? last.changes.page + 1 : undefined),
    enabled: at !== undefined,
    staleTime: Number.POSITIVE_INFINITY, // a record never changes
  });
  const full = data?.pages[0];
  const e: Entry | undefined = full ? { ...full, id } : row;
  const find = (q: string) => void go({ search: (s) => ({ q, system: true, open: s.open }) });
  return (
    <Sidecar
      {...p}
      label={t("record_details")}
      reference={at && t("in_log", { seq: String(at.seq) })}
      recordId={id}
      pending={!e}
      error={full ? undefined : error}
      onRetry={() => void refetch()}
      actions={
        at && (
          <Tip label={<span className="text-pretty">{t("download_proof_tip")}</span>}>
            <LinkButton variant="ghost" icon href={audit.proof(at)} download aria-label={t("download_proof")}>
              <FileCheck2 size={14} />
            </LinkButton>
          </Tip>
        )
      }
    >
      {e && (
        <>
          <div className="flex items-start gap-3 px-5 pt-4 pb-3">
            <span className="pt-0.5">
              <Face actor={e.actor} size={24} />
            </span>
            <p className="min-w-0 text-lg leading-6 tracking-[-0.011em] break-words">
              <span className="font-semibold">{e.actor.name}</span> {e.summary}
            </p>
          </div>
          <Props>
            <Prop icon={<CalendarClock />} label={t("time")}>
              <span className="tnum">{exactly(e.at)}</span>{" "}
              <span className="text-xs text-fg-3">
                <DateText value={e.at} show="ago" />
              </span>
            </Prop>
            <Prop icon={<UserRound />} label={t("who")}>
              <span className="flex min-w-0 flex-wrap items-center gap-2 py-1">
                {e.actor.name} <ActorMark actor={e.actor} />
                {e.actor.kind === "system" && <span className="text-xs text-fg-3">{actionName(e.actor.id)}</span>}
              </span>
            </Prop>
            <Prop icon={<Activity />} label={t("action")}>
              {actionName(e.action)} <code className="ms-1 text-xs text-fg-3">{e.action}</code>
            </Prop>
            {e.note && (
              <Prop icon={<MessageSquareQuote />} label={t("reason")}>
                <span className="block py-1 text-pretty">“{e.note}”</span>
              </Prop>
            )}
            {e.cause && (
              <Prop icon={<GitBranch />} label={t("cause")}>
                <Button variant="ghost" size="sm" className="-ms-2" onClick={() => find(e.cause ?? "")}>
                  {t("cause_show")}
                </Button>
              </Prop>
            )}
            {e.request && (
              <Prop icon={<Fingerprint />} label={t("request")}>
                <span className="flex min-w-0 items-center gap-1">
                  <code className="truncate text-xs text-fg-2">{e.request}</code>
                  <Copy value={e.request} name={t("request")} />
                  <Button variant="ghost" size="sm" onClick={() => find(e.request ?? "")}>
                    {t("followed")}
                  </Button>
                </span>
              </Prop>
            )}
            {e.log === "installation" && (
              <p className="pt-2 text-xs text-pretty text-fg-3">
                {t("in_log", { seq: String(e.seq) })} {t("log_installation_more")}.
              </p>
            )}
          </Props>
          {full ? (
            <>
              {full.events.map((ev, i) => (
                <Section key={`${ev.subject}${String(i)}`} title={ev.subject || t("event_detail")}>
                  <Detail detail={ev.detail} />
                </Section>
              ))}
              {full.changes.total > 0 && (
                <Section
                  title={t("changes")}
                  aside={
                    <>
                      {t("changes_n", { n: full.changes.total })}
                      {full.undo && <UndoButton seq={e.seq} />}
                    </>
                  }
                >
                  <Changes changes={data.pages.flatMap((page) => page.changes.items)} />
                  {hasNextPage && (
                    <Button size="sm" className="mt-3" pending={isFetchingNextPage} onClick={() => void fetchNextPage()}>
                      {t("changes_more")}
                    </Button>
                  )}
                </Section>
              )}
            </>
          ) : (
            <Skeleton className="border-t border-line p-5" lines={5} />
          )}
        </>
      )}
    </Sidecar>
  );
}

/** What an event says of itself, name by name. */
function Detail({ detail }: { detail: Record<string, unknown> | undefined | null }) {
  const all = Object.entries(detail ?? {});
  if (all.length === 0) return null;
  return (
    <dl className="space-y-1">
      {all.map(([name, v]) => (
        <div key={name} className="grid grid-cols-[minmax(84px,120px)_1fr] gap-x-3">
          <dt className="truncate text-fg-3">{name.charAt(0).toUpperCase() + name.slice(1).replaceAll("_", " ")}</dt>
          <dd className="min-w-0 break-words">{said(v)}</dd>
        </div>
      ))}
    </dl>
  );
}

function said(v: unknown): string {
  if (v === null || v === undefined || v === "") return "–";
  if (typeof v === "number") return num(v);
  if (typeof v === "string" || typeof v === "boolean") return String(v);
  if (Array.isArray(v)) return v.map(said).join(", ");
  return JSON.stringify(v);
}
