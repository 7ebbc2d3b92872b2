import { useQuery } from "@tanstack/react-query";
import { CalendarClock, CalendarSync, CircleDashed, Layers, Shield, Tags, UserRound } from "lucide-react";
import { type Point, type Risk, type RiskDetail, risk } from "#/api/api";
import { Person } from "#/kit/Avatar";
import { act } from "#/kit/about/data";
import { Fields } from "#/kit/about/Fields";
import { RecordLinkTo } from "#/kit/about/kinds";
import { TagsField } from "#/kit/about/Tags";
import { Button } from "#/kit/Button";
import { Sparkline } from "#/kit/charts";
import { ask } from "#/kit/Dialog";
import { fullDate, longDate } from "#/kit/format";
import { Menu, MenuItem } from "#/kit/Menu";
import { PeoplePicker } from "#/kit/Picker";
import { peopleQuery } from "#/kit/people";
import { type Beside, RecordSidecar } from "#/kit/register/RecordSidecar";
import { InlineText, Prop, Props, propButton, Section } from "#/kit/Sidecar";
import { Note } from "#/kit/State";
import { StatusIcon } from "#/kit/Status";
import { Help } from "#/kit/Tip";
import { rowFromLists } from "#/kit/useWindow";
import { useSession } from "#/shell/session";
import { AcceptButton } from "./Accept";
import { change, detailQuery, refreshAll, remove } from "./data";
import { LevelTag, RiskStatus, treatmentName } from "./Level";
import { MAPS, type MapOf, SAYABLE, TREATMENTS } from "./search";
import { t } from "./words";

/** A risk beside the list: how bad it is, what lowers it, what is done, and how that moved. */
export function RiskSidecar({ id, beside }: { id: string; beside: Beside }) {
  const { data: full, error, refetch } = useQuery(detailQuery(id));
  const r: Risk | undefined = full ?? rowFromLists<Risk>(["risk", "list"], id);
  return (
    <RecordSidecar
      kind="risk"
      id={id}
      label={t("details")}
      beside={beside}
      row={r}
      full={full !== undefined}
      error={error}
      retry={() => void refetch()}
      onTitle={(title) => r && void change(r, { title }, { title })}
      onDelete={async () => {
        if (r) await remove(r, beside.onClose);
      }}
      head={r && <RiskProps r={r} />}
    >
      {full && <Parts r={full} />}
    </RecordSidecar>
  );
}

function RiskProps({ r }: { r: Risk }) {
  const { editor } = useSession();
  const people = useQuery(peopleQuery).data ?? [];
  const may = editor && r.status !== "accepted";
  return (
    <Props>
      <Prop icon={<CircleDashed />} label={t("status")}>
        {may ? (
          <Menu
            trigger={
              <button type="button" className={propButton} aria-label={`${t("status")}: ${t(r.status)}`}>
                <RiskStatus s={r.status} />
              </button>
            }
          >
            {SAYABLE.map((s) => (
              <MenuItem key={s} selected={s === r.status} onClick={() => void change(r, { status: s }, { status: s })}>
                <RiskStatus s={s} />
              </MenuItem>
            ))}
          </Menu>
        ) : (
          <RiskStatus s={r.status} />
        )}
      </Prop>
      <Prop icon={<UserRound />} label={t("owner")}>
        {editor ? (
          <PeoplePicker
            people={people.filter((p) => p.active || p.id === r.owner)}
            nobody={t("nobody")}
            value={r.owner}
            onChange={(owner) => void change(r, { owner }, { owner, owner_name: people.find((p) => p.id === owner)?.name ?? "" })}
            trigger={
              <button type="button" className={propButton} aria-label={`${t("owner")}: ${r.owner_name || t("nobody")}`}>
                <Person name={r.owner_name} nobody={t("nobody")} />
              </button>
            }
          />
        ) : (
          <Person name={r.owner_name} nobody={t("nobody")} />
        )}
      </Prop>
      <Prop icon={<Shield />} label={t("treatment")}>
        {editor ? (
          <Menu
            trigger={
              <button type="button" className={propButton} aria-label={`${t("treatment")}: ${treatmentName(r.treatment)}`}>
                {treatmentName(r.treatment)}
              </button>
            }
          >
            {TREATMENTS.map((v) => (
              <MenuItem key={v} selected={v === r.treatment} onClick={() => void change(r, { treatment: v }, { treatment: v })}>
                {treatmentName(v)}
              </MenuItem>
            ))}
          </Menu>
        ) : (
          treatmentName(r.treatment)
        )}
      </Prop>
      <Prop icon={<CalendarClock />} label={t("due_on")}>
        <Day label={t("due_on")} value={r.due_on} editor={editor} onSave={(due_on) => void change(r, { due_on }, { due_on })} />
      </Prop>
      <Prop icon={<CalendarSync />} label={t("review_on")}>
        <Day
          label={t("review_on")}
          value={r.review_on}
          editor={editor}
          onSave={(review_on) => void change(r, { review_on }, { review_on })}
        />
      </Prop>
      <Prop icon={<Layers />} label={t("category")}>
        <InlineText
          label={t("category")}
          value={r.category}
          placeholder={t("category_none")}
          maxLength={60}
          readOnly={!editor}
          onSave={(category) => void change(r, { category }, { category })}
        />
      </Prop>
      <Prop icon={<Tags />} label="Tags">
        <TagsField kind="risk" id={r.id} tags={r.tags} />
      </Prop>
      <Fields kind="risk" id={r.id} />
    </Props>
  );
}

function Day({ label, value, editor, onSave }: { label: string; value: string; editor: boolean; onSave: (day: string) => void }) {
  if (!editor) return <span>{value ? fullDate(value) : "–"}</span>;
  return (
    <input
      key={value}
      type="date"
      aria-label={label}
      className="input tnum -ms-2 w-36"
      defaultValue={value}
      onBlur={(e) => e.target.value !== value && onSave(e.target.value)}
    />
  );
}

function Parts({ r }: { r: RiskDetail }) {
  const { editor, admin } = useSession();
  return (
    <>
      {r.status === "accepted" && (
        <Note tone="ok" icon={<StatusIcon s="accepted" size={16} />} className="mx-5 mb-3">
          {t("accepted_note", { who: r.accepted_by, until: fullDate(r.accepted_until), reason: r.accepted_reason })}
        </Note>
      )}
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
                        await refreshAll();
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
              onClick={() => {
                const residual = { likelihood: r.suggestion.likelihood, impact: r.suggestion.impact };
                void change(r, { residual }, { residual });
              }}
            >
              {t("take")}
            </Button>
          )}
        </p>
      </Section>
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
      <Section title={t("description")}>
        <InlineText
          label={t("description")}
          value={r.description}
          placeholder={t("description_none")}
          maxLength={20000}
          readOnly={!editor}
          onSave={(description) => void change(r, { description }, { description })}
        />
      </Section>
      <Section title={t("plan")} aside={r.actions > 0 ? t("actions_done", { done: r.done, n: r.actions }) : undefined}>
        <InlineText
          label={t("plan")}
          value={r.plan}
          placeholder={t("plan_none")}
          maxLength={20000}
          readOnly={!editor}
          onSave={(plan) => void change(r, { plan }, { plan })}
        />
      </Section>
      {r.scores.length > 1 && (
        <Section title={t("moved")}>
          <Sparkline values={r.scores.map((s) => current(s))} color="var(--accent)" />
          <ol className="mt-2 space-y-1 text-xs text-fg-2">
            {r.scores.map((s) => (
              <li key={s.at} title={longDate(s.at)} className="tnum">
                {`${current(s)} · ${t("scored_by", { who: s.by, when: fullDate(s.at) })}`}
              </li>
            ))}
          </ol>
        </Section>
      )}
    </>
  );
}

const current = (s: { inherent: Point; residual: Point }) =>
  s.residual.likelihood * s.residual.impact || s.inherent.likelihood * s.inherent.impact;

const steps = [1, 2, 3, 4, 5] as const;

/** One score: likelihood and impact, each chosen where it stands. Half a score waits for its other half. */
function ScoreRow({ r, of, editor }: { r: RiskDetail; of: MapOf; editor: boolean }) {
  const p = r[of];
  const score = p.likelihood * p.impact;
  const level =
    score === 0
      ? "unscored"
      : score >= r.scale.critical
        ? "critical"
        : score >= r.scale.high
          ? "high"
          : score >= r.scale.medium
            ? "medium"
            : "low";
  const save = (part: Partial<Point>) => {
    const next = { likelihood: p.likelihood || part.impact || 0, impact: p.impact || part.likelihood || 0, ...part };
    void change(r, of === "inherent" ? { inherent: next } : of === "residual" ? { residual: next } : { target: next }, { [of]: next });
  };
  return (
    <tr>
      <th scope="row" className="py-1 text-start font-normal text-fg-3" title={t(`${of}_more`)}>
        {t(of)}
      </th>
      {(["likelihood", "impact"] as const).map((part) => (
        <td key={part} className="py-1 pe-2">
          <select
            aria-label={`${t(of)}: ${t(part)}`}
            className="input h-7 py-0"
            disabled={!editor}
            value={p[part]}
            onChange={(e) => save({ [part]: Number(e.target.value) })}
          >
            {p[part] === 0 && <option value={0}>{t("not_scored")}</option>}
            {steps.map((n) => (
              <option key={n} value={n}>
                {`${n} ${part === "likelihood" ? t(`likelihood_${n}`) : t(`impact_${n}`)}`}
              </option>
            ))}
          </select>
        </td>
      ))}
      <td className="py-1 text-end">
        <LevelTag score={score} level={level} />
      </td>
    </tr>
  );
}
