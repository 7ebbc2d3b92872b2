import { ArrowUpRight, Download, LayoutDashboard } from "lucide-react";
import { Avatar } from "#/kit/Avatar";
import { Button } from "#/kit/Button";
import { Card, CardPage, Kpi } from "#/kit/Card";
import { Checklist } from "#/kit/Checklist";
import { LegendKey, LineChart, Sparkline, StackBar } from "#/kit/charts";
import { percent, shortDate } from "#/kit/format";
import { Ring } from "#/kit/Meter";
import { REQUIREMENT_STATES, StatusIcon, statusColor, statusName } from "#/kit/Status";
import { Due } from "#/kit/When";
import { Page, Topbar } from "#/shell/Topbar";
import { rows } from "./data";

const weeks = Array.from({ length: 26 }, (_, i) => new Date(Date.now() - (25 - i) * 7 * 864e5).toISOString().slice(0, 10));
const ready = weeks.map((_, i) => 4000 + i * 72 + (i % 5) * 30);
const proof = weeks.map((_, i) => 4600 + i * 60 + ((i * 3) % 7) * 70);

export function Overview() {
  return (
    <Page>
      <Topbar title="Overview" icon={<LayoutDashboard />}>
        <Button variant="ghost">
          <Download size={14} /> PDF
        </Button>
      </Topbar>
      <CardPage>
        <div className="grid grid-cols-2 gap-3 @xl:gap-4 @4xl:grid-cols-4">
          <Kpi
            label="Audit readiness"
            value="54%"
            delta="+4.2 points in 30 days"
            trend="good"
            how="The mean over all applicable controls of claim times proof."
            spark={<Sparkline values={ready.slice(-12)} color="var(--ok)" />}
          />
          <Kpi
            label="Controls needing attention"
            value="95"
            delta="−11 this week"
            trend="good"
            link={
              <a href="#main" aria-label="Open">
                <ArrowUpRight size={14} />
              </a>
            }
            spark={<Sparkline values={[122, 118, 120, 112, 109, 111, 104, 98, 95]} color="var(--warn)" />}
          />
          <Kpi
            label="Evidence expiring in 30 days"
            value="38"
            delta="+6 this week"
            trend="bad"
            spark={<Sparkline values={[24, 22, 27, 25, 29, 31, 30, 38]} color="var(--bad)" />}
          />
          <Kpi
            label="Requirements met"
            value="311"
            delta="of 702 applicable"
            spark={<Sparkline values={[71, 74, 80, 84, 86, 90]} color="var(--info)" />}
          />
        </div>
        <div className="grid grid-cols-1 gap-4 @4xl:grid-cols-[minmax(0,1.65fr)_minmax(0,1fr)]">
          <Card
            title="Readiness over time"
            aside={
              <>
                <LegendKey color="var(--accent)">Controls implemented</LegendKey>
                <LegendKey color="var(--mute)" dash>
                  Evidence current
                </LegendKey>
              </>
            }
          >
            <LineChart
              title="Readiness over time"
              height={286}
              labels={weeks}
              value={(v) => percent(v)}
              label={(l) => shortDate(l)}
              min={2000}
              series={[
                { name: "Evidence current", color: "var(--mute)", values: proof, dash: true },
                { name: "Implemented", color: "var(--accent)", values: ready, fill: true },
              ]}
            />
          </Card>
          <Card title="Frameworks" help="A requirement is met when every applicable control mapped to it is effective.">
            <ul className="space-y-3.5">
              {["SOC 2", "HIPAA", "ISO 27001", "NIST 800-53", "PCI DSS"].map((f, i) => (
                <li key={f}>
                  <div className="mb-1.5 flex items-baseline gap-2">
                    <span className="font-medium">{f}</span>
                    <span className="tnum text-xs text-fg-3">{120 + i * 31} of 313</span>
                    <span className="tnum ms-auto font-semibold">{percent(5200 - i * 130)}</span>
                  </div>
                  <StackBar
                    label={f}
                    parts={REQUIREMENT_STATES.map((s, j) => ({
                      name: statusName(s),
                      value: [50, 12, 20, 18, 4][j] ?? 0,
                      color: statusColor(s),
                    }))}
                  />
                </li>
              ))}
            </ul>
          </Card>
        </div>
        <div className="grid grid-cols-1 gap-4 @2xl:grid-cols-2 @5xl:grid-cols-3">
          <Card title="Evidence coverage">
            <div className="flex flex-wrap gap-6">
              {([10000, 7340, 1200, null] as const).map((v) => (
                <Ring key={String(v)} value={v} label="Coverage" />
              ))}
            </div>
          </Card>
          <Card title="Due">
            <ul className="-mx-2">
              {rows.slice(0, 5).map((c) => (
                <li key={c.id} className="flex h-9 items-center gap-2.5 rounded-md px-2 hover:bg-hover">
                  <StatusIcon s={c.status} />
                  <span className="min-w-0 flex-1 truncate">{c.title}</span>
                  <Avatar name={c.owner} />
                  <span className="w-16 text-end text-xs">
                    <Due value={c.due} />
                  </span>
                </li>
              ))}
            </ul>
          </Card>
          <Card title="Get audit-ready" aside={<span className="tnum">2 of 5</span>}>
            <Checklist
              steps={[
                { id: "a", title: "Choose frameworks", done: true },
                { id: "b", title: "Invite your colleagues", done: true },
                {
                  id: "c",
                  title: "Give every control an owner",
                  note: "61 have none",
                  done: false,
                  action: <Button size="sm">Continue</Button>,
                },
                { id: "d", title: "Upload the first proof", note: "0 of 70 collected", done: false },
              ]}
            />
          </Card>
        </div>
      </CardPage>
    </Page>
  );
}
