import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { vendor } from "#/api/api";
import { Card } from "#/kit/Card";
import { LegendKey, StackBar } from "#/kit/charts";
import { num } from "#/kit/format";
import { LEVELS, levelColors, levelName } from "#/kit/Level";
import { orgPath } from "#/shell/nav";
import { useSession } from "#/shell/session";
import { t } from "./words";

/** The vendors by tier, and what of theirs runs out. Who reads records gets from each figure to the vendors that it counts. */
export function VendorCard({ links }: { links?: boolean }) {
  const { tenant } = useSession();
  const f = useQuery({ queryKey: ["vendor", "figures"], queryFn: () => vendor.figures() }).data;
  if (!f || f.total === 0) return null;
  const status = ["requested", "in_review", "approved", "offboarding"];
  const parts = LEVELS.map((l) => ({ level: l, name: levelName(l), value: f.tiers[l] ?? 0, color: levelColors[l] }));
  const due = [
    { name: t("vendors_overdue"), value: f.reviews.overdue ?? 0, search: { review: ["overdue"], status } },
    { name: t("vendors_soon"), value: f.reviews.due_soon ?? 0, search: { review: ["due_soon"], status } },
    {
      name: t("vendors_attested"),
      value: (f.attested.expiring ?? 0) + (f.attested.missing ?? 0) + (f.attested.expired ?? 0),
      search: { attested: ["expiring", "missing", "expired"], status },
    },
    { name: t("vendors_contracts"), value: f.contracts_due, search: { contract_due: true, status } },
  ].filter((d) => d.value > 0);
  const to = orgPath(tenant.slug, "vendors");
  return (
    <Card title={t("vendors")} help={f.defined} aside={num(f.total)}>
      <StackBar parts={parts} label={t("vendors")} />
      <ul className="mt-3 flex flex-wrap gap-x-5 gap-y-1 text-sm">
        {parts.map((p) => {
          const figure = (
            <LegendKey color={p.color}>
              {p.name} <span className="tnum font-semibold">{num(p.value)}</span>
            </LegendKey>
          );
          return (
            <li key={p.level}>
              {links ? (
                <Link to={to} search={{ tier: [p.level], status }} className="hover:underline">
                  {figure}
                </Link>
              ) : (
                figure
              )}
            </li>
          );
        })}
      </ul>
      {due.length > 0 && (
        <ul className="mt-3 flex flex-wrap gap-x-5 gap-y-1 border-t border-line pt-3 text-sm text-fg-2">
          {due.map((d) => {
            const figure = (
              <>
                {d.name} <span className="tnum font-semibold text-fg">{num(d.value)}</span>
              </>
            );
            return (
              <li key={d.name}>
                {links ? (
                  <Link to={to} search={d.search} className="hover:underline">
                    {figure}
                  </Link>
                ) : (
                  figure
                )}
              </li>
            );
          })}
        </ul>
      )}
    </Card>
  );
}
