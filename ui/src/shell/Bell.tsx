import { Popover } from "@base-ui/react/popover";
import { queryOptions, useQuery } from "@tanstack/react-query";
import { Bell as Icon } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { call } from "#/api/call";
import { buttonClass } from "#/kit/Button";
import { short } from "#/kit/format";
import { Skeleton } from "#/kit/State";
import { useSession } from "./session";
import { t } from "./words";

const Panel = lazy(() => import("#/notification/InboxPanel").then((m) => ({ default: m.InboxPanel })));

/** How many notifications are unread. The stream of events says when to ask again. */
export const unreadQuery = queryOptions({
  queryKey: ["notification", "count"],
  queryFn: ({ signal }) => call<{ unread: number }>("GET", "/api/v1/notifications/count", { signal, present: true }),
  staleTime: 30_000,
});

/** The bell of every page: what is new, and the newest of it. Executives have none, because it would name records. */
export function Bell() {
  const { may, past } = useSession();
  const reads = may("admin", "user", "auditor") && !past; // what is new is of today
  const n = useQuery({ ...unreadQuery, enabled: reads }).data?.unread ?? 0;
  const [open, setOpen] = useState(false);
  if (!reads) return null;
  const name = n > 0 ? t("inbox_new", { n }) : t("inbox");
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger aria-label={name} title={name} className={buttonClass({ variant: "ghost", icon: true })}>
        <Icon size={15} />
        {n > 0 && (
          <span
            aria-hidden
            className="tnum absolute -end-0.5 -top-0.5 flex h-4 min-w-4 items-center justify-center rounded-full bg-accent px-1 text-2xs font-semibold text-accent-fg"
          >
            {short(n)}
          </span>
        )}
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner sideOffset={6} align="end" className="z-50">
          <Popover.Popup
            aria-label={t("inbox")}
            className="pop pop-anim flex max-h-[min(560px,var(--available-height))] w-[400px] max-w-[calc(100vw-16px)] flex-col overflow-hidden outline-none"
          >
            <Suspense fallback={<Skeleton className="p-5" lines={4} />}>{open && <Panel close={() => setOpen(false)} />}</Suspense>
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}
