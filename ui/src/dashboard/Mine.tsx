import { Link } from "@tanstack/react-router";
import { Inbox } from "lucide-react";
import type { ReactNode } from "react";
import type { Dashboard } from "#/api/api";
import { RecordLinkTo } from "#/kit/about/kinds";
import { Card } from "#/kit/Card";
import { DueDay, DueRecord } from "#/kit/Due";
import { EmptyState } from "#/kit/State";
import { EFFECTIVE_STATUSES, StatusIcon } from "#/kit/Status";
import { DateText, Due } from "#/kit/When";
import { orgPath } from "#/shell/nav";
import { useSession } from "#/shell/session";
import { DueRow } from "./Due";
import { AllLink } from "./Frameworks";
import { t } from "./words";

type Mine = NonNullable<Dashboard["mine"]>;
const effective = (s: string) => EFFECTIVE_STATUSES.find((e) => e === s) ?? "gap";

/** What waits for whoever looks: decisions and reviews first, because others wait for them. Executives are asked about policies alone. */
export function MineCard({ mine, policies }: { mine: Mine; policies?: boolean }) {
  const { tenant, person } = useSession();
  const lists = [mine.approve, mine.tasks, mine.reviews, mine.acknowledge, mine.due, mine.controls, mine.evidence];
  const parts = lists.filter((l) => l.length > 0).length;
  const room = parts === 1 ? 8 : parts === 2 ? 4 : parts <= 4 ? 2 : 1;
  const rest = parts === 3 || parts === 4 ? room + 1 : room;
  return (
    <Card
      title={t("mine")}
      aside={policies ? <AllLink path="my-policies">{t("mine_policies")}</AllLink> : <AllLink path="work">{t("mine_all")}</AllLink>}
      className="print:hidden"
    >
      {parts === 0 && <EmptyState icon={<Inbox />} title={t("mine_none")} className="p-4" />}
      <div className="space-y-3">
        <Part title={t("mine_approve")} n={mine.approve_total} path="my-policies" search={{}}>
          {mine.approve.slice(0, room).map((p) => (
            <PolicyRow key={p.version_id} p={p} />
          ))}
        </Part>
        <Part title={t("mine_tasks")} n={mine.tasks_total} path="tasks" search={{ status: ["open", "in_progress"], owner: person }}>
          {mine.tasks.slice(0, room).map((o) => (
            <li key={o.id}>
              <Link
                to={orgPath(tenant.slug, "tasks")}
                search={{ open: o.id }}
                className="flex h-9 items-center gap-2.5 rounded-md px-2 hover:bg-hover"
              >
                <StatusIcon s={o.status === "open" ? "not_started" : "in_progress"} label />
                <span className="min-w-0 flex-1 truncate" title={o.title}>
                  {o.title}
                </span>
                <span className="text-xs">
                  <Due value={o.due_on} soon={7} />
                </span>
              </Link>
            </li>
          ))}
        </Part>
        <Part title={t("mine_reviews")} n={mine.reviews_total} path="evidence" search={{ reviewer: person, review: "pending" }}>
          {mine.reviews.slice(0, room).map((r) => (
            <li key={r.id}>
              <Link
                to={orgPath(tenant.slug, "evidence")}
                search={{ open: r.evidence }}
                className="flex h-9 items-center gap-2.5 rounded-md px-2 hover:bg-hover"
              >
                <StatusIcon s="pending" label />
                <span className="min-w-0 flex-1 truncate" title={`${r.evidence_name}: ${r.name}`}>
                  {r.evidence_name}
                </span>
                <span className="text-xs text-fg-3">
                  <DateText value={r.uploaded_at} />
                </span>
              </Link>
            </li>
          ))}
        </Part>
        <Part title={t("mine_acknowledge")} n={mine.acknowledge_total} path="my-policies" search={{}}>
          {mine.acknowledge.slice(0, room).map((p) => (
            <PolicyRow key={p.request} p={p} />
          ))}
        </Part>
        <Part title={t("mine_again")} n={mine.due_total} path="work" search={{}}>
          {mine.due.slice(0, room).map((d) => (
            <DueRecord key={`${d.id} ${d.what} ${d.part} ${d.due_on}`} d={d} />
          ))}
        </Part>
        <Part
          title={t("mine_controls")}
          n={mine.controls_total}
          path="controls"
          search={{ owner: person, effective: ["gap", "needs_evidence", "unproven"] }}
        >
          {mine.controls.slice(0, room).map((c) => (
            <li key={c.id}>
              <Link
                to={orgPath(tenant.slug, "controls")}
                search={{ open: c.id }}
                className="flex h-9 items-center gap-2.5 rounded-md px-2 hover:bg-hover"
                title={c.reason}
              >
                <StatusIcon s={effective(c.effective)} label />
                <span className="ref text-xs text-fg-3">{c.ref}</span>
                <span className="min-w-0 flex-1 truncate">{c.title}</span>
              </Link>
            </li>
          ))}
        </Part>
        <Part title={t("mine_evidence")} n={mine.evidence_total} path="evidence" search={{ owner: person, sort: "expires_on" }}>
          {mine.evidence.slice(0, rest).map((e) => (
            <DueRow key={e.id} e={e} />
          ))}
        </Part>
      </div>
    </Card>
  );
}

const PolicyRow = ({ p }: { p: Mine["approve"][number] }) => (
  <li>
    <RecordLinkTo path={`my-policies/${p.version_id}`} className="flex h-9 items-center gap-2.5 rounded-md px-2 hover:bg-hover">
      <StatusIcon s={p.overdue ? "overdue" : "pending"} label />
      <span className="min-w-0 flex-1 truncate" title={`${p.ref} ${p.title}`}>
        {p.title}
      </span>
      {p.due_on && (
        <span className="text-xs">
          <DueDay d={p} />
        </span>
      )}
    </RecordLinkTo>
  </li>
);

function Part({
  title,
  n,
  path,
  search,
  children,
}: {
  title: string;
  n: number;
  path: string;
  search: Record<string, unknown>;
  children: ReactNode;
}) {
  if (n === 0) return null;
  return (
    <div>
      <div className="flex items-center text-xs text-fg-3">
        <h3 className="font-medium">{title}</h3>
        <span className="ms-auto">
          <AllLink path={path} search={search}>
            {t("all_of", { n })}
          </AllLink>
        </span>
      </div>
      <ul className="-mx-2">{children}</ul>
    </div>
  );
}
