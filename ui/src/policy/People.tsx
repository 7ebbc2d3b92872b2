import { keepPreviousData, useQueries, useQuery } from "@tanstack/react-query";
import { BellRing, CircleStop, UsersRound } from "lucide-react";
import { useState } from "react";
import { type Acknowledgment, type PolicyDetail, type PolicyRequest, policy } from "#/api/api";
import { Person } from "#/kit/Avatar";
import { Button } from "#/kit/Button";
import { ask } from "#/kit/Dialog";
import { ExportMenu } from "#/kit/ExportMenu";
import { fullDate, num } from "#/kit/format";
import { Ring } from "#/kit/Meter";
import { SearchBox } from "#/kit/SearchBox";
import { EmptyState, ErrorState, Skeleton } from "#/kit/State";
import { StatusIcon } from "#/kit/Status";
import { Help } from "#/kit/Tip";
import { DateText } from "#/kit/When";
import { useSession } from "#/shell/session";
import { AskButton } from "./Ask";
import { step } from "./data";
import { WORD_STATES } from "./search";
import { t } from "./words";

export const wordLook = { acknowledged: "accepted", waiting: "pending", overdue: "overdue", left: "not_applicable" } as const;

/** How many of those who are asked have said that they read the version in force. */
export function CoverageRing({ p, size = 84 }: { p: Pick<PolicyDetail, "coverage" | "asked" | "acknowledged">; size?: number }) {
  return (
    <div className="flex items-center gap-4">
      <Ring value={p.coverage < 0 ? null : p.coverage} label={t("coverage")} size={size} />
      <div>
        <p className="flex items-center gap-1.5 font-medium">
          {p.asked === 0 ? t("nobody_asked") : t("of_people", { n: p.acknowledged, all: p.asked })}
          <Help>{t("coverage_how")}</Help>
        </p>
        {p.asked > p.acknowledged && <p className="text-fg-3">{t("not_yet", { n: p.asked - p.acknowledged })}</p>}
      </div>
    </div>
  );
}

/** What was asked of whom about a policy, with each person's word. */
export function AcknowledgmentPart({ p }: { p: PolicyDetail }) {
  const { editor } = useSession();
  const [request, setRequest] = useState("");
  const chosen = p.requests.find((r) => r.id === request) ?? p.requests[0];
  if (!chosen)
    return (
      <EmptyState icon={<UsersRound />} title={t("nobody_asked")} actions={editor && p.current && <AskButton p={p} variant="primary" />}>
        {p.current ? t("nobody_asked_more") : t("nothing_published_more")}
      </EmptyState>
    );
  return (
    <div>
      <div className="mb-5 flex flex-wrap items-center gap-4">
        <CoverageRing p={p} />
        <div className="ms-auto flex flex-wrap gap-2">{editor && p.current && <AskButton p={p} />}</div>
      </div>
      {p.requests.length > 1 && (
        <label className="mb-3 flex items-center gap-2 text-xs text-fg-3">
          {t("request")}
          <select className="input h-7 w-auto py-0" value={chosen.id} onChange={(e) => setRequest(e.target.value)}>
            {p.requests.map((r) => (
              <option key={r.id} value={r.id}>
                {t("request_of", { v: r.number, when: fullDate(r.asked_on), audience: audienceWords(r) })}
              </option>
            ))}
          </select>
        </label>
      )}
      <RequestHead r={chosen} />
      <People key={chosen.id} request={chosen.id} />
    </div>
  );
}

const audienceWords = (r: PolicyRequest) =>
  r.audience === "people" ? t("audience_some", { n: r.chosen.length }) : t(`audience_${r.audience}`);

function RequestHead({ r }: { r: PolicyRequest }) {
  const { editor } = useSession();
  return (
    <div className="mb-3 flex flex-wrap items-center gap-x-4 gap-y-2 rounded-lg border border-line bg-surface-2 px-4 py-3">
      <div className="min-w-0 flex-1">
        <p className="font-medium">{t("request_of", { v: r.number, when: fullDate(r.asked_on), audience: audienceWords(r) })}</p>
        <p className="text-xs text-fg-3">
          {r.closed_at
            ? t("request_closed", { when: fullDate(r.closed_at) })
            : t.rich("request_due", { day: <DateText value={r.due_on} show="full" />, who: r.requester_name || t("the_program") })}
          {r.overdue > 0 && <span className="ms-2 text-bad-text">{t("late", { n: r.overdue })}</span>}
        </p>
      </div>
      {editor && !r.closed_at && (
        <>
          <Button
            disabled={r.acknowledged >= r.asked}
            onClick={async () => {
              await step(() => policy.remind({ id: r.id }), t("reminded_said"));
            }}
          >
            <BellRing size={14} /> {t("remind")}
          </Button>
          <Button
            variant="ghost"
            onClick={() =>
              ask({
                title: t("close_request_title"),
                effect: t("close_request_effect"),
                action: t("close_request"),
                run: () => step(() => policy.close({ id: r.id }), t("closed_request_said")),
              })
            }
          >
            <CircleStop size={14} /> {t("close_request")}
          </Button>
        </>
      )}
    </div>
  );
}

/** Who was asked by a request, those who have not acknowledged first. */
export function People({ request }: { request: string }) {
  const [q, setQ] = useState("");
  const [state, setState] = useState<Acknowledgment["state"]>();
  const [page, setPage] = useState(1);
  const filter = { request, q: q || undefined, state: state && [state] };
  const { data, error, refetch } = useQuery({
    queryKey: ["policy", "people", filter, page],
    queryFn: () => policy.acknowledgments({ ...filter, page, limit: 50 }),
    placeholderData: keepPreviousData,
  });
  const counts = useQueries({
    queries: WORD_STATES.map((s) => ({
      queryKey: ["policy", "people", "count", request, s],
      queryFn: () => policy.acknowledgments({ request, state: [s], limit: 1 }),
    })),
  });
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton lines={6} />;
  const pages = Math.ceil(data.total / data.limit);
  return (
    <section aria-label={t("people")}>
      <div className="mb-2 flex flex-wrap items-center gap-2">
        <SearchBox
          name={t("people_lower")}
          value={q}
          onChange={(v) => {
            setQ(v);
            setPage(1);
          }}
        />
        {WORD_STATES.map((s, i) => {
          const n = counts[i]?.data?.total ?? 0;
          return n > 0 || state === s ? (
            <button
              key={s}
              type="button"
              aria-pressed={state === s}
              onClick={() => {
                setState(state === s ? undefined : s);
                setPage(1);
              }}
              className={`flex h-7 items-center gap-1.5 rounded-md border px-2 text-xs pointer-coarse:h-9 ${state === s ? "border-accent bg-accent-soft" : "border-line hover:bg-hover"}`}
            >
              <StatusIcon s={wordLook[s]} size={12} /> {t(`word_${s}`)} <span className="tnum text-fg-3">{num(n)}</span>
            </button>
          ) : null;
        })}
        <span className="ms-auto">
          <ExportMenu href={(format) => policy.acknowledgments_export({ ...filter, format })} />
        </span>
      </div>
      <ul className="divide-y divide-line rounded-lg border border-line">
        {data.items.map((a) => (
          <li key={a.id} className="flex min-h-10 items-center gap-3 px-3 py-1.5">
            <span className="min-w-0 flex-1">
              <Person name={a.person_name} nobody={t("gone")} />
            </span>
            <span className="hidden w-40 truncate text-fg-3 sm:block">{a.department}</span>
            <span className="flex w-44 items-center justify-end gap-1.5 text-xs text-fg-2">
              <StatusIcon s={wordLook[a.state]} size={12} />
              {a.state === "acknowledged" ? <DateText value={a.acknowledged_at} show="full" /> : t(`word_${a.state}`)}
            </span>
          </li>
        ))}
        {data.items.length === 0 && <li className="px-3 py-6 text-center text-fg-3">{t("nobody_matches")}</li>}
      </ul>
      {pages > 1 && (
        <div className="mt-2 flex items-center justify-end gap-2 text-xs text-fg-3">
          <span className="tnum">{t("page_of", { n: page, all: pages })}</span>
          <Button size="sm" disabled={page === 1} onClick={() => setPage(page - 1)}>
            {t("back")}
          </Button>
          <Button size="sm" disabled={page >= pages} onClick={() => setPage(page + 1)}>
            {t("next")}
          </Button>
        </div>
      )}
    </section>
  );
}
