import { useQuery } from "@tanstack/react-query";
import clsx from "clsx";
import { CalendarCheck, CalendarClock, FileCheck2, ScrollText } from "lucide-react";
import { useMemo } from "react";
import { type Planned, policy } from "#/api/api";
import { Avatar } from "#/kit/Avatar";
import { RecordLinkTo } from "#/kit/about/kinds";
import { monthName, num } from "#/kit/format";
import { Scroll } from "#/kit/Scroll";
import { EmptyState, ErrorState, Skeleton } from "#/kit/State";
import { StatusIcon, statusName } from "#/kit/Status";
import { Help } from "#/kit/Tip";
import { DateText } from "#/kit/When";
import { Page, Topbar } from "#/shell/Topbar";
import { PolicyPlaces } from "./Places";
import { t } from "./words";

/** Months from that of a day on, as 2026-03. */
function months(from: string, n: number): string[] {
  const at = new Date(`${from.slice(0, 7)}-01T00:00:00Z`);
  return Array.from({ length: n }, (_, i) => new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + i, 1)).toISOString().slice(0, 7));
}

type Lane = { id: string; name: string; items: Planned[] };

/** Puts what is planned under its month: what is late first, then a year, then what comes later or has no day. */
export function lanes(day: string, items: readonly Planned[]): Lane[] {
  const year = months(day, 12);
  const laneOf = (p: Planned) => (p.late ? "late" : p.day === "" ? "none" : year.includes(p.day.slice(0, 7)) ? p.day.slice(0, 7) : "later");
  const all: Lane[] = [
    { id: "late", name: t("roadmap_late"), items: [] },
    ...year.map((m) => ({ id: m, name: monthName(m), items: [] })),
    { id: "later", name: t("roadmap_later"), items: [] },
    { id: "none", name: t("roadmap_none"), items: [] },
  ];
  const by = new Map(all.map((l) => [l.id, l]));
  for (const p of items) by.get(laneOf(p))?.items.push(p);
  return all.filter((l) => l.items.length > 0 || year.includes(l.id));
}

/** What is planned: which policies shall be in force by when, and when those in force are reviewed. */
export function Roadmap() {
  const { data, error, refetch } = useQuery({ queryKey: ["policy", "roadmap"], queryFn: () => policy.roadmap() });
  const all = useMemo(() => data && lanes(data.day, data.items), [data]);
  return (
    <Page>
      <Topbar title={t("roadmap")} icon={<ScrollText />} />
      <PolicyPlaces />
      <Scroll label={t("roadmap")} className="min-h-0 flex-1 overflow-auto bg-surface-2 p-4">
        <p className="mb-3 flex flex-wrap items-center gap-x-4 gap-y-1 text-fg-3">
          <span className="flex items-center gap-1.5">
            {t("roadmap_more")} <Help>{t("roadmap_how")}</Help>
          </span>
          <span className="flex items-center gap-1.5 text-xs">
            <FileCheck2 size={13} aria-hidden className="text-accent-text" /> {t("roadmap_publication")}
          </span>
          <span className="flex items-center gap-1.5 text-xs">
            <CalendarClock size={13} aria-hidden /> {t("roadmap_review")}
          </span>
        </p>
        {error && <ErrorState error={error} onRetry={() => void refetch()} />}
        {!data && !error && <Skeleton lines={6} />}
        {data && data.items.length === 0 && (
          <EmptyState icon={<CalendarCheck />} title={t("roadmap_empty")}>
            {t("roadmap_empty_more")}
          </EmptyState>
        )}
        {all && data && data.items.length > 0 && (
          <ol className="flex items-start gap-2">
            {all.map((l) => (
              <li key={l.id} className={clsx("shrink-0", l.items.length > 0 ? "w-52" : "w-20")}>
                <h2
                  className={clsx(
                    "mb-2 flex items-center gap-2 px-1 text-sm font-semibold whitespace-nowrap",
                    l.id === "late" && "text-bad-text",
                    l.items.length === 0 && "text-fg-3",
                  )}
                >
                  {l.name}
                  {l.items.length > 0 && <span className="tnum ms-auto text-xs font-normal text-fg-3">{num(l.items.length)}</span>}
                </h2>
                {l.items.length === 0 ? (
                  <p className="rounded-lg border border-dashed border-line-2 py-3 text-center text-xs text-fg-3">–</p>
                ) : (
                  <ul className="space-y-2">
                    {l.items.map((p) => (
                      <Card key={`${p.what}/${p.id}`} p={p} />
                    ))}
                  </ul>
                )}
              </li>
            ))}
          </ol>
        )}
        {data && data.more > 0 && <p className="mt-3 text-xs text-fg-3">{t("roadmap_beyond", { n: data.more })}</p>}
      </Scroll>
    </Page>
  );
}

function Card({ p }: { p: Planned }) {
  const what = t(`roadmap_${p.what}`);
  return (
    <li>
      <RecordLinkTo path={`policies/${p.id}`} className="block rounded-lg border border-line bg-surface p-3 shadow-1 hover:border-line-2">
        <span className="flex items-center gap-1.5 text-xs text-fg-3">
          {p.what === "publication" ? (
            <FileCheck2 size={13} role="img" aria-label={what} className="text-accent-text" />
          ) : (
            <CalendarClock size={13} role="img" aria-label={what} />
          )}
          <span className="ref">{p.ref}</span>
          {p.day && (
            <span className={clsx("ms-auto", p.late && "text-bad-text")}>
              <DateText value={p.day} />
            </span>
          )}
        </span>
        <span className="mt-0.5 block font-medium text-pretty">{p.title}</span>
        <span className="mt-2 flex items-center gap-2 text-xs text-fg-3">
          <Avatar name={p.owner_name} size={16} />
          <span className="truncate">{p.owner_name || t("nobody")}</span>
          <span className="ms-auto shrink-0" title={statusName(p.status)}>
            <StatusIcon s={p.status} size={13} />
            <span className="sr-only">{statusName(p.status)}</span>
          </span>
        </span>
      </RecordLinkTo>
    </li>
  );
}
