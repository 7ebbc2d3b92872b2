import { useQuery } from "@tanstack/react-query";
import clsx from "clsx";
import { type Policy, policy } from "#/api/api";
import { num, percent } from "#/kit/format";
import { Menu, MenuItem } from "#/kit/Menu";
import { Meter } from "#/kit/Meter";
import { ORGANISATION, productsQuery } from "#/kit/products";
import { propButton } from "#/kit/Sidecar";
import { DateText } from "#/kit/When";
import { useSession } from "#/shell/session";
import { step } from "./data";
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

/** "18 / 24", with a bar. Nobody asked is a dash. */
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

/** The version in force. */
export function InForce({ p }: { p: Pick<Policy, "in_force"> }) {
  if (!p.in_force) return <span className="text-fg-3">–</span>;
  return <span className="tnum text-fg-2">{t("version_n", { v: p.in_force })}</span>;
}

const cadences = [0, 3, 6, 12, 24, 36] as const;
const cadence = (n: number) => (n === 0 ? t("never_reviewed") : t("months", { n }));

/** How often it is reviewed, changed where it stands. */
export function Cadence({ p }: { p: Policy }) {
  const { editor } = useSession();
  if (!editor) return cadence(p.review_months);
  const all = [...new Set([...cadences, p.review_months])].sort((a, b) => a - b);
  return (
    <Menu
      trigger={
        <button type="button" className={`${propButton} whitespace-nowrap`} aria-label={`${t("cadence")}: ${cadence(p.review_months)}`}>
          {cadence(p.review_months)}
        </button>
      }
    >
      {all.map((n) => (
        <MenuItem
          key={n}
          selected={n === p.review_months}
          onClick={() =>
            void step(() => policy.update({ id: p.id, version: p.version, body: { review_months: n } }), t("saved", { ref: p.ref }))
          }
        >
          {cadence(n)}
        </MenuItem>
      ))}
    </Menu>
  );
}

/** The product it is for, or the whole organisation. */
export function Product({ p }: { p: Policy }) {
  const { editor } = useSession();
  const products = useQuery(productsQuery).data ?? [];
  const name = p.scope === ORGANISATION ? t("organisation") : p.scope_name;
  const others = products.filter((o) => o.id !== ORGANISATION);
  if (!editor || others.length === 0) return name;
  return (
    <Menu
      trigger={
        <button type="button" className={propButton} aria-label={`${t("product")}: ${name}`}>
          {name}
        </button>
      }
    >
      {[{ id: ORGANISATION, name: t("organisation") }, ...others].map((o) => (
        <MenuItem
          key={o.id}
          selected={o.id === p.scope}
          onClick={() =>
            void step(() => policy.update({ id: p.id, version: p.version, body: { scope: o.id } }), t("saved", { ref: p.ref }))
          }
        >
          {o.name}
        </MenuItem>
      ))}
    </Menu>
  );
}
