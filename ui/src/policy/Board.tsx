import { useQuery } from "@tanstack/react-query";
import { ScrollText } from "lucide-react";
import { type Policy, policy } from "#/api/api";
import { Avatar } from "#/kit/Avatar";
import { RecordLinkTo } from "#/kit/about/kinds";
import { num } from "#/kit/format";
import { Scroll } from "#/kit/Scroll";
import { ErrorState, Skeleton } from "#/kit/State";
import { POLICY_STATUSES, StatusIcon, statusName } from "#/kit/Status";
import { Help } from "#/kit/Tip";
import { Page, Topbar } from "#/shell/Topbar";
import { figuresQuery } from "./data";
import { Covered, ReviewDay } from "./Look";
import { PolicyPlaces } from "./Places";
import { t } from "./words";

const columns = POLICY_STATUSES.filter((s) => s !== "archived");

/** Where every policy is on its way from a suggestion to being in force. */
export function Board() {
  const figures = useQuery(figuresQuery).data;
  return (
    <Page>
      <Topbar title={t("board")} icon={<ScrollText />} />
      <PolicyPlaces />
      <Scroll label={t("board")} className="min-h-0 flex-1 overflow-auto bg-surface-2 p-4">
        <p className="mb-3 flex items-center gap-1.5 text-fg-3">
          {t("board_more")} <Help>{t("board_how")}</Help>
        </p>
        <ol className="flex items-start gap-2">
          {columns.map((s) => (
            <Column key={s} s={s} n={figures?.status[s]} />
          ))}
        </ol>
      </Scroll>
    </Page>
  );
}

function Column({ s, n }: { s: Policy["status"]; n: number | undefined }) {
  const { data, error, refetch } = useQuery({
    queryKey: ["policy", "board", s],
    queryFn: () => policy.list({ status: [s], sort: s === "published" ? "next_review_on" : "-updated_at", limit: 50 }),
  });
  return (
    <li className="min-w-38 shrink-0 grow basis-0 max-sm:min-w-60">
      <h2 className="mb-2 flex items-center gap-2 px-1 text-sm font-semibold">
        <StatusIcon s={s} size={13} /> {statusName(s)}
        <span className="tnum ms-auto text-xs font-normal text-fg-3">{n === undefined ? "–" : num(n)}</span>
      </h2>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : !data ? (
        <Skeleton lines={3} />
      ) : (
        <ul className="space-y-2">
          {data.items.map((p) => (
            <li key={p.id}>
              <RecordLinkTo
                path={`policies/${p.id}`}
                className="block rounded-lg border border-line bg-surface p-3 shadow-1 hover:border-line-2"
              >
                <span className="flex items-center gap-2 text-xs text-fg-3">
                  <span className="ref">{p.ref}</span>
                  {p.in_force && <span className="tnum ms-auto">{t("version_n", { v: p.in_force })}</span>}
                </span>
                <span className="mt-0.5 block font-medium text-pretty">{p.title}</span>
                <span className="mt-2 flex items-center gap-2 text-xs text-fg-3">
                  <Avatar name={p.owner_name} size={16} />
                  <span className="truncate">{p.owner_name || t("nobody")}</span>
                  {p.next_review_on && (
                    <span className="ms-auto shrink-0">
                      <ReviewDay p={p} />
                    </span>
                  )}
                </span>
                {p.asked > 0 && (
                  <span className="mt-2 block">
                    <Covered asked={p.asked} acknowledged={p.acknowledged} />
                  </span>
                )}
              </RecordLinkTo>
            </li>
          ))}
          {data.items.length === 0 && (
            <li className="rounded-lg border border-dashed border-line-2 p-3 text-center text-xs text-fg-3">{t("none_here")}</li>
          )}
          {data.total > data.items.length && (
            <li className="text-center text-xs">
              <RecordLinkTo path={`policies?status=${s}`} className="text-fg-3 hover:text-fg hover:underline">
                {t("more_here", { n: data.total - data.items.length })}
              </RecordLinkTo>
            </li>
          )}
        </ul>
      )}
    </li>
  );
}
