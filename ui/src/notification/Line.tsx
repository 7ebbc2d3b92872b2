import { Link } from "@tanstack/react-router";
import clsx from "clsx";
import {
  ArrowRightLeft,
  AtSign,
  Bell,
  BookCheck,
  Building2,
  CalendarClock,
  CircleAlert,
  ClipboardCheck,
  Database,
  Eye,
  FileClock,
  FolderPlus,
  ListTodo,
  type LucideIcon,
  MessageSquareReply,
  ScrollText,
  ShieldCheck,
  TriangleAlert,
  Workflow,
} from "lucide-react";
import type { Notification } from "#/api/api";
import { ago, fullDate, withDates } from "#/kit/format";
import { Tip } from "#/kit/Tip";
import { recordLink } from "#/shell/nav";
import { useSession } from "#/shell/session";
import { mark } from "./data";
import { eventName, t } from "./words";

const icons: Record<string, LucideIcon> = {
  task_assigned: ListTodo,
  task_due: CalendarClock,
  task_overdue: CircleAlert,
  mention: AtSign,
  reply: MessageSquareReply,
  control_changed: ShieldCheck,
  evidence_expiring: FileClock,
  evidence_asked: FolderPlus,
  review_asked: Eye,
  review_done: ClipboardCheck,
  policy_asked: BookCheck,
  policy_review: ScrollText,
  handed_over: ArrowRightLeft,
  risk_changed: TriangleAlert,
  asset_changed: Database,
  process_changed: Workflow,
  vendor_changed: Building2,
  vendor_due: CalendarClock,
};

/** One notification: opening it leads to the record and marks it as read. */
export function Line({ n, onOpen }: { n: Notification; onOpen?: () => void }) {
  const { tenant } = useSession();
  const Icon = icons[n.event] ?? Bell;
  const open = () => {
    if (!n.read) void mark([n.id], false);
    onOpen?.();
  };
  const words = (
    <>
      <span
        aria-hidden
        className={clsx(
          "mt-0.5 flex size-7 shrink-0 items-center justify-center rounded-lg [&>svg]:size-[15px]",
          n.event === "task_overdue" ? "bg-bad-soft text-bad-text" : "bg-mute-soft text-fg-2",
        )}
      >
        <Icon />
      </span>
      <span className="min-w-0 flex-1">
        <span className={clsx("block text-pretty", n.read ? "text-fg-2" : "font-medium")}>{withDates(n.title)}</span>
        {n.body && <span className="mt-0.5 block truncate text-fg-3">{n.body}</span>}
        <span className="mt-0.5 block truncate text-xs text-fg-3">
          {eventName(n.event)}
          {n.actor_name && ` · ${n.actor_name}`} ·{" "}
          <time dateTime={n.at} title={fullDate(n.at)}>
            {ago(n.at)}
          </time>
        </span>
      </span>
    </>
  );
  const look = "flex min-w-0 flex-1 items-start gap-3 rounded-md px-2 py-2 text-start";
  const name = t(n.read ? "mark_unread" : "mark_read", { title: n.title });
  return (
    <li className="flex items-start rounded-md hover:bg-hover">
      {n.about ? (
        <Link {...recordLink(tenant.slug, n.about.path)} onClick={open} className={look}>
          {words}
        </Link>
      ) : (
        <button type="button" onClick={open} className={look}>
          {words}
        </button>
      )}
      <Tip label={t(n.read ? "unread" : "close")}>
        <button
          type="button"
          aria-label={name}
          onClick={() => void mark([n.id], n.read)}
          className="group/m mt-2 me-1 flex size-7 shrink-0 items-center justify-center rounded-md hover:bg-active"
        >
          <span
            className={clsx(
              "size-2 rounded-full",
              n.read ? "border border-line-2 opacity-0 group-hover/m:opacity-100 group-focus-visible/m:opacity-100" : "bg-accent",
            )}
          />
        </button>
      </Tip>
    </li>
  );
}
