import { CalendarCheck, ShieldAlert } from "lucide-react";
import { bia, type Process, type ProcessDetail } from "#/api/api";
import { act } from "#/kit/about/data";
import { Falls } from "#/kit/about/Falls";
import { KindIcon, RecordLinkTo } from "#/kit/about/kinds";
import { Button } from "#/kit/Button";
import { CLASSES, RECOVERIES, within, wordOf } from "#/kit/care";
import { and, fullDate } from "#/kit/format";
import type { Parts } from "#/kit/register/RecordParts";
import { Section } from "#/kit/Sidecar";
import { Note } from "#/kit/State";
import { Tag } from "#/kit/Tag";
import { Help } from "#/kit/Tip";
import { locale } from "#/kit/t";
import { useSession } from "#/shell/session";
import { processes } from "./fields";
import { TierTag } from "./Tier";
import { t } from "./words";

/** What a process shows beside its fields: its score, what it rests on, and when it was looked at. */
export const biaRecord: Parts<Process, ProcessDetail> = {
  note: (p) =>
    p.late > 0 && (
      <Note tone="warn" icon={<ShieldAlert size={16} />} className="mx-5 mb-3">
        {t("late_note", { n: p.late, rto: p.rto && within(p.rto) })}
      </Note>
    ),
  before: (p) => (
    <>
      <Score p={p} />
      <Dependencies p={p} />
      <Falls kind="process" id={p.id} name={p.name} up />
      <Review p={p} />
    </>
  ),
};

const points = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 });
type Part = ProcessDetail["parts"][number];
const said = (p: ProcessDetail, of: Part["of"]) =>
  of === "classification" ? wordOf(CLASSES, p.classification) : wordOf(RECOVERIES, p[of]);

function Score({ p }: { p: ProcessDetail }) {
  const missing = [p.rto === "" && t("rto"), p.rpo === "" && t("rpo"), p.classification === "" && t("classification")].filter(
    (m) => m !== false,
  );
  return (
    <Section
      title={
        <span className="flex items-center gap-1.5">
          {t("score")} <Help label={t("score_how")}>{p.defined}</Help>
        </span>
      }
      aside={<TierTag score={p.score} tier={p.tier} />}
    >
      {missing.length > 0 && <p className="mb-2 text-fg-3">{t("incomplete_how", { what: and(missing) })}</p>}
      <ul className="space-y-1.5">
        {p.parts.map((part) => (
          <li key={part.of} className="grid grid-cols-[minmax(0,6.5rem)_minmax(0,7.5rem)_1fr_auto] items-center gap-2 text-xs">
            <span className="truncate text-fg-3">{t(part.of)}</span>
            <span className="truncate">{said(p, part.of)}</span>
            <span className="h-1.5 overflow-hidden rounded-full bg-active">
              <span className="block h-full rounded-full bg-accent" style={{ width: `${part.points / part.most}%` }} />
            </span>
            <span className="tnum text-fg-2">{t("points_of", { points: points.format(part.points / 100), most: part.most })}</span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

const Dependencies = ({ p }: { p: ProcessDetail }) => (
  <Section
    title={
      <span className="flex items-center gap-1.5">
        {t("dependencies")} <Help>{t("dependencies_how")}</Help>
      </span>
    }
    aside={p.dependencies.length > 0 ? p.dependencies.length : undefined}
  >
    {p.dependencies.length === 0 && <p className="text-pretty text-fg-3">{t("dependencies_none")}</p>}
    <ul className="space-y-0.5">
      {p.dependencies.map((d) => (
        <li key={`${d.kind} ${d.id}`} style={{ paddingInlineStart: Math.min(d.distance - 1, 4) * 14 }}>
          <RecordLinkTo path={d.path} className="flex min-h-7 items-center gap-2 hover:underline">
            <KindIcon kind={d.kind} />
            <span className="min-w-0 flex-1 truncate" title={d.through && t("through", { name: d.through })}>
              {d.title}
            </span>
            {d.later ? (
              <Tag tone="warn">{t("recovery_of", { rto: d.rto && within(d.rto) })}</Tag>
            ) : (
              <span className="shrink-0 text-xs text-fg-3">
                {d.rto === "" ? t("recovery_unknown") : t("recovery_of", { rto: d.rto && within(d.rto) })}
              </span>
            )}
          </RecordLinkTo>
        </li>
      ))}
    </ul>
  </Section>
);

function Review({ p }: { p: ProcessDetail }) {
  const { editor } = useSession();
  return (
    <Section
      title={t("reviews")}
      aside={
        editor && (
          <Button
            size="sm"
            title={t("review_more")}
            onClick={async () => {
              await act(["process"], () => bia.review({ id: p.id }), t("review_said", { ref: p.ref }));
              await processes.refreshAll();
            }}
          >
            <CalendarCheck size={13} /> {t("review")}
          </Button>
        )
      }
    >
      <p className={p.reviewed_on ? "" : "text-fg-3"}>
        {p.reviewed_on ? t("reviewed", { who: p.reviewer_name, when: fullDate(p.reviewed_on) }) : t("review_never")}
      </p>
    </Section>
  );
}
