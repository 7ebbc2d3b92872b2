import { getRouteApi } from "@tanstack/react-router";
import { ChevronDown, TrendingUp } from "lucide-react";
import type { Dashboard } from "#/api/api";
import { Button } from "#/kit/Button";
import { Card } from "#/kit/Card";
import { LegendKey, LineChart } from "#/kit/charts";
import { percent, shortDate } from "#/kit/format";
import { Menu, MenuItem, MenuSep } from "#/kit/Menu";
import { EmptyState } from "#/kit/State";
import { useSession } from "#/shell/session";
import { inScope, lineOf } from "./data";
import { AllLink } from "./Frameworks";
import { t } from "./words";

const route = getRouteApi("/o/$slug/");

/** How far requirements and controls have come, week by week, of the program or of one framework. */
export function TrendCard({ d }: { d: Dashboard }) {
  const { framework } = route.useSearch();
  const go = route.useNavigate();
  const { snapshot } = useSession();
  const chosen = d.trend.frameworks.find((f) => f.key === framework) ?? (snapshot && d.trend.frameworks[0]); // of the whole program it has no nights
  const line = lineOf(d.trend, chosen?.key);
  const show = (key: string | undefined) => void go({ search: (s) => ({ ...s, framework: key }), replace: true, resetScroll: false });
  return (
    <Card
      title={t("readiness_time")}
      aside={
        <>
          <LegendKey color="var(--accent)">{t("met")}</LegendKey>
          <LegendKey color="var(--mute)" dash>
            {t("readiness")}
          </LegendKey>
          <AllLink path="readiness" search={inScope(d)}>
            {t("readiness_all")}
          </AllLink>
          {d.frameworks.length > 0 && (
            <Menu
              align="end"
              trigger={
                <Button
                  size="sm"
                  variant="ghost"
                  className="-me-1.5"
                  aria-label={t("framework_of", { name: chosen?.short ?? t("program") })}
                >
                  {chosen?.short ?? t("program")} <ChevronDown size={12} aria-hidden data-noprint />
                </Button>
              }
            >
              {!snapshot && (
                <>
                  <MenuItem selected={!chosen} onClick={() => show(undefined)}>
                    {t("program")}
                  </MenuItem>
                  <MenuSep />
                </>
              )}
              {d.frameworks.map((f) => (
                <MenuItem key={f.key} selected={f.key === chosen?.key} hint={percent(f.progress)} onClick={() => show(f.key)}>
                  {f.short}
                </MenuItem>
              ))}
            </Menu>
          )}
        </>
      }
    >
      {line.days.length > 1 ? (
        <LineChart
          title={`${t("readiness_time")}, ${chosen?.short ?? t("program")}`}
          height={286}
          labels={line.days}
          value={(v) => percent(v)}
          label={(l) => shortDate(l)}
          series={[
            { name: t("readiness"), color: "var(--mute)", values: line.readiness, dash: true },
            { name: t("met"), color: "var(--accent)", values: line.progress, fill: true },
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
