import { Link } from "@tanstack/react-router";
import clsx from "clsx";
import type { ReactNode } from "react";
import type { Dashboard } from "#/api/api";
import { Card } from "#/kit/Card";
import { StackBar } from "#/kit/charts";
import { num } from "#/kit/format";
import { EFFECTIVE_STATUSES, EVIDENCE_STATUSES, type Status, StatusIcon, statusColor, statusName } from "#/kit/Status";
import { orgPath } from "#/shell/nav";
import { useSession } from "#/shell/session";
import { inScope } from "./data";
import { t } from "./words";

type Props = {
  d: Dashboard;
  /** Each count opens its list. */
  links?: boolean;
  /** The card has the page to itself: its counts stand side by side. */
  wide?: boolean;
};

/** The clock of proof: what is current, what runs out, what is missing. */
export function EvidenceHealth({ d, links }: Props) {
  const e = d.evidence;
  return (
    <Card title={t("evidence_health")} aside={<span className="tnum">{t("evidence_count", { n: e.total })}</span>}>
      {e.total === 0 ? (
        <p className="text-fg-3">{t("evidence_none")}</p>
      ) : (
        <>
          <StackBar
            label={t("evidence_health")}
            height={10}
            parts={EVIDENCE_STATUSES.map((s) => ({ name: statusName(s), value: e[s], color: statusColor(s) }))}
          />
          <ul className="-mx-2 mt-3 grid grid-cols-2 gap-x-2">
            {EVIDENCE_STATUSES.filter((s) => e[s] > 0 || s !== "not_applicable").map((s) => (
              <Count key={s} s={s} n={e[s]} path={links ? "evidence" : undefined} search={{ status: [s] }} />
            ))}
            {e.pending_files > 0 && (
              <Row path={links ? "evidence" : undefined} search={{ review: "pending" }} className="col-span-2">
                <StatusIcon s="pending" />
                <span className="truncate">{t("pending_files", { n: e.pending_files })}</span>
              </Row>
            )}
          </ul>
        </>
      )}
    </Card>
  );
}

/** What the claims of the controls are worth. */
export function ControlHealth({ d, links, wide }: Props) {
  const count = (s: Status) => d.controls.effective[s] ?? 0;
  return (
    <Card
      title={t("controls_by_status")}
      help={d.defined.effective}
      aside={<span className="tnum">{t("controls_count", { n: d.controls.total })}</span>}
    >
      {d.controls.total === 0 ? (
        <p className="text-fg-3">{t("controls_none")}</p>
      ) : (
        <>
          <StackBar
            label={t("controls_by_status")}
            height={10}
            parts={order.map((s) => ({ name: statusName(s), value: count(s), color: statusColor(s) }))}
          />
          <ul className={clsx("-mx-2 mt-3", wide ? "flex flex-wrap gap-x-4" : "grid grid-cols-2 gap-x-2")}>
            {order.map((s) => (
              <Count key={s} s={s} n={count(s)} path={links ? "controls" : undefined} search={{ effective: [s], ...inScope(d) }} />
            ))}
          </ul>
        </>
      )}
    </Card>
  );
}
/** From good to not at all, as the bar reads. */
const order = [...EFFECTIVE_STATUSES].sort((a, b) => place(a) - place(b));
function place(s: Status): number {
  return ["implemented", "in_progress", "needs_evidence", "unproven", "gap", "not_started", "not_applicable"].indexOf(s);
}

function Count({ s, n, path, search }: { s: Status; n: number; path?: string; search: Record<string, unknown> }) {
  return (
    <Row path={path} search={search}>
      <StatusIcon s={s} />
      <span className="truncate text-fg-2">{statusName(s)}</span>
      <b className="tnum ms-auto ps-1 font-semibold">{num(n)}</b>
    </Row>
  );
}

function Row({
  path,
  search,
  className,
  children,
}: {
  path?: string;
  search: Record<string, unknown>;
  className?: string;
  children: ReactNode;
}) {
  const { tenant } = useSession();
  const look = "flex h-7 min-w-0 items-center gap-2 rounded-md px-2 pointer-coarse:h-9";
  return (
    <li className={clsx("min-w-0", className)}>
      {path ? (
        <Link to={orgPath(tenant.slug, path)} search={search} className={clsx(look, "hover:bg-hover")}>
          {children}
        </Link>
      ) : (
        <span className={look}>{children}</span>
      )}
    </li>
  );
}
