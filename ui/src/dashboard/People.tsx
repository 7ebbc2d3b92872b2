import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { personnel } from "#/api/api";
import { Card } from "#/kit/Card";
import { Sparkline } from "#/kit/charts";
import { num } from "#/kit/format";
import { orgPath } from "#/shell/nav";
import { useSession } from "#/shell/session";
import { t } from "./words";

/** The flags of people who work here. Who reads records gets from each figure to the people whom it counts; nobody is named. */
export function PeopleCard({ links }: { links?: boolean }) {
  const { tenant } = useSession();
  const figures = useQuery({ queryKey: ["personnel", "figures"], queryFn: () => personnel.figures() }).data;
  if (!figures || figures.total === 0) return null;
  return (
    <Card
      title={t("people")}
      help={figures.flags.map((f) => `${t(`flag_${f.flag}`)}: ${f.defined}`).join(" ")}
      aside={t("people_count", { n: figures.total })}
    >
      <ul className="space-y-1.5 text-sm">
        {figures.flags.map((f) => {
          const name = <span className="min-w-0 truncate">{t(`flag_${f.flag}`)}</span>;
          return (
            <li key={f.flag} title={f.defined} className="grid grid-cols-[1fr_3.5rem_2rem_4.5rem] items-center gap-2">
              {links ? (
                <Link to={orgPath(tenant.slug, "personnel")} search={{ flags: [f.flag] }} className="min-w-0 truncate hover:underline">
                  {name}
                </Link>
              ) : (
                name
              )}
              <span aria-hidden>
                {figures.weeks.length > 2 && (
                  <Sparkline values={figures.weeks.map((w) => w.raised[f.flag] ?? 0)} color="var(--fg-3)" width={56} height={16} />
                )}
              </span>
              <span className="tnum text-end font-semibold">{num(f.raised)}</span>
              <span className="tnum truncate text-xs text-fg-3">{f.unknown > 0 && t("flag_unknown", { n: f.unknown })}</span>
            </li>
          );
        })}
      </ul>
      {figures.leavers > 0 && (
        <p className="mt-3 text-sm text-fg-2">
          {t("leavers", { n: figures.leavers, items: num(figures.leaver_items), late: num(figures.leaver_late) })}
        </p>
      )}
    </Card>
  );
}
