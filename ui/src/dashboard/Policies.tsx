import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { policy } from "#/api/api";
import { Card } from "#/kit/Card";
import { LegendKey, StackBar } from "#/kit/charts";
import { num, percent } from "#/kit/format";
import { POLICY_STATUSES, statusName } from "#/kit/Status";
import { orgPath } from "#/shell/nav";
import { useSession } from "#/shell/session";
import { t } from "./words";

const colors = {
  published: "var(--ok)",
  ratified: "color-mix(in oklch, var(--ok) 55%, var(--surface))",
  needs_update: "var(--warn)",
  in_review: "var(--info)",
  draft: "color-mix(in oklch, var(--info) 55%, var(--surface))",
  not_started: "var(--active)",
  suggested: "var(--mute-soft)",
} as const;
const shown = [...POLICY_STATUSES].reverse().flatMap((s) => (s === "archived" ? [] : [s]));

/** The policies by how far they are, what is overdue for review, and how many people have read what is in force. */
export function PolicyCard({ links }: { links?: boolean }) {
  const { tenant } = useSession();
  const f = useQuery({ queryKey: ["policy", "figures"], queryFn: () => policy.figures() }).data;
  if (!f || f.total === 0) return null;
  const parts = shown
    .map((s) => ({ status: s, name: statusName(s), value: f.status[s] ?? 0, color: colors[s] }))
    .filter((p) => p.value > 0);
  return (
    <Card
      title={t("policies")}
      help={t("policies_how")}
      aside={
        <>
          {f.overdue > 0 && <span className="text-bad-text">{t("policies_overdue", { n: f.overdue })}</span>}
          {f.coverage >= 0 && <span>{t("policies_read", { share: percent(f.coverage) })}</span>}
        </>
      }
    >
      <StackBar parts={parts} label={parts.map((p) => `${p.name}: ${num(p.value)}`).join(", ")} />
      <ul className="mt-3 flex flex-wrap gap-x-5 gap-y-1 text-sm">
        {parts.map((p) => {
          const figure = (
            <LegendKey color={p.color}>
              {p.name} <span className="tnum font-semibold">{num(p.value)}</span>
            </LegendKey>
          );
          return (
            <li key={p.status}>
              {links ? (
                <Link to={orgPath(tenant.slug, "policies")} search={{ status: [p.status] }} className="hover:underline">
                  {figure}
                </Link>
              ) : (
                figure
              )}
            </li>
          );
        })}
      </ul>
    </Card>
  );
}
