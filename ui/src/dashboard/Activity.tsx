import { Link } from "@tanstack/react-router";
import { History } from "lucide-react";
import type { Dashboard } from "#/api/api";
import { Avatar } from "#/kit/Avatar";
import { Card } from "#/kit/Card";
import { EmptyState } from "#/kit/State";
import { DateText } from "#/kit/When";
import { orgPath } from "#/shell/nav";
import { useSession } from "#/shell/session";
import { AllLink } from "./Frameworks";
import { t } from "./words";

type Entry = NonNullable<Dashboard["activity"]>[number];
const rows = 10;

/** What people did, in words. Administrators go on to the record in the audit log. */
export function Activity({ entries }: { entries: readonly Entry[] }) {
  const { admin, tenant } = useSession();
  return (
    <Card title={t("activity")} className="print:hidden" aside={admin && entries.length > 0 && <AllLink path="audit" />}>
      {entries.length === 0 ? (
        <EmptyState icon={<History />} title={t("activity_none")} className="p-4" />
      ) : (
        <ol className="-mx-2">
          {entries.slice(0, rows).map((e) => (
            <li key={e.seq}>
              {admin ? (
                <Link
                  to={orgPath(tenant.slug, "audit")}
                  search={{ open: `${e.log}-${e.seq}` }}
                  className="flex min-h-9 items-center gap-2.5 rounded-md px-2 py-1.5 hover:bg-hover"
                >
                  <Sentence e={e} />
                </Link>
              ) : (
                <span className="flex min-h-9 items-center gap-2.5 px-2 py-1.5">
                  <Sentence e={e} />
                </span>
              )}
            </li>
          ))}
        </ol>
      )}
    </Card>
  );
}

function Sentence({ e }: { e: Entry }) {
  return (
    <>
      <Avatar name={e.actor.name} size={20} />
      <span className="line-clamp-2 min-w-0 flex-1 text-fg-2">
        <span className="font-medium text-fg">{e.actor.name}</span> {e.summary}
      </span>
      <span className="shrink-0 text-xs text-fg-3">
        <DateText value={e.at} show="ago" />
      </span>
    </>
  );
}
