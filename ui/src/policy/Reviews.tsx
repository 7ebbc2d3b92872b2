import { useQuery } from "@tanstack/react-query";
import clsx from "clsx";
import { CalendarCheck, ScrollText } from "lucide-react";
import { useState } from "react";
import { type Policy, policy } from "#/api/api";
import { Person } from "#/kit/Avatar";
import { RecordLinkTo } from "#/kit/about/kinds";
import { Button } from "#/kit/Button";
import { ExportMenu } from "#/kit/ExportMenu";
import { num } from "#/kit/format";
import { Scroll } from "#/kit/Scroll";
import { EmptyState, ErrorState, Skeleton } from "#/kit/State";
import { StatusIcon } from "#/kit/Status";
import { Help } from "#/kit/Tip";
import { DueTag } from "#/kit/When";
import { useSession } from "#/shell/session";
import { Page, Topbar } from "#/shell/Topbar";
import { figuresQuery, step } from "./data";
import { InForce, ReviewDay } from "./Look";
import { PolicyPlaces } from "./Places";
import { REVIEWS } from "./search";
import { t } from "./words";

type Bucket = (typeof REVIEWS)[number];

/** The reviews that come, by how near they are. */
export function Reviews() {
  const { data: f } = useQuery(figuresQuery);
  const [only, setOnly] = useState<Bucket>();
  const { data, error, refetch } = useQuery({
    queryKey: ["policy", "reviews", only ?? "all"],
    queryFn: () => policy.list({ review: only ? [only] : [...REVIEWS], sort: "next_review_on", limit: 100 }),
  });
  const cards: { id: Bucket | undefined; label: string; how: string; n: number | undefined; tone: string }[] = [
    { id: undefined, label: t("reviewed_all"), how: t("reviewed_all_how"), n: f?.reviewed, tone: "" },
    { id: "overdue", label: t("review_overdue"), how: t("review_overdue_how"), n: f?.overdue, tone: "text-bad-text" },
    { id: "within_30", label: t("review_within_30"), how: t("review_within_30_how"), n: f?.within_30, tone: "text-warn-text" },
    { id: "within_90", label: t("review_within_90"), how: t("review_within_90_how"), n: f?.within_90, tone: "" },
  ];
  return (
    <Page>
      <Topbar title={t("reviews")} icon={<ScrollText />}>
        <ExportMenu
          href={(format) =>
            policy.export({
              review: only ? [only] : [...REVIEWS],
              sort: "next_review_on",
              format,
              columns: ["ref", "title", "owner", "next_review_on", "light", "in_force", "review_months"],
            })
          }
        />
      </Topbar>
      <PolicyPlaces />
      <Scroll label={t("reviews")} className="@container min-h-0 flex-1 overflow-y-auto bg-surface-2">
        <div className="mx-auto max-w-[1080px] space-y-5 p-4 sm:p-6">
          <div className="grid grid-cols-2 gap-3 @3xl:grid-cols-4">
            {cards.map((c) => (
              <div
                key={c.label}
                className={clsx("relative rounded-lg border bg-surface p-4 shadow-1", only === c.id ? "border-accent" : "border-line")}
              >
                <p className="flex items-center gap-1.5 text-fg-3">
                  {c.label} <Help>{c.how}</Help>
                </p>
                <button
                  type="button"
                  aria-pressed={only === c.id}
                  aria-label={`${c.label}: ${c.n ?? "–"}`}
                  onClick={() => setOnly(c.id)}
                  className={clsx(
                    "tnum mt-1 block w-full rounded-md text-start text-2xl font-semibold tracking-[-0.022em]",
                    c.n ? c.tone : "",
                  )}
                >
                  {c.n === undefined ? "–" : num(c.n)}
                  <span aria-hidden className="absolute inset-0 -z-0 rounded-lg" />
                </button>
              </div>
            ))}
          </div>
          {error ? (
            <ErrorState error={error} onRetry={() => void refetch()} />
          ) : !data ? (
            <Skeleton lines={6} />
          ) : data.items.length === 0 ? (
            <EmptyState icon={<CalendarCheck />} title={only ? t("reviews_none_here") : t("reviews_none")}>
              {!only && t("reviews_none_more")}
            </EmptyState>
          ) : (
            REVIEWS.map((b) => <Bucketed key={b} of={b} items={data.items.filter((p) => p.review === b)} />)
          )}
          {data && data.total > data.items.length && (
            <p className="text-center text-xs text-fg-3">{t("first_of", { n: data.items.length, all: data.total })}</p>
          )}
        </div>
      </Scroll>
    </Page>
  );
}

function Bucketed({ of, items }: { of: Bucket; items: readonly Policy[] }) {
  if (items.length === 0) return null;
  return (
    <section aria-labelledby={`bucket-${of}`}>
      <h2 id={`bucket-${of}`} className="mb-2 flex items-center gap-2 text-sm font-semibold">
        <StatusIcon s={of === "overdue" ? "overdue" : of === "within_30" ? "expiring_soon" : "current"} size={13} />
        {t(`review_${of}`)} <span className="tnum font-normal text-fg-3">{num(items.length)}</span>
      </h2>
      <ul className="divide-y divide-line rounded-lg border border-line bg-surface">
        {items.map((p) => (
          <li key={p.id} className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2.5">
            <RecordLinkTo path={`policies/${p.id}`} className="flex min-w-0 flex-1 basis-56 items-baseline gap-2 hover:underline">
              <span className="ref shrink-0 text-xs text-fg-3">{p.ref}</span>
              <span className="truncate font-medium">{p.title}</span>
            </RecordLinkTo>
            <span className="hidden w-14 @3xl:block">
              <InForce p={p} />
            </span>
            <span className="w-40 min-w-0">
              <Person name={p.owner_name} nobody={t("nobody")} />
            </span>
            <span className="w-24">
              <ReviewDay p={p} />
            </span>
            <span className="hidden w-28 @2xl:block">
              <DueTag value={p.next_review_on} soon={30} />
            </span>
            <Reviewed p={p} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Reviewed({ p }: { p: Policy }) {
  const { editor } = useSession();
  if (!editor) return null;
  if (p.status !== "published")
    return (
      <RecordLinkTo path={`policies/${p.id}`} className="w-32 text-end text-xs text-fg-3 hover:text-fg hover:underline">
        {t("being_changed")}
      </RecordLinkTo>
    );
  return (
    <span className="flex w-32 justify-end">
      <Button size="sm" onClick={() => void step(() => policy.review({ id: p.id }), t("reviewed_said", { ref: p.ref }))}>
        <CalendarCheck size={13} /> {t("reviewed_short")}
      </Button>
    </span>
  );
}
