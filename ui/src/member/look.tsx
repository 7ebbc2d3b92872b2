import { CircleCheck, CircleMinus, Clock } from "lucide-react";
import type { Member } from "#/api/api";
import { t } from "./words";

export const STATUSES = ["active", "pending", "disabled"] as const satisfies readonly Member["status"][];

/** Whether somebody can come in: a sign, a colour and a word. */
export function MemberStatus({ s }: { s: Member["status"] }) {
  return (
    <span className="flex min-w-0 items-center gap-1.5">
      <StatusSign s={s} />
      <span className={s === "disabled" ? "truncate text-fg-3" : "truncate"}>{t(s)}</span>
    </span>
  );
}

export function StatusSign({ s, size = 14 }: { s: Member["status"]; size?: number }) {
  if (s === "active") return <CircleCheck size={size} aria-hidden className="shrink-0 text-ok" />;
  if (s === "pending") return <Clock size={size} aria-hidden className="shrink-0 text-warn" />;
  return <CircleMinus size={size} aria-hidden className="shrink-0 text-mute" />;
}

/** What somebody is called before they have said their name. */
export const nameOf = (m: Pick<Member, "name" | "email">): string => m.name || m.email;
