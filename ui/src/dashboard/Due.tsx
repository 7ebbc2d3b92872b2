import { Link } from "@tanstack/react-router";
import { CalendarCheck } from "lucide-react";
import type { Dashboard } from "#/api/api";
import { Avatar } from "#/kit/Avatar";
import { Card } from "#/kit/Card";
import { DueRecord } from "#/kit/Due";
import { num } from "#/kit/format";
import { EmptyState } from "#/kit/State";
import { StatusIcon } from "#/kit/Status";
import { DateText } from "#/kit/When";
import { orgPath } from "#/shell/nav";
import { useSession } from "#/shell/session";
import { AllLink } from "./Frameworks";
import { t } from "./words";

type DueItem = NonNullable<Dashboard["due"]>["items"][number];
/** So many rows a card shows; the list has them all. */
const rows = 9;

/** The registers whose records have a day, and the list of each by that day. */
const registers = [
  { kind: "policy", name: t("due_policies"), path: "policies", sort: "next_review_on" },
  { kind: "vendor", name: t("due_vendors"), path: "vendors", sort: "next_review_on" },
  { kind: "risk", name: t("due_risks"), path: "risks", sort: "due_on" },
  { kind: "asset", name: t("due_assets"), path: "assets", sort: "review_on" },
  { kind: "process", name: t("due_processes"), path: "bia", sort: "review_on" },
] as const;

/** What has run out or is overdue, or soon will be, most urgent first: proof, and what the registers have to look at again. */
export function DueCard({ due }: { due: NonNullable<Dashboard["due"]> }) {
  const total = due.total + due.records_total;
  const all = [
    ...due.items.map((e) => ({ day: e.expires_on, row: <DueRow key={e.id} e={e} owner /> })),
    ...due.records.map((d) => ({ day: d.due_on, row: <DueRecord key={`${d.id} ${d.what} ${d.part} ${d.due_on}`} d={d} owner /> })),
  ].sort((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0));
  const some = registers.filter((r) => (due.kinds[r.kind] ?? 0) > 0);
  return (
    <Card title={t("due")} help={t("due_how")} aside={total > 0 && <span className="tnum">{num(total)}</span>}>
      {total === 0 ? (
        <EmptyState icon={<CalendarCheck />} title={t("due_none")} className="p-4" />
      ) : (
        <>
          <ul className="-mx-2">{all.slice(0, some.length > 0 ? rows - 1 : rows).map((a) => a.row)}</ul>
          <p className="mt-auto flex flex-wrap gap-x-4 gap-y-1 pt-2 text-xs text-fg-3">
            {due.total > 0 && (
              <AllLink path="evidence" search={{ status: ["expired", "expiring_soon"], sort: "expires_on" }}>
                {t("due_of", { name: t("due_evidence"), n: due.total })}
              </AllLink>
            )}
            {some.map((r) => (
              <AllLink key={r.kind} path={r.path} search={{ sort: r.sort }}>
                {t("due_of", { name: r.name, n: due.kinds[r.kind] ?? 0 })}
              </AllLink>
            ))}
          </p>
        </>
      )}
    </Card>
  );
}

/** One evidence request and the day its proof ends. Who owns it is told only where that is not the reader. */
export function DueRow({ e, owner }: { e: DueItem; owner?: boolean }) {
  const { tenant } = useSession();
  return (
    <li>
      <Link
        to={orgPath(tenant.slug, "evidence")}
        search={{ open: e.id }}
        className="flex h-9 items-center gap-2.5 rounded-md px-2 hover:bg-hover"
      >
        <StatusIcon s={e.status} label />
        <span className="min-w-0 flex-1 truncate" title={e.name}>
          {e.name}
        </span>
        {owner && (
          <span className="flex" title={e.owner_name || t("nobody")}>
            <Avatar name={e.owner_name} />
            <span className="sr-only">{e.owner_name || t("nobody")}</span>
          </span>
        )}
        <span className="min-w-14 text-end text-xs whitespace-nowrap">
          {e.expires_on ? (
            // by the organisation's day, as the server counts: the reader's may be another
            <span className={e.days_left < 0 ? "text-bad-text" : "text-warn-text"}>
              <DateText value={e.expires_on} />
            </span>
          ) : (
            <span className="text-fg-3">{t("never_collected")}</span>
          )}
        </span>
      </Link>
    </li>
  );
}
