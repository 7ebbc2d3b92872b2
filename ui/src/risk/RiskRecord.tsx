import { type Point, type Risk, type RiskDetail, risk } from "#/api/api";
import { act } from "#/kit/about/data";
import { RecordLinkTo } from "#/kit/about/kinds";
import { Button } from "#/kit/Button";
import { Sparkline } from "#/kit/charts";
import { ask } from "#/kit/Dialog";
import { fullDate, longDate } from "#/kit/format";
import type { Parts } from "#/kit/register/RecordParts";
import { Section } from "#/kit/Sidecar";
import { Note } from "#/kit/State";
import { StatusIcon } from "#/kit/Status";
import { Help } from "#/kit/Tip";
import { useSession } from "#/shell/session";
import { AcceptButton } from "./Accept";
import { levelOf, MAPS, type MapOf, steps } from "./data";
import { risks } from "./fields";
import { LevelTag } from "./Level";
import { LossSection } from "./LossSection";
import { t } from "./words";

/** What a risk shows beside its fields: how bad it is, what lowers it, and how that moved. */
export const riskRecord: Parts<Risk, RiskDetail> = {
  note: (r) =>
    r.status === "accepted" && (
      <Note tone="ok" icon={<StatusIcon s="accepted" size={16} />} className="mx-5 mb-3">
        {t("accepted_note", { who: r.accepted_by, until: fullDate(r.accepted_until), reason: r.accepted_reason })}
      </Note>
    ),
  before: (r) => (
    <>
      <Scores r={r} />
      <LossSection r={r} />
      <Controls r={r} />
    </>
  ),
  after: (r) => r.scores.length > 1 && <Moved r={r} />,
};

function Scores({ r }: { r: RiskDetail }) {
  const { editor, admin } = useSession();
  return (
    <Section
      title={t("scores")}
      aside={
        admin && (
          <>
            {r.status !== "closed" && <AcceptButton r={r} />}
            {r.status === "accepted" && (
              <Button
                size="sm"
                onClick={() =>
                  ask({
                    title: t("unaccept"),
                    effect: r.title,
                    action: t("unaccept"),
                    danger: false,
                    run: async () => {
                      await act(["risk"], () => risk.unaccept({ id: r.id }), t("unaccepted", { ref: r.ref }));
                      await risks.refreshAll();
                    },
                  })
                }
              >
                {t("unaccept")}
              </Button>
            )}
          </>
        )
      }
    >
      <table className="w-full text-sm">
        <tbody>
          {MAPS.map((m) => (
            <ScoreRow key={m} r={r} of={m} editor={editor} />
          ))}
        </tbody>
      </table>
      <p className="mt-2 flex items-center gap-1.5 text-xs text-fg-2">
        {t("suggested", { score: r.suggestion.score || "–" })}
        <Help>{r.suggestion.reason}</Help>
        {editor && r.suggestion.score > 0 && r.suggestion.score !== r.residual.likelihood * r.residual.impact && (
          <Button
            size="sm"
            className="ms-auto"
            onClick={() => void risks.change(r, { residual: { likelihood: r.suggestion.likelihood, impact: r.suggestion.impact } })}
          >
            {t("take")}
          </Button>
        )}
      </p>
    </Section>
  );
}

/** "4 Likely", "5 Severe" */
function stepName(part: "likelihood" | "impact", value: number): string {
  const n = steps.find((o) => o === value) ?? 1;
  return `${n} ${part === "likelihood" ? t(`likelihood_${n}`) : t(`impact_${n}`)}`;
}

/** One score: likelihood and impact, each chosen where it stands. Half a score waits for its other half. */
function ScoreRow({ r, of, editor }: { r: RiskDetail; of: MapOf; editor: boolean }) {
  const p = r[of];
  const score = p.likelihood * p.impact;
  const save = (part: Partial<Point>) =>
    void risks.change(r, { [of]: { likelihood: p.likelihood || part.impact || 0, impact: p.impact || part.likelihood || 0, ...part } });
  return (
    <tr>
      <th scope="row" className="py-1 pe-2 text-start font-normal text-fg-3" title={t(`${of}_more`)}>
        {t(of)}
      </th>
      {(["likelihood", "impact"] as const).map((part) => (
        <td key={part} className="py-1 pe-2">
          {editor ? (
            <select
              aria-label={`${t(of)}: ${t(part)}`}
              className="input h-7 py-0"
              value={p[part]}
              onChange={(e) => save({ [part]: Number(e.target.value) })}
            >
              {p[part] === 0 && <option value={0}>{t("not_scored")}</option>}
              {steps.map((n) => (
                <option key={n} value={n}>
                  {stepName(part, n)}
                </option>
              ))}
            </select>
          ) : p[part] === 0 ? (
            <span className="text-fg-3">{t("not_scored")}</span>
          ) : (
            stepName(part, p[part])
          )}
        </td>
      ))}
      <td className="py-1 text-end">
        <LevelTag score={score} level={levelOf(score, r.scale)} />
      </td>
    </tr>
  );
}

const Controls = ({ r }: { r: RiskDetail }) => (
  <Section title={t("controls")} aside={r.controls > 0 ? t("controls_of", { good: r.effective, n: r.controls }) : undefined}>
    {r.linked.length === 0 && <p className="text-pretty text-fg-3">{t("controls_none")}</p>}
    <ul className="space-y-1">
      {r.linked.map((c) => (
        <li key={c.id}>
          <RecordLinkTo path={`controls?open=${c.id}`} className="flex min-h-6 items-center gap-2 hover:underline">
            <StatusIcon s={c.effective} label />
            <span className="ref text-xs text-fg-3">{c.ref}</span>
            <span className="truncate">{c.title}</span>
          </RecordLinkTo>
        </li>
      ))}
    </ul>
  </Section>
);

const current = (s: { inherent: Point; residual: Point }) =>
  s.residual.likelihood * s.residual.impact || s.inherent.likelihood * s.inherent.impact;

const Moved = ({ r }: { r: RiskDetail }) => (
  <Section title={t("moved")}>
    <Sparkline values={r.scores.map(current)} color="var(--accent)" />
    <ol className="mt-2 space-y-1 text-xs text-fg-2">
      {r.scores.map((s) => (
        <li key={s.at} title={longDate(s.at)} className="tnum">
          {`${current(s)} · ${t("scored_by", { who: s.by, when: fullDate(s.at) })}`}
        </li>
      ))}
    </ol>
  </Section>
);
