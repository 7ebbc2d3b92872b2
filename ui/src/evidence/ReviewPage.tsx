import { keepPreviousData, queryOptions, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import clsx from "clsx";
import { Check, CircleCheck, ExternalLink, ListChecks, X } from "lucide-react";
import { useEffect, useRef } from "react";
import { evidence, type ReviewFile } from "#/api/api";
import { Button, buttonClass } from "#/kit/Button";
import { cache } from "#/kit/cache";
import { ago, bytes, dateRange, fullDate, longDate } from "#/kit/format";
import { useEvent } from "#/kit/hooks";
import { useHotkeys } from "#/kit/hotkeys";
import { EmptyState, ErrorState, Skeleton } from "#/kit/State";
import { Kbd, Tag } from "#/kit/Tag";
import { type View, ViewTabs } from "#/kit/Views";
import { orgPath } from "#/shell/nav";
import { useSession } from "#/shell/session";
import { Page, Topbar } from "#/shell/Topbar";
import { Preview } from "./Preview";
import { acceptFile, askAccept, askReject, useMayReview } from "./review";
import { t } from "./words";

const route = getRouteApi("/o/$slug/evidence/review");

const queueQuery = (all: boolean) =>
  queryOptions({ queryKey: ["evidence", "queue", all], queryFn: () => evidence.queue({ mine: all ? undefined : true, limit: 100 }) });

type Search = { all?: true };

/** Files that wait for review, oldest first, each with its content beside it; decided on by keyboard. */
export function ReviewPage() {
  const { slug } = route.useParams();
  const { all, file } = route.useSearch();
  const go = route.useNavigate();
  const { data, error, refetch } = useQuery({ ...queueQuery(all === true), placeholderData: keepPreviousData });
  const mine = useQuery(queueQuery(false)).data?.total;
  const every = useQuery(queueQuery(true)).data?.total;
  const items = data?.items ?? [];
  const at = Math.max(
    0,
    items.findIndex((f) => f.id === file),
  );
  const open = items[at];
  const place = useRef(0);
  // What was open has been decided: the one that took its place is next.
  const shown = file && open?.id !== file ? items[Math.min(place.current, items.length - 1)] : open;
  const now = shown ? items.indexOf(shown) : -1;
  useEffect(() => {
    if (now >= 0) place.current = now;
  }, [now]);
  const to = (i: number) => {
    const f = items[i];
    if (f) void go({ search: (s) => ({ ...s, file: f.id }), replace: true });
  };
  const views: View<Search>[] = [
    { id: "mine", name: t("queue_mine"), search: {}, count: mine },
    { id: "all", name: t("queue_all"), search: { all: true }, count: every },
  ];
  return (
    <Page>
      <Topbar
        title={t("review_title")}
        icon={<ListChecks />}
        parent={
          <Link to="/o/$slug/evidence" params={{ slug }}>
            {t("evidence")}
          </Link>
        }
      />
      <ViewTabs views={views} search={all ? { all } : {}} onView={(s) => void go({ search: s, replace: true })} />
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : !data ? (
        <Skeleton className="p-6" lines={8} />
      ) : items.length === 0 ? (
        <EmptyState icon={<CircleCheck />} title={t(all ? "files_none_waiting" : "files_none_mine")}>
          {t(all ? "files_none_waiting_more" : "files_none_mine_more")}
        </EmptyState>
      ) : (
        <div className="flex min-h-0 flex-1 max-md:flex-col">
          <ul
            aria-label={t("review_title")}
            className="min-h-0 shrink-0 overflow-y-auto border-line max-md:max-h-44 max-md:border-b md:w-80 md:border-e"
          >
            {items.map((f, i) => (
              <li key={f.id}>
                <Waiting f={f} on={i === now} onOpen={() => to(i)} />
              </li>
            ))}
          </ul>
          {shown && (
            <Shown
              key={shown.id}
              f={shown}
              slug={slug}
              onNext={now < items.length - 1 ? () => to(now + 1) : undefined}
              onPrev={now > 0 ? () => to(now - 1) : undefined}
            />
          )}
        </div>
      )}
    </Page>
  );
}

function Waiting({ f, on, onOpen }: { f: ReviewFile; on: boolean; onOpen: () => void }) {
  const ref = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (on) ref.current?.scrollIntoView({ block: "nearest" });
  }, [on]);
  return (
    <button
      ref={ref}
      type="button"
      aria-current={on}
      onClick={onOpen}
      className={clsx(
        "block w-full border-b border-line px-4 py-2.5 text-start outline-offset-[-2px]",
        on ? "bg-accent-soft" : "hover:bg-hover",
      )}
    >
      <span className="block truncate font-medium">{f.evidence_name}</span>
      <span className="mt-0.5 flex items-baseline gap-2 text-xs text-fg-3">
        <span className="min-w-0 truncate">{f.name}</span>
        {f.overdue && <span className="ms-auto shrink-0 text-bad-text">{t("cycle_overdue")}</span>}
        <span className={clsx("shrink-0", !f.overdue && "ms-auto")}>{ago(f.uploaded_at)}</span>
      </span>
    </button>
  );
}

type ShownProps = { f: ReviewFile; slug: string; onNext?: () => void; onPrev?: () => void };
function Shown({ f, slug, onNext, onPrev }: ShownProps) {
  const { editor } = useSession();
  const e = { id: f.evidence, reviewer: f.reviewer, reviewer_name: f.reviewer_name };
  const may = useMayReview(e, f);
  const refresh = () => cache.invalidateQueries({ queryKey: ["evidence", "queue"] });
  const accept = useEvent(() => void (may === "yes" && acceptFile(e, f).then(refresh)));
  const reject = useEvent(() => void (may === "yes" && askReject(e, f, refresh)));
  const remark = useEvent(() => void (may === "yes" && askAccept(e, f, refresh)));
  useHotkeys({ "shift+a": remark, j: () => onNext?.(), k: () => onPrev?.(), a: accept, r: reject });
  return (
    <article aria-label={f.name} className="flex min-h-0 min-w-0 flex-1 flex-col">
      <header className="border-b border-line px-5 py-3">
        <div className="flex items-start gap-x-4 gap-y-2 max-lg:flex-col">
          <div className="min-w-0 flex-1">
            <h2 className="text-base font-semibold text-pretty">{f.evidence_name}</h2>
            <p className="mt-0.5 flex flex-wrap items-center gap-x-2 gap-y-1 text-xs text-fg-3">
              <span className="font-medium break-all text-fg-2">{f.name}</span>
              <span className="tnum">{bytes(f.size)}</span>
              <span title={longDate(f.collected_on)}>{t("collected_short", { day: fullDate(f.collected_on) })}</span>
              {f.period_start && <span>{dateRange(f.period_start, f.period_end)}</span>}
              <span title={longDate(f.uploaded_at)}>{t("uploaded_by", { who: f.uploaded_by_name || "–", when: ago(f.uploaded_at) })}</span>
              {f.periods.length > 0 && <span>{t("period_in", { names: f.periods.join(", ") })}</span>}
              {f.cycle_due && (
                <Tag tone={f.overdue ? "bad" : "mute"}>
                  {t("cycle_no", { n: f.cycle })}, {t("queue_due", { day: fullDate(f.cycle_due) })}
                </Tag>
              )}
            </p>
            {f.note && <p className="mt-1 text-xs break-words whitespace-pre-wrap text-fg-2">“{f.note}”</p>}
          </div>
          <div className="flex shrink-0 flex-wrap items-center gap-2">
            <a href={`${orgPath(slug, "evidence")}/${f.evidence}`} className={buttonClass({ variant: "ghost" })}>
              <ExternalLink size={13} /> {t("queue_open")}
            </a>
            {may === "yes" && (
              <>
                <Button onClick={reject} aria-keyshortcuts="R">
                  <X size={14} /> {t("reject")}
                </Button>
                <Button variant="primary" onClick={accept} aria-keyshortcuts="A">
                  <Check size={14} /> {t("accept")}
                </Button>
              </>
            )}
          </div>
        </div>
        {may === "own" && <p className="mt-2 text-xs text-pretty text-fg-3">{t("own_upload")}</p>}
      </header>
      <div className="relative min-h-0 flex-1 overflow-auto bg-surface-2">
        <Preview f={f} />
      </div>
      {editor && (
        <p className="border-t border-line px-5 py-1.5 text-xs text-fg-3 max-md:hidden">
          {t.rich("review_keys", { j: <Kbd>J</Kbd>, k: <Kbd>K</Kbd>, a: <Kbd>A</Kbd>, r: <Kbd>R</Kbd>, note: <Kbd>⇧A</Kbd> })}
        </p>
      )}
    </article>
  );
}
