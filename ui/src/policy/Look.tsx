import clsx from "clsx";
import type { Policy } from "#/api/api";
import { num, percent } from "#/kit/format";
import { Meter } from "#/kit/Meter";
import { DateText } from "#/kit/When";
import { t } from "./words";

const lights = { red: "text-bad-text", amber: "text-warn-text", green: "text-fg-2", "": "text-fg-3" } as const;
const dots = { red: "bg-bad", amber: "bg-warn", green: "bg-ok", "": "" } as const;

/** The day of the next review in the colour of the organisation's settings, with a word beside the colour. */
export function ReviewDay({ p, show }: { p: Pick<Policy, "light" | "next_review_on" | "review">; show?: "full" }) {
  if (!p.next_review_on) return <span className="text-fg-3">–</span>;
  const said = p.review === "overdue" ? t("overdue") : p.light === "amber" || p.light === "red" ? t("soon") : "";
  return (
    <span className={clsx("inline-flex items-center gap-1.5", lights[p.light])} title={said || undefined}>
      <i aria-hidden className={clsx("size-1.5 shrink-0 rounded-full", dots[p.light])} />
      <DateText value={p.next_review_on} show={show} />
      {said && (show ? <span className="text-xs">{said}</span> : <span className="sr-only">{said}</span>)}
    </span>
  );
}

/** "18 of 24", with a bar. Nobody asked is a dash. */
export function Covered({ asked, acknowledged }: { asked: number; acknowledged: number }) {
  if (asked === 0) return <span className="text-fg-3">–</span>;
  return (
    <span
      className="flex min-w-0 items-center gap-2"
      title={`${t("of", { n: acknowledged, all: asked })} · ${percent(Math.floor((acknowledged * 10000) / asked))}`}
    >
      <Meter value={acknowledged} max={asked} />
      <span className="tnum shrink-0 text-xs text-fg-2">{`${num(acknowledged)} / ${num(asked)}`}</span>
    </span>
  );
}

/** The version in force, and that another is being written. */
export function InForce({ p }: { p: Pick<Policy, "in_force" | "working"> }) {
  if (!p.in_force) return <span className="text-fg-3">–</span>;
  return <span className="tnum text-fg-2">{t("version_n", { v: p.in_force })}</span>;
}
