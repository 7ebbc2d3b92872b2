import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CheckCheck, Inbox, Settings2 } from "lucide-react";
import { Button, buttonClass } from "#/kit/Button";
import { EmptyState, ErrorState, Skeleton } from "#/kit/State";
import { Tip } from "#/kit/Tip";
import { orgPath } from "#/shell/nav";
import { useSession } from "#/shell/session";
import { inboxQuery, markAll } from "./data";
import { Line } from "./Line";
import { t } from "./words";

const shown = 12;

/** What hangs from the bell: the newest of the inbox. */
export function InboxPanel({ close }: { close: () => void }) {
  const { tenant } = useSession();
  const { data, error, refetch } = useInfiniteQuery({ ...inboxQuery("all"), staleTime: 0 });
  const items = data?.pages[0]?.items.slice(0, shown) ?? [];
  return (
    <>
      <div className="flex h-11 shrink-0 items-center gap-1 border-b border-line ps-4 pe-2">
        <h2 className="me-auto font-semibold">{t("inbox")}</h2>
        <Tip label={t("all_read")}>
          <Button variant="ghost" icon aria-label={t("all_read")} onClick={() => void markAll()}>
            <CheckCheck size={15} />
          </Button>
        </Tip>
        <Tip label={t("events")}>
          <Link
            to={orgPath(tenant.slug, "profile")}
            search={{ tab: "notifications" }}
            onClick={close}
            aria-label={t("events")}
            className={buttonClass({ variant: "ghost", icon: true })}
          >
            <Settings2 size={15} />
          </Link>
        </Tip>
      </div>
      <div className="min-h-0 flex-1 overflow-y-auto p-2">
        {error ? (
          <ErrorState error={error} onRetry={() => void refetch()} />
        ) : !data ? (
          <Skeleton className="p-3" lines={5} />
        ) : items.length === 0 ? (
          <EmptyState icon={<Inbox />} title={t("empty")} className="p-6">
            {t("empty_more")}
          </EmptyState>
        ) : (
          <ul className="space-y-0.5">
            {items.map((n) => (
              <Line key={n.id} n={n} onOpen={close} />
            ))}
          </ul>
        )}
      </div>
      <Link
        to={orgPath(tenant.slug, "inbox")}
        onClick={close}
        className="shrink-0 border-t border-line px-4 py-2.5 text-center font-medium text-accent-text hover:bg-hover"
      >
        {t("open_inbox")}
      </Link>
    </>
  );
}
