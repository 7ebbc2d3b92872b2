import { useState } from "react";
import type { VendorAssessmentDetail, VendorDetail } from "#/api/api";
import { Button } from "#/kit/Button";
import { TextArea } from "#/kit/Field";
import { and, fullDate, percent } from "#/kit/format";
import { LevelTag, steps, stepWord } from "#/kit/Level";
import { Section } from "#/kit/Sidecar";
import { Note } from "#/kit/State";
import { Tag } from "#/kit/Tag";
import { useSession } from "#/shell/session";
import { conclude } from "./AssessmentPage";
import type { Save } from "./AssessmentSteps";
import { attestationName, attestedTone } from "./data";
import { t } from "./words";

/** The last step: what will stand, why, and the decision of an administrator. */
export function Conclusion({ a, v, save }: { a: VendorAssessmentDetail; v: VendorDetail; save: Save }) {
  const { admin } = useSession();
  const [words, setWords] = useState(a.conclusion);
  const [busy, setBusy] = useState(false);
  const end = async (decision?: "approved" | "rejected") => {
    setBusy(true);
    await conclude(a, words.trim(), decision);
    setBusy(false);
  };
  const waits = v.legal_review === "needed";
  const ready = a.score > 0 && !busy;
  return (
    <>
      <Summary a={a} />
      <div className="space-y-4 px-5">
        <TextArea
          label={t("conclusion")}
          hint={t("conclusion_hint")}
          maxLength={2000}
          value={words}
          onChange={setWords}
          onBlur={() => words !== a.conclusion && void save({ conclusion: words })}
        />
        {a.score === 0 && <Note tone="warn">{t("scored_not")}</Note>}
        {waits && <Note tone="warn">{t("legal_waits")}</Note>}
        <p className="text-xs text-pretty text-fg-3">{t("conclude_more")}</p>
        <div className="flex flex-wrap justify-end gap-2">
          <Button className="me-auto" onClick={() => void save({ step: 4 })}>
            {t("back")}
          </Button>
          {admin && (
            <Button disabled={!ready || !words.trim()} onClick={() => void end("rejected")}>
              {t("conclude_reject")}
            </Button>
          )}
          <Button variant={admin ? "outline" : "primary"} disabled={!ready} onClick={() => void end()}>
            {t("conclude")}
          </Button>
          {admin && (
            <Button variant="primary" disabled={!ready || !words.trim() || waits} onClick={() => void end("approved")}>
              {t("conclude_approve")}
            </Button>
          )}
        </div>
      </div>
    </>
  );
}

/** An assessment that is read: concluded, or another's draft. */
export const Concluded = ({ a }: { a: VendorAssessmentDetail }) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keys
  <div tabIndex={0} className="min-h-0 flex-1 overflow-y-auto outline-offset-[-2px]">
    <div className="mx-auto max-w-[760px] py-6">
      {a.status === "concluded" && (
        <div className="mb-5 flex flex-wrap items-center gap-x-4 gap-y-2 px-5">
          <LevelTag score={a.score} level={a.tier} />
          {a.decision && <Tag tone={a.decision === "approved" ? "ok" : "bad"}>{t(a.decision)}</Tag>}
          <span className="text-fg-2">{t("concluded_by", { who: a.concluded_by, when: fullDate(a.concluded_on) })}</span>
          {a.next_review_on && <span className="text-fg-2">{`${t("next_review_on")}: ${fullDate(a.next_review_on)}`}</span>}
        </div>
      )}
      {a.conclusion && <Words title={t("conclusion")} text={a.conclusion} />}
      <Summary a={a} />
      <Words title={t("notes")} text={a.notes || t("notes_none")} />
    </div>
  </div>
);

const Words = ({ title, text }: { title: string; text: string }) => (
  <Section title={title}>
    <p className="leading-[1.6] break-words whitespace-pre-wrap text-fg-2">{text}</p>
  </Section>
);

const word = (part: "likelihood" | "impact", value: number): string => {
  const n = steps.find((s) => s === value);
  return n ? `${n} ${stepWord(part, n)}` : "–";
};
const LEGAL = { not_needed: "legal_not_needed", needed: "legal_needed", done: "legal_done" } as const;

/** The facts that the assessment rests on. */
function Summary({ a }: { a: VendorAssessmentDetail }) {
  const { facts: f } = a;
  const [asked] = f.questionnaires;
  const rows: [string, React.ReactNode][] = [
    [t("title"), [f.name, f.service].filter(Boolean).join(" · ")],
    [t("owner"), f.owner_name || t("owner_none")],
    [t("data"), f.data.length > 0 ? and(f.data.map((d) => t(d))) : t("data_none")],
    [t("classification"), f.classification ? t(f.classification) : t("class_unknown")],
    [t("subservice"), f.subservice ? [t("yes"), f.location, f.purpose].filter(Boolean).join(" · ") : t("subprocessor_no")],
    [t("likelihood"), word("likelihood", a.likelihood)],
    [t("impact"), word("impact", a.impact)],
    [t("legal_review"), t(LEGAL[f.legal_review])],
    [
      t("questionnaire"),
      asked
        ? [
            t("answered_of", { done: asked.answered, n: asked.questions }),
            asked.score !== null && t("score_well", { score: percent(asked.score) }),
            asked.flagged > 0 && t("flagged", { n: asked.flagged }),
          ]
            .filter(Boolean)
            .join(" · ")
        : t("none"),
    ],
  ];
  return (
    <>
      <Section title={a.status === "draft" ? t("summary") : t("facts")}>
        <dl className="grid grid-cols-[minmax(110px,160px)_minmax(0,1fr)] gap-x-4 gap-y-1.5">
          {rows.map(([name, value]) => (
            <div key={name} className="contents">
              <dt className="text-fg-3">{name}</dt>
              <dd className="break-words">{value}</dd>
            </div>
          ))}
        </dl>
      </Section>
      {f.attestations.length > 0 && (
        <Section title={t("proofs")}>
          <ul className="space-y-1">
            {f.attestations.map((p) => (
              <li key={`${p.type} ${p.title} ${p.sha256}`} className="flex flex-wrap items-center gap-x-2">
                <span>{attestationName(p)}</span>
                <Tag tone={attestedTone[p.state]}>{t(p.state)}</Tag>
                <span className="text-xs text-fg-3">{p.file}</span>
              </li>
            ))}
          </ul>
        </Section>
      )}
    </>
  );
}
