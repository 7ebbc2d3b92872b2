import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { BookOpenText, Box, CalendarDays, ChevronDown, Gauge, Layers, Printer, TrendingUp, UserRound } from "lucide-react";
import { dashboard, past, type ReadinessFigures } from "#/api/api";
import { goToTime } from "#/api/past";
import { Button } from "#/kit/Button";
import { Card, CardPage } from "#/kit/Card";
import { LegendKey, LineChart } from "#/kit/charts";
import { ExportMenu } from "#/kit/ExportMenu";
import { fullDate, percent, shortDate } from "#/kit/format";
import { Menu, MenuItem, MenuLabel, MenuSep } from "#/kit/Menu";
import { ScopeSwitch } from "#/kit/ScopeSwitch";
import { EmptyState, ErrorState, Skeleton } from "#/kit/State";
import { Tabs } from "#/kit/Tabs";
import { Tip } from "#/kit/Tip";
import { orgPath } from "#/shell/nav";
import { useSession } from "#/shell/session";
import { Page, Topbar } from "#/shell/Topbar";
import { GroupTable } from "./ReadinessTable";
import { BREAKDOWNS, figuresQuery, hasRequirements, linesOf, SPANS } from "./readiness";
import { t } from "./words";

const route = getRouteApi("/o/$slug/readiness");
const icons = {
  framework: <BookOpenText size={14} />,
  product: <Box size={14} />,
  family: <Layers size={14} />,
  owner: <UserRound size={14} />,
};

/** Readiness over time and today, by framework, product, family and owner. Every figure opens the list behind it. */
export function ReadinessPage() {
  const { by = "framework", scope } = route.useSearch();
  const go = route.useNavigate();
  const { tenant, reader } = useSession();
  const { data, error, refetch } = useQuery({ ...figuresQuery(by, scope), placeholderData: keepPreviousData });
  const ask = { by, scope: by === "product" ? undefined : scope };
  return (
    <Page>
      <Topbar title={t("readiness_page")} icon={<Gauge />}>
        {data && by !== "product" && (
          <ScopeSwitch
            products={data.products}
            value={scope}
            onChange={(to) => void go({ search: (s) => ({ ...s, scope: to, show: undefined }), replace: true })}
          />
        )}
        {reader && data && (
          <ExportMenu href={(format) => dashboard.readiness_export({ ...ask, format })}>
            <MenuSep />
            <MenuLabel>{t("weeks_export")}</MenuLabel>
            {(["csv", "xlsx"] as const).map((format) => (
              <MenuItem key={format} render={<a href={dashboard.readiness_weeks_export({ ...ask, format })} download />}>
                {t(`weeks_${format}`)}
              </MenuItem>
            ))}
          </ExportMenu>
        )}
        {data && (
          <Tip label={t("print_tip")}>
            <Button variant="ghost" onClick={() => window.print()}>
              <Printer size={14} /> {t("print")}
            </Button>
          </Tip>
        )}
      </Topbar>
      <Tabs
        label={t("readiness_by_what")}
        tabs={BREAKDOWNS.filter((b) => reader || b !== "owner").map((b) => ({ value: b, label: t(`by_${b}`), icon: icons[b] }))}
        value={by}
        onChange={(to) => void go({ search: (s) => ({ ...s, by: to === "framework" ? undefined : to, show: undefined, sort: undefined }) })}
      >
        <CardPage>
          {data ? (
            <>
              <div className="hidden print:block">
                <h1 className="text-lg font-semibold">{t("printed_readiness", { by: t(`by_${data.by}`).toLocaleLowerCase() })}</h1>
                <p className="text-sm text-fg-2">
                  {t("printed", {
                    name: [tenant.name, data.products.find((p) => p.id === data.scope)?.name].filter(Boolean).join(", "),
                    day: fullDate(data.day),
                  })}
                </p>
              </div>
              <OverTime f={data} />
              <GroupTable f={data} />
            </>
          ) : error ? (
            <ErrorState error={error} onRetry={() => void refetch()} />
          ) : (
            <>
              <Card className="h-[372px]">
                <Skeleton lines={2} />
              </Card>
              <Card>
                <Skeleton lines={8} />
              </Card>
            </>
          )}
        </CardPage>
      </Tabs>
    </Page>
  );
}

/** The lines of the group that was chosen, or of the whole program, with the whole beside a group. */
function OverTime({ f }: { f: ReadinessFigures }) {
  const { show, span } = route.useSearch();
  const { admin, tenant, past: still } = useSession();
  const go = route.useNavigate();
  const chosen = f.groups.find((g) => g.key === show);
  const line = linesOf(f, chosen ?? f.total, span && Number(span));
  const name = chosen ? chosen.short || t(`none_${f.by}`) : t("program");
  const share = t(hasRequirements(f.by) ? "met" : "share");
  const { data: kept } = useQuery({ queryKey: ["past"], queryFn: () => past.get(), staleTime: 60_000, enabled: !still });
  // A week that is kept is shown as it was, with every list behind its figures; of an older one there is the log.
  const open = (i: number) => {
    const day = line.days[i] ?? "";
    if (kept?.first && day >= kept.first.slice(0, 10) && day < kept.today) goToTime(day);
    else if (admin)
      void go({ to: orgPath(tenant.slug, "audit"), search: { from: i > 0 ? line.days[i - 1] : undefined, to: day } as never });
  };
  const openable = !still && (admin || (kept?.first && (line.days[0] ?? "") >= kept.first.slice(0, 10)));
  return (
    <Card
      title={`${t("readiness_time")}: ${name}`}
      help={
        <>
          {share}: {f.defined[hasRequirements(f.by) ? "progress" : "share"]}
          <br />
          {t("readiness")}: {f.defined.readiness}
        </>
      }
      aside={
        <>
          <LegendKey color="var(--accent)">{share}</LegendKey>
          <LegendKey color="var(--mute)" dash>
            {t("readiness")}
          </LegendKey>
          {chosen && <LegendKey color="var(--info)">{t("program")}</LegendKey>}
          {chosen && (
            <Button
              size="sm"
              variant="ghost"
              data-noprint
              onClick={() => void go({ search: (s) => ({ ...s, show: undefined }), replace: true, resetScroll: false })}
            >
              {t("show_program")}
            </Button>
          )}
          <Menu
            align="end"
            trigger={
              <Button size="sm" variant="ghost" className="-me-1.5" aria-label={t("span_of", { name: t(`span_${span ?? "all"}`) })}>
                <CalendarDays size={13} aria-hidden data-noprint /> {t(`span_${span ?? "all"}`)}{" "}
                <ChevronDown size={12} aria-hidden data-noprint />
              </Button>
            }
          >
            {[...SPANS, undefined].map((s) => (
              <MenuItem
                key={s ?? "all"}
                selected={s === span}
                onClick={() => void go({ search: (was) => ({ ...was, span: s }), replace: true, resetScroll: false })}
              >
                {t(`span_${s ?? "all"}`)}
              </MenuItem>
            ))}
          </Menu>
        </>
      }
    >
      {line.days.length > 1 ? (
        <LineChart
          title={`${t("readiness_time")}, ${name}`}
          height={286}
          labels={line.days}
          value={(v) => percent(v)}
          label={(l) => shortDate(l)}
          onPick={openable ? open : undefined}
          pick={t("week_open")}
          series={[
            ...(chosen ? [{ name: t("program"), color: "var(--info)", values: line.whole }] : []),
            { name: t("readiness"), color: "var(--mute)", values: line.readiness, dash: true },
            { name: share, color: "var(--accent)", values: line.share, fill: true },
          ]}
        />
      ) : (
        <EmptyState icon={<TrendingUp />} title={t("trend_begins")} className="min-h-[286px] justify-center">
          {t("trend_begins_more")}
        </EmptyState>
      )}
    </Card>
  );
}
