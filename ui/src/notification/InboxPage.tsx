import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { CheckCheck, Inbox } from "lucide-react";
import type { Notification } from "#/api/api";
import { Button } from "#/kit/Button";
import { dayOf, daysTo, longDate } from "#/kit/format";
import { EmptyState, ErrorState, Skeleton } from "#/kit/State";
import { toast } from "#/kit/Toast";
import { ViewTabs } from "#/kit/Views";
import { Page, Topbar } from "#/shell/Topbar";
import { inboxQuery, markAll } from "./data";
import { Line } from "./Line";
import { t } from "./words";

const route = getRouteApi("/o/$slug/inbox");
const views = [
  { id: "all", name: t("all"), search: {} },
  { id: "unread", name: t("unread"), search: { show: "unread" as const } },
];

/** Everything that one was told, by day. */
export function InboxPage() {
  const search = route.useSearch();
  const go = route.useNavigate();
  const show = search.show ?? "all";
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(inboxQuery(show));
  const items = data?.pages.flatMap((p) => p.items) ?? [];
  return (
    <Page>
      <Topbar title={t("inbox")} icon={<Inbox />}>
        {items.some((n) => !n.read) && (
          <Button onClick={() => void markAll().then(() => toast.done(t("all_read_done")))}>
            <CheckCheck size={14} /> <span className="max-sm:sr-only">{t("all_read")}</span>
          </Button>
        )}
      </Topbar>
      <ViewTabs views={views} search={search} onView={(s) => void go({ search: s })} />
      <div className="relative flex min-h-0 flex-1 flex-col overflow-y-auto">
        {error ? (
          <ErrorState error={error} onRetry={() => void refetch()} />
        ) : !data ? (
          <Skeleton className="mx-auto w-full max-w-[760px] p-6" lines={8} />
        ) : items.length === 0 ? (
          <EmptyState icon={<Inbox />} title={t(show === "unread" ? "unread_none" : "empty")}>
            {t(show === "unread" ? "unread_none_more" : "empty_more")}
          </EmptyState>
        ) : (
          <div className="mx-auto w-full max-w-[760px] px-3 py-4">
            {byDay(items).map(([day, some]) => (
              <section key={day} className="mb-4">
                <h2 className="px-2 pb-1 text-xs font-medium text-fg-3">{dayName(day)}</h2>
                <ul className="space-y-0.5">
                  {some.map((n) => (
                    <Line key={n.id} n={n} />
                  ))}
                </ul>
              </section>
            ))}
            {hasNextPage && (
              <Button className="ms-2" pending={isFetchingNextPage} onClick={() => void fetchNextPage()}>
                {t("load_more")}
              </Button>
            )}
          </div>
        )}
      </div>
    </Page>
  );
}

/** By the reader's days. */
function byDay(items: readonly Notification[]): [string, Notification[]][] {
  const days = new Map<string, Notification[]>();
  for (const n of items) {
    const day = dayOf(new Date(n.at));
    days.set(day, [...(days.get(day) ?? []), n]);
  }
  return [...days];
}

function dayName(day: string): string {
  const n = daysTo(new Date(`${day}T00:00:00`).toISOString());
  return n === 0 ? t("today") : n === -1 ? t("yesterday") : longDate(day);
}
