import { useNavigate } from "@tanstack/react-router";
import { CalendarClock, CircleCheck, ClipboardCheck, Scale, TriangleAlert } from "lucide-react";
import { type Vendor, type VendorDetail, vendor } from "#/api/api";
import { Attachments } from "#/kit/about/Attachments";
import { act } from "#/kit/about/data";
import { RecordLinkTo } from "#/kit/about/kinds";
import { Button } from "#/kit/Button";
import { ask } from "#/kit/Dialog";
import { fullDate, percent, shortDate } from "#/kit/format";
import { LevelTag } from "#/kit/Level";
import type { Parts } from "#/kit/register/RecordParts";
import { Section } from "#/kit/Sidecar";
import { Note } from "#/kit/State";
import { StatusIcon } from "#/kit/Status";
import { Tag } from "#/kit/Tag";
import { Help } from "#/kit/Tip";
import { orgPath } from "#/shell/nav";
import { useSession } from "#/shell/session";
import { Attestations } from "./Attestations";
import { Contracts } from "./Contracts";
import { reviewTone } from "./data";
import { vendors } from "./fields";
import { AskButton } from "./Questions";
import { t } from "./words";

/** What a vendor shows beside its fields: where it stands on its clock, what was assessed, what it has to show, what was agreed. */
export const vendorRecord: Parts<Vendor, VendorDetail> = {
  note: (v) => <Clock v={v} />,
  before: (v) => (
    <>
      <Review v={v} />
      <Attestations v={v} />
      <Contracts v={v} />
      <Questionnaires v={v} />
    </>
  ),
  after: (v) => (
    <>
      <Section title={t("files")} aside={v.files.length || undefined}>
        <Attachments kind="vendor" id={v.id} items={v.files} />
      </Section>
      <Assessments v={v} />
    </>
  ),
};

const soon = { never: TriangleAlert, due_soon: CalendarClock, overdue: CalendarClock };

/** Tier and clock, and what to do about them. */
function Clock({ v }: { v: VendorDetail }) {
  if (v.review === "closed") return null;
  return (
    <>
      <div className="mx-5 mb-3 flex flex-wrap items-center gap-x-2.5 gap-y-1.5 text-fg-2">
        <LevelTag score={v.score} level={v.tier} />
        {v.next_review_on && (
          <Tag tone={reviewTone[v.review]}>
            {t("next_review_on")}: {fullDate(v.next_review_on)}
          </Tag>
        )}
        {v.cadence > 0 && <span className="text-xs">{t("cadence", { n: v.cadence })}</span>}
        <Help label={t("tier_defined")}>{v.defined}</Help>
      </div>
      <Todo v={v} />
    </>
  );
}

/** The one thing to do about the clock: begin an assessment, or go on with it. */
function Todo({ v }: { v: VendorDetail }) {
  const { editor } = useSession();
  const begin = useBegin(v);
  if (v.draft) {
    const step = v.assessments.find((a) => a.id === v.draft)?.step ?? 1;
    return (
      <Note
        icon={<ClipboardCheck size={16} />}
        className="mx-5 mb-3"
        actions={
          <RecordLinkTo path={`vendor-assessments/${v.draft}`} className="font-medium underline">
            {editor ? t("assess_go_on") : t("view")}
          </RecordLinkTo>
        }
      >
        {t("draft_note", { step })}
      </Note>
    );
  }
  if (v.review === "current" || v.review === "closed") return null;
  const Icon = soon[v.review];
  return (
    <Note
      tone={v.review === "overdue" ? "bad" : "warn"}
      icon={<Icon size={16} />}
      className="mx-5 mb-3"
      actions={
        editor && (
          <Button size="sm" variant="primary" onClick={() => void begin()}>
            {v.review === "never" ? t("assess") : v.review === "overdue" ? t("assess_late") : t("assess_due")}
          </Button>
        )
      }
    >
      {v.review === "never"
        ? t("never_note")
        : t(v.review === "overdue" ? "overdue_note" : "soon_note", { day: fullDate(v.next_review_on) })}
    </Note>
  );
}

/** Begins an assessment and goes there. */
function useBegin(v: VendorDetail) {
  const go = useNavigate();
  const { tenant } = useSession();
  return async () => {
    const made = await act(["vendor"], () => vendor.assess({ id: v.id }));
    if (made) await go({ to: orgPath(tenant.slug, `vendor-assessments/${made.id}`) });
  };
}

function Review({ v }: { v: VendorDetail }) {
  const { admin, editor } = useSession();
  const begin = useBegin(v);
  return (
    <Section
      title={t("review")}
      aside={
        <>
          {editor && !v.draft && v.review === "current" && (
            <Button size="sm" onClick={() => void begin()}>
              {t("assess_again")}
            </Button>
          )}
          {admin && <Decide v={v} />}
        </>
      }
    >
      {!v.decision_reason && <p className="text-pretty text-fg-3">{t("decided_not")}</p>}
      {v.classification === "restricted" && v.tier === "high" && <p className="mt-1 text-xs text-fg-3">{t("restricted_floor")}</p>}
      {v.legal_review === "needed" && v.status !== "approved" && (
        <p className="mt-2 flex items-center gap-1.5 text-xs text-warn-text">
          <Scale size={13} aria-hidden /> {t("legal_waits")}
        </p>
      )}
      {v.decision_reason && (
        <p className="text-pretty text-fg-2">
          {t("decided", {
            decision: v.status === "rejected" ? t("rejected") : t("approved"),
            who: v.decided_by,
            when: shortDate(v.decided_at),
            reason: v.decision_reason,
          })}
        </p>
      )}
    </Section>
  );
}

/** An administrator approves or rejects, and says why. */
function Decide({ v }: { v: VendorDetail }) {
  const decide = (decision: "approved" | "rejected", what: "approve" | "reject") =>
    ask({
      title: `${t(what)} ${v.name}?`,
      effect: t(`${what}_effect`),
      action: t(what),
      danger: what === "reject",
      reason: { label: t(`${what}_reason`), required: true },
      run: async (reason) => {
        await vendor.decide({ id: v.id, body: { decision, reason } });
        await vendors.refreshAll();
      },
    });
  const approves = v.status === "in_review" || v.status === "rejected" || v.status === "offboarding";
  return (
    <>
      {approves && v.assessed_on && v.legal_review !== "needed" && (
        <Button size="sm" onClick={() => decide("approved", "approve")}>
          {t("approve")}…
        </Button>
      )}
      {(v.status === "requested" || v.status === "in_review") && (
        <Button size="sm" onClick={() => decide("rejected", "reject")}>
          {t("reject")}…
        </Button>
      )}
    </>
  );
}

const Questionnaires = ({ v }: { v: VendorDetail }) => (
  <Section title={t("questionnaires")} aside={<AskButton v={v} />}>
    {v.questionnaires.length === 0 && <p className="text-pretty text-fg-3">{t("questionnaires_none")}</p>}
    <ul className="space-y-1">
      {v.questionnaires.map((q) => (
        <li key={q.id}>
          <RecordLinkTo path={`vendor-questionnaires/${q.id}`} className="flex min-h-7 flex-wrap items-center gap-x-2 hover:underline">
            <span className="truncate">{shortDate(q.opened_at)}</span>
            <span className="tnum text-xs text-fg-3">{t("answered_of", { done: q.answered, n: q.questions })}</span>
            {q.score !== null && (
              <Tag tone={q.score >= 8000 ? "ok" : q.score >= 6000 ? "warn" : "bad"}>{t("score_well", { score: percent(q.score) })}</Tag>
            )}
            {q.flagged > 0 && <Tag tone="warn">{t("flagged", { n: q.flagged })}</Tag>}
          </RecordLinkTo>
        </li>
      ))}
    </ul>
  </Section>
);

const Assessments = ({ v }: { v: VendorDetail }) => (
  <Section title={t("assessments")} aside={v.assessments.length || undefined}>
    {v.assessments.length === 0 && <p className="text-pretty text-fg-3">{t("assessments_none")}</p>}
    <ul className="space-y-1">
      {v.assessments.map((a) => (
        <li key={a.id}>
          <RecordLinkTo path={`vendor-assessments/${a.id}`} className="flex min-h-7 flex-wrap items-center gap-x-2 hover:underline">
            {a.status === "draft" ? <StatusIcon s="in_progress" label /> : <CircleCheck size={14} className="text-ok" aria-hidden />}
            <span>{t("assessment_n", { n: a.number })}</span>
            <LevelTag score={a.score} level={a.tier} />
            <span className="text-xs text-fg-3">
              {a.status === "draft" ? t("draft") : t("concluded_by", { who: a.concluded_by, when: fullDate(a.concluded_on) })}
            </span>
          </RecordLinkTo>
        </li>
      ))}
    </ul>
  </Section>
);
