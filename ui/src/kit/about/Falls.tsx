import { useQuery } from "@tanstack/react-query";
import type { ReachedRecord } from "#/api/api";
import { num } from "../format";
import { Section } from "../Sidecar";
import { ErrorState, Skeleton } from "../State";
import { Help } from "../Tip";
import { type About, reachQuery } from "./data";
import { KindIcon, RecordLinkTo } from "./kinds";
import { t } from "./words";

/** What falls when a record falls, over any number of steps, and what it stands on itself; with `up` only the former. */
export function Falls({ kind, id, name, up }: About & { name: string; up?: boolean }) {
  return (
    <>
      <Ring about={{ kind, id }} direction="needed_by" title={t("falls")} help={t("falls_how")} none={t("falls_none", { name })} />
      {!up && <Ring about={{ kind, id }} direction="needs" title={t("stands")} help={t("stands_how")} none={t("stands_none")} />}
    </>
  );
}

type RingProps = { about: About; direction: "needed_by" | "needs"; title: string; help: string; none: string };
function Ring({ about, direction, title, help, none }: RingProps) {
  const { data, error, refetch } = useQuery(reachQuery(about, direction));
  return (
    <Section
      title={
        <span className="flex items-center gap-1.5">
          {title} <Help>{help}</Help>
        </span>
      }
      aside={data && data.items.length > 0 ? num(data.items.length) : undefined}
    >
      {data ? (
        data.items.length > 0 ? (
          <ul className="space-y-0.5">
            {data.items.map((r) => (
              <Step key={`${r.kind} ${r.id}`} r={r} />
            ))}
          </ul>
        ) : (
          <p className="text-pretty text-fg-3">{none}</p>
        )
      ) : error ? (
        <ErrorState error={error} onRetry={() => void refetch()} className="py-2" />
      ) : (
        <Skeleton lines={2} />
      )}
      {data?.more && <p className="mt-1 text-xs text-fg-3">{t("reach_more", { n: data.items.length })}</p>}
    </Section>
  );
}

/** A record on the way, the further away the further in. */
const Step = ({ r }: { r: ReachedRecord }) => (
  <li style={{ paddingInlineStart: Math.min(r.distance - 1, 4) * 14 }}>
    <RecordLinkTo path={r.path} className="flex min-h-6 items-center gap-2 hover:underline">
      <KindIcon kind={r.kind} />
      <span className="ref shrink-0 text-xs text-fg-3">{r.ref}</span>
      <span className="truncate">{r.title}</span>
      {r.through && <span className="ms-auto shrink truncate text-xs text-fg-3">{t("reach_through", { name: r.through })}</span>}
    </RecordLinkTo>
  </li>
);
