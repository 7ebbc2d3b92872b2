import { Cog, KeyRound, UserRoundCog, UserRoundX } from "lucide-react";
import type { AuditEntry } from "#/api/api";
import { Avatar } from "#/kit/Avatar";
import { Tag } from "#/kit/Tag";
import { t } from "./words";

type Who = AuditEntry["actor"];

/** The face of an actor: a person's letters, or a sign for what is no person. The name stands beside it. */
export function Face({ actor, size = 20 }: { actor: Who; size?: number }) {
  if (actor.kind === "person" || actor.kind === "token") return <Avatar name={actor.name} size={size} />;
  const Icon = actor.kind === "system" ? Cog : actor.kind === "operator" ? UserRoundCog : UserRoundX;
  return (
    <span
      aria-hidden
      className="flex shrink-0 items-center justify-center rounded-full bg-mute-soft text-fg-3"
      style={{ width: size, height: size }}
    >
      <Icon size={size * 0.62} />
    </span>
  );
}

/** Marks what was not done by hand. */
export function ActorMark({ actor }: { actor: Who }) {
  if (!actor.token) return null;
  return (
    <Tag>
      <KeyRound size={11} aria-hidden /> <span className="truncate">{actor.token}</span>
    </Tag>
  );
}

export const byWords = (actor: Who): string => (actor.token ? `${actor.name} ${t("by_token", { name: actor.token })}` : actor.name);
