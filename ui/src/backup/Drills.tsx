import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { CircleCheck, CircleX } from "lucide-react";
import { Card } from "#/kit/Card";
import { bytes, num } from "#/kit/format";
import { ErrorState, Skeleton } from "#/kit/State";
import { DateText } from "#/kit/When";
import { recordLink } from "#/shell/nav";
import { drillsQuery } from "./data";
import { t } from "./words";

const route = getRouteApi("/o/$slug/backups");

/** The last restore drills and what each found. */
export function Drills() {
  const { slug } = route.useParams();
  const { data, error, refetch } = useQuery(drillsQuery);
  return (
    <Card title={t("drills")} help={t("drill_how")}>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : !data ? (
        <Skeleton lines={3} />
      ) : data.items.length === 0 ? (
        <p className="text-fg-3">{t("drills_none")}</p>
      ) : (
        <ul className="divide-y divide-line">
          {data.items.map((d) => (
            <li key={d.id} className="flex min-h-10 flex-wrap items-center gap-x-4 gap-y-0.5 py-1.5">
              <span className="flex w-24 shrink-0 items-center gap-1.5">
                {d.ok ? <CircleCheck size={14} className="text-ok-text" /> : <CircleX size={14} className="text-bad-text" />}
                {t(d.ok ? "passed" : "failed")}
              </span>
              <span className="w-24 shrink-0 text-fg-2">
                <DateText value={d.at} />
              </span>
              {d.ok ? (
                <span className="tnum min-w-0 flex-1 truncate text-fg-3">
                  {t("record", { no: num(d.record) })} · {bytes(d.bytes)} · {t("seconds", { s: (d.took_ms / 1000).toFixed(1) })}
                </span>
              ) : (
                <span className="min-w-0 flex-1 text-pretty text-bad-text">{d.problem}</span>
              )}
              {d.evidence && (
                <Link {...recordLink(slug, `evidence/${d.evidence}`)} className="link text-sm">
                  {t("drill_proof")}
                </Link>
              )}
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
