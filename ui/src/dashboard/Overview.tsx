import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { LayoutDashboard, Printer } from "lucide-react";
import type { Dashboard } from "#/api/api";
import { Button } from "#/kit/Button";
import { Card, CardPage } from "#/kit/Card";
import { fullDate } from "#/kit/format";
import { ScopeSwitch } from "#/kit/ScopeSwitch";
import { EmptyState, ErrorState, Skeleton } from "#/kit/State";
import { Tip } from "#/kit/Tip";
import { useSession } from "#/shell/session";
import { Page, Topbar } from "#/shell/Topbar";
import { Activity } from "./Activity";
import { DueCard } from "./Due";
import { dashboardQuery, isEmpty } from "./data";
import { FrameworkCard, FrameworkRings } from "./Frameworks";
import { ControlHealth, EvidenceHealth } from "./Health";
import { ImpactCard, StoresCard } from "./Inventory";
import { Kpis } from "./Kpis";
import { MineCard } from "./Mine";
import { PeopleCard } from "./People";
import { PolicyCard } from "./Policies";
import { RiskCard } from "./Risks";
import { StepsCard, useSteps, Welcome } from "./Steps";
import { TrendCard } from "./Trend";
import { VendorCard } from "./Vendors";
import { t } from "./words";

const route = getRouteApi("/o/$slug/");

/** How ready the organisation is, what is due, and what waits for whoever looks. Executives get the figures alone. */
export function Overview() {
  const { scope } = route.useSearch();
  const go = route.useNavigate();
  const { data, error, refetch } = useQuery({ ...dashboardQuery(scope), placeholderData: keepPreviousData });
  const empty = data !== undefined && isEmpty(data);
  return (
    <Page>
      <Topbar title={t("overview")} icon={<LayoutDashboard />}>
        {data?.products && (
          <ScopeSwitch
            products={data.products}
            value={scope}
            onChange={(to) => void go({ search: (s) => ({ ...s, scope: to }), replace: true })}
          />
        )}
        {data && !empty && (
          <Tip label={t("print_tip")}>
            <Button variant="ghost" onClick={() => window.print()}>
              <Printer size={14} /> {t("print")}
            </Button>
          </Tip>
        )}
      </Topbar>
      {data ? (
        empty ? (
          <Beginning d={data} />
        ) : (
          <Figures d={data} />
        )
      ) : error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : (
        <Loading />
      )}
    </Page>
  );
}

function Beginning({ d }: { d: Dashboard }) {
  const { tenant, editor } = useSession();
  if (d.onboarding && editor) return <Welcome onboarding={d.onboarding} />;
  return (
    <EmptyState icon={<LayoutDashboard />} title={t("no_figures")}>
      {t("no_figures_more", { name: tenant.name })}
    </EmptyState>
  );
}

function Figures({ d }: { d: Dashboard }) {
  const { tenant } = useSession();
  const steps = useSteps(d.onboarding);
  const { snapshot } = useSession();
  return (
    <CardPage>
      <p className="hidden text-sm text-fg-2 print:block">{t("printed", { name: tenant.name, day: fullDate(d.day) })}</p>
      <Kpis d={d} />
      <div className="grid grid-cols-1 gap-4 @4xl:grid-cols-[minmax(0,1.65fr)_minmax(0,1fr)]">
        <TrendCard d={d} />
        <FrameworkCard d={d} />
      </div>
      {d.due && d.mine && d.activity ? (
        <>
          <div className="grid grid-cols-1 gap-4 @3xl:grid-cols-2 @5xl:grid-cols-3 print:grid-cols-2!">
            <DueCard due={d.due} />
            {!snapshot && <MineCard mine={d.mine} />}
            <div className="flex min-w-0 flex-col gap-4 @3xl:@max-5xl:col-span-2 print:col-span-1! [&>section:last-child]:flex-1">
              {steps.shown && d.onboarding && <StepsCard onboarding={d.onboarding} onHide={steps.hide} />}
              <EvidenceHealth d={d} links />
              {!steps.shown && <ControlHealth d={d} links />}
            </div>
          </div>
          {steps.shown && <ControlHealth d={d} links wide />}
          {d.scope === "organisation" && !snapshot && (
            <div className="grid grid-cols-1 gap-4 empty:hidden @3xl:grid-cols-2">
              <PolicyCard links />
              <RiskCard links />
              <VendorCard links />
              <StoresCard links />
              <ImpactCard links />
              <PeopleCard links />
            </div>
          )}
          <Activity entries={d.activity} />
        </>
      ) : (
        <div className="grid grid-cols-1 gap-4 @3xl:grid-cols-2 @5xl:grid-cols-3">
          {d.mine && d.mine.total > 0 && !snapshot && <MineCard mine={d.mine} policies />}
          <EvidenceHealth d={d} />
          <ControlHealth d={d} />
          <FrameworkRings d={d} />
          {d.scope === "organisation" && !snapshot && (
            <>
              <PolicyCard />
              <RiskCard />
              <VendorCard />
              <StoresCard />
              <ImpactCard />
              <PeopleCard />
            </>
          )}
        </div>
      )}
    </CardPage>
  );
}

/** The same cards, grey, where the figures will be. */
function Loading() {
  return (
    <CardPage>
      <div className="grid grid-cols-2 gap-3 @xl:gap-4 @4xl:grid-cols-4">
        {[0, 1, 2, 3].map((i) => (
          <Card key={i} className="h-[106px]">
            <span className="skeleton block h-3 w-3/5" />
            <span className="skeleton mt-3 block h-7 w-16" />
          </Card>
        ))}
      </div>
      <div className="grid grid-cols-1 gap-4 @4xl:grid-cols-[minmax(0,1.65fr)_minmax(0,1fr)]">
        <Card className="h-[342px]">
          <Skeleton lines={2} />
        </Card>
        <Card className="h-[342px]">
          <Skeleton lines={8} />
        </Card>
      </div>
    </CardPage>
  );
}
