import { useQuery } from "@tanstack/react-query";
import { BellRing, ScrollText, UsersRound } from "lucide-react";
import { useState } from "react";
import { type CoveredDepartment, type Covered as CoveredPolicy, policy } from "#/api/api";
import { RecordLinkTo } from "#/kit/about/kinds";
import { Button } from "#/kit/Button";
import { Card, CardPage } from "#/kit/Card";
import { Dialog } from "#/kit/Dialog";
import { ExportMenu } from "#/kit/ExportMenu";
import { percent } from "#/kit/format";
import { Ring } from "#/kit/Meter";
import { EmptyState, ErrorState, Skeleton } from "#/kit/State";
import { Help } from "#/kit/Tip";
import { DateText } from "#/kit/When";
import { useSession } from "#/shell/session";
import { Page, Topbar } from "#/shell/Topbar";
import { coverageQuery, step } from "./data";
import { Covered } from "./Look";
import { People } from "./People";
import { PolicyPlaces } from "./Places";
import { t } from "./words";

/** Who has said that they read what is in force, by policy and by department. */
export function Acknowledgments() {
  const { data: c, error, refetch } = useQuery(coverageQuery);
  return (
    <Page>
      <Topbar title={t("acknowledgments")} icon={<ScrollText />}>
        <ExportMenu href={(format) => policy.acknowledgments_export({ format })} />
      </Topbar>
      <PolicyPlaces />
      <CardPage>
        {error ? (
          <ErrorState error={error} onRetry={() => void refetch()} />
        ) : !c ? (
          <Skeleton lines={8} />
        ) : c.asked === 0 ? (
          <EmptyState icon={<UsersRound />} title={t("nobody_asked")}>
            {t("nobody_asked_all")}
          </EmptyState>
        ) : (
          <div className="grid items-start gap-4 @4xl:grid-cols-[minmax(0,1fr)_360px]">
            <Card title={t("by_policy")} help={t("coverage_how")}>
              <ul className="-mx-4 -mb-4 divide-y divide-line border-t border-line">
                {c.policies.map((p) => (
                  <PolicyLine key={p.id} p={p} />
                ))}
              </ul>
            </Card>
            <div className="grid gap-4">
              <Card>
                <div className="flex items-center gap-4">
                  <Ring value={c.coverage < 0 ? null : c.coverage} label={t("coverage")} size={92} />
                  <div>
                    <p className="flex items-center gap-1.5 font-medium">
                      {t("words_given", { n: c.acknowledged, all: c.asked })} <Help>{t("coverage_all_how")}</Help>
                    </p>
                    {c.overdue > 0 && <p className="text-bad-text">{t("late", { n: c.overdue })}</p>}
                  </div>
                </div>
              </Card>
              <Card title={t("by_department")}>
                <ul className="space-y-3">
                  {c.departments.map((d) => (
                    <DepartmentLine key={d.name} d={d} />
                  ))}
                </ul>
              </Card>
            </div>
          </div>
        )}
      </CardPage>
    </Page>
  );
}

function DepartmentLine({ d }: { d: CoveredDepartment }) {
  return (
    <li>
      <div className="mb-1 flex items-baseline gap-2">
        <span className="truncate">{d.name || t("no_department")}</span>
        {d.overdue > 0 && <span className="text-xs text-bad-text">{t("late", { n: d.overdue })}</span>}
        <span className="tnum ms-auto font-medium">{percent(d.coverage)}</span>
      </div>
      <Covered asked={d.asked} acknowledged={d.acknowledged} />
    </li>
  );
}

function PolicyLine({ p }: { p: CoveredPolicy }) {
  const { editor } = useSession();
  const [open, setOpen] = useState(false);
  const missing = p.asked - p.acknowledged;
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3">
      <Ring value={p.coverage < 0 ? null : p.coverage} label={p.title} size={40}>
        <span className="text-2xs">{percent(p.coverage)}</span>
      </Ring>
      <div className="min-w-0 flex-1 basis-52">
        <RecordLinkTo path={`policies/${p.id}?tab=acknowledgments`} className="flex items-baseline gap-2 hover:underline">
          <span className="ref shrink-0 text-xs text-fg-3">{p.ref}</span>
          <span className="truncate font-medium">{p.title}</span>
        </RecordLinkTo>
        <p className="text-xs text-fg-3">
          {t("version_n", { v: p.number })}
          {p.due_on && <> · {t.rich("due_by", { day: <DateText value={p.due_on} /> })}</>}
          {p.overdue > 0 && <span className="ms-2 text-bad-text">{t("late", { n: p.overdue })}</span>}
        </p>
      </div>
      <span className="w-32">
        <Covered asked={p.asked} acknowledged={p.acknowledged} />
      </span>
      <span className="flex w-full gap-2 @2xl:w-52 @2xl:justify-end">
        {p.request && (
          <Button size="sm" onClick={() => setOpen(true)} disabled={missing === 0}>
            {missing > 0 ? t("who_has_not", { n: missing }) : t("everybody_has")} <span className="sr-only">{p.ref}</span>
          </Button>
        )}
        {editor && p.request && (
          <Button
            size="sm"
            variant="ghost"
            disabled={missing === 0}
            onClick={() => void step(() => policy.remind({ id: p.request }), t("reminded_said"))}
          >
            <BellRing size={13} /> {t("remind")} <span className="sr-only">{p.ref}</span>
          </Button>
        )}
      </span>
      <Dialog open={open} onOpenChange={setOpen} title={`${p.ref} ${p.title}`} width={680}>
        {open && <People request={p.request} />}
      </Dialog>
    </li>
  );
}
