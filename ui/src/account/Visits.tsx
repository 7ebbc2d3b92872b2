import { useInfiniteQuery } from "@tanstack/react-query";
import { CircleAlert, CircleCheck } from "lucide-react";
import { account, type Visited } from "#/api/api";
import { Button } from "#/kit/Button";
import { Group } from "#/kit/Group";
import { EmptyState, ErrorState, Skeleton } from "#/kit/State";
import { agentName, eventName, reasonName } from "#/kit/visit";
import { DateText } from "#/kit/When";
import { t } from "./words";

const size = 25;

/** What happened at the door with one's own account. */
export function Visits() {
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ["account", "visits"],
    queryFn: ({ pageParam }) => account.auth_log({ page: pageParam, limit: size }),
    initialPageParam: 1,
    getNextPageParam: (last) => (last.page * last.limit < last.total ? last.page + 1 : undefined),
    staleTime: 0,
  });
  const items = data?.pages.flatMap((p) => p.items) ?? [];
  return (
    <Group title={t("visits")} lead={t("visits_lead")} flush>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : !data ? (
        <Skeleton className="p-5" lines={6} />
      ) : items.length === 0 ? (
        <EmptyState icon={<CircleCheck />} title={t("visits_none")} />
      ) : (
        <>
          <ul aria-label={t("visits_list")} className="divide-y divide-line">
            {items.map((v) => (
              <One key={v.id} visit={v} />
            ))}
          </ul>
          {hasNextPage && (
            <div className="flex justify-center bg-surface-2 px-4 py-2.5">
              <Button pending={isFetchingNextPage} onClick={() => void fetchNextPage()}>
                {t("visits_more")}
              </Button>
            </div>
          )}
        </>
      )}
    </Group>
  );
}

function One({ visit: v }: { visit: Visited }) {
  const bad = v.outcome === "refused";
  const reason = reasonName(v.detail);
  return (
    <li className="flex min-h-12 items-start gap-3 px-4 py-2 sm:px-5">
      {bad ? (
        <CircleAlert size={15} className="mt-0.5 shrink-0 text-bad" aria-hidden />
      ) : (
        <CircleCheck size={15} className="mt-0.5 shrink-0 text-ok" aria-hidden />
      )}
      <div className="min-w-0 flex-1">
        <div className="font-medium">
          {eventName(v.event, v.outcome)}
          {reason && <span className="font-normal text-fg-3"> · {reason}</span>}
        </div>
        <div className="truncate text-xs text-fg-3" title={v.agent}>
          {agentName(v.agent)} · {v.ip}
        </div>
      </div>
      <span className="shrink-0 text-xs leading-5 text-fg-3">
        <DateText value={v.at} show="full" />
      </span>
    </li>
  );
}
