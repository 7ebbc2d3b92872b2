import { Link } from "@tanstack/react-router";
import { CalendarCheck } from "lucide-react";
import type { Dashboard } from "#/api/api";
import { Avatar } from "#/kit/Avatar";
import { Card } from "#/kit/Card";
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

/** The proof that has run out or soon will, most urgent first. */
export function DueCard({ due }: { due: NonNullable<Dashboard["due"]> }) {
  return (
    <Card
      title={t("due")}
      aside={
        due.total > 0 && (
          <AllLink path="evidence" search={{ status: ["expired", "expiring_soon"], sort: "expires_on" }}>
            {t("all_of", { n: due.total })}
          </AllLink>
        )
      }
    >
      {due.total === 0 ? (
        <EmptyState icon={<CalendarCheck />} title={t("due_none")} className="p-4" />
      ) : (
        <ul className="-mx-2">
          {due.items.slice(0, rows).map((e) => (
            <DueRow key={e.id} e={e} owner />
          ))}
        </ul>
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
