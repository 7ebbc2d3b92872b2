import { useQuery } from "@tanstack/react-query";
import { BookCheck, CircleCheck } from "lucide-react";
import type { MyPolicy } from "#/api/api";
import { RecordLinkTo } from "#/kit/about/kinds";
import { Card, CardPage } from "#/kit/Card";
import { EmptyState, ErrorState, Skeleton } from "#/kit/State";
import { StatusIcon } from "#/kit/Status";
import { DateText, Due } from "#/kit/When";
import { Page, Topbar } from "#/shell/Topbar";
import { mineQuery } from "./data";
import { t } from "./words";

/** What one is asked to approve, to read and to acknowledge; whoever one is. */
export function MyPolicies() {
  const { data: m, error, refetch } = useQuery(mineQuery);
  const toRead = m?.acknowledge.filter((p) => !p.acknowledged_at) ?? [];
  const read = m?.acknowledge.filter((p) => p.acknowledged_at) ?? [];
  return (
    <Page>
      <Topbar title={t("my_policies")} icon={<BookCheck />} />
      <CardPage>
        <div className="mx-auto max-w-[760px] space-y-4">
          {error ? (
            <ErrorState error={error} onRetry={() => void refetch()} />
          ) : !m ? (
            <Skeleton lines={6} />
          ) : m.approve.length + m.acknowledge.length === 0 ? (
            <EmptyState icon={<CircleCheck />} title={t("mine_none")}>
              {t("mine_none_more")}
            </EmptyState>
          ) : (
            <>
              {m.approve.length > 0 && <Waiting title={t("to_approve")} of={m.approve} act={t("read_and_decide")} />}
              {toRead.length > 0 && <Waiting title={t("to_read")} of={toRead} act={t("read_and_sign")} />}
              {toRead.length + m.approve.length === 0 && (
                <EmptyState icon={<CircleCheck />} title={t("mine_done")}>
                  {t("mine_done_more")}
                </EmptyState>
              )}
              {read.length > 0 && (
                <Card title={t("have_read")}>
                  <ul className="-mx-4 -mb-4 divide-y divide-line border-t border-line">
                    {read.map((p) => (
                      <li key={p.request}>
                        <RecordLinkTo
                          path={`my-policies/${p.version_id}`}
                          className="flex min-h-12 items-center gap-3 px-4 py-2 hover:bg-hover"
                        >
                          <StatusIcon s="accepted" />
                          <Name p={p} />
                          <span className="ms-auto shrink-0 text-xs text-fg-3">
                            <DateText value={p.acknowledged_at} />
                          </span>
                        </RecordLinkTo>
                      </li>
                    ))}
                  </ul>
                </Card>
              )}
            </>
          )}
        </div>
      </CardPage>
    </Page>
  );
}

const Name = ({ p }: { p: MyPolicy }) => (
  <span className="min-w-0">
    <span className="block truncate font-medium">{p.title}</span>
    <span className="block text-xs text-fg-3">
      {p.ref} · {t("version_n", { v: p.number })}
    </span>
  </span>
);

function Waiting({ title, of, act }: { title: string; of: readonly MyPolicy[]; act: string }) {
  return (
    <Card title={title} aside={<span className="tnum">{of.length}</span>}>
      <ul className="-mx-4 -mb-4 divide-y divide-line border-t border-line">
        {of.map((p) => (
          <li key={p.version_id + p.request}>
            <RecordLinkTo
              path={`my-policies/${p.version_id}`}
              className="flex min-h-14 flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2.5 hover:bg-hover"
            >
              <StatusIcon s={p.overdue ? "overdue" : "pending"} label />
              <Name p={p} />
              <span className="ms-auto flex items-center gap-4">
                {p.due_on && <span className="text-xs text-fg-3">{t.rich("due_by", { day: <Due value={p.due_on} soon={7} /> })}</span>}
                <span className="text-sm font-medium text-accent-text">{act}</span>
              </span>
              {p.message && <span className="w-full ps-6.5 text-pretty text-fg-2">{p.message}</span>}
            </RecordLinkTo>
          </li>
        ))}
      </ul>
    </Card>
  );
}
