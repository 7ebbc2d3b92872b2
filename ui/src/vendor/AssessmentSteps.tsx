import clsx from "clsx";
import { useState } from "react";
import type { VendorAssessmentDetail, VendorDetail } from "#/api/api";
import { Attachments } from "#/kit/about/Attachments";
import { Switch } from "#/kit/Checkbox";
import { TextArea } from "#/kit/Field";
import { percent } from "#/kit/format";
import { steps, stepWord } from "#/kit/Level";
import { FieldProps, FieldTexts } from "#/kit/register/props";
import { RecordTitle } from "#/kit/register/RecordParts";
import { Section } from "#/kit/Sidecar";
import { Attestations } from "./Attestations";
import { Contracts } from "./Contracts";
import { vendors } from "./fields";
import { AskButton } from "./Questions";
import { t } from "./words";

/** What of a draft is saved. */
export type Draft = Partial<Pick<VendorAssessmentDetail, "step" | "likelihood" | "impact" | "notes" | "conclusion">>;
export type Save = (body: Draft) => Promise<void>;

/** The register with some of its fields: facts are written at the vendor itself, where they stay. */
const some = (...names: string[]) => ({ ...vendors, fields: vendors.fields.filter((f) => names.includes(f.name) && f.prop !== false) });
const who = some("name", "service", "type", "category", "owner", "website", "contact_name", "contact_email");
const what = some("data", "classification", "subservice", "location", "purpose");

export const VendorStep = ({ v }: { v: VendorDetail }) => (
  <>
    <div className="px-5 pb-3">
      <RecordTitle of={vendors} row={v} />
    </div>
    <FieldProps of={who} row={v} />
    <FieldTexts of={vendors} row={v} />
  </>
);

export const DataStep = ({ v }: { v: VendorDetail }) => (
  <>
    <FieldProps of={what} row={v} />
    <Attestations v={v} />
    <Contracts v={v} />
    <Section title={t("files")} aside={v.files.length || undefined}>
      <Attachments kind="vendor" id={v.id} items={v.files} />
    </Section>
  </>
);

export const RiskStep = ({ a, save }: { a: VendorAssessmentDetail; save: Save }) => (
  <div className="space-y-6 px-5">
    <Scale part="likelihood" value={a.likelihood} onChange={(likelihood) => void save({ likelihood })} />
    <Scale part="impact" value={a.impact} onChange={(impact) => void save({ impact })} />
  </div>
);

function Scale({ part, value, onChange }: { part: "likelihood" | "impact"; value: number; onChange: (n: number) => void }) {
  return (
    <fieldset>
      <legend className="font-semibold">{t(part)}</legend>
      <p className="mb-2 text-fg-3">{t(`${part}_more`)}</p>
      <div className="grid grid-cols-5 gap-1.5 max-sm:grid-cols-1">
        {steps.map((n) => (
          <label
            key={n}
            className={clsx(
              "flex min-h-14 cursor-pointer flex-col justify-center rounded-lg border px-3 py-1.5 has-focus-visible:outline-2 has-focus-visible:outline-ring max-sm:min-h-10 max-sm:flex-row max-sm:items-center max-sm:justify-start max-sm:gap-3",
              value === n ? "border-accent bg-accent-soft" : "border-line bg-surface hover:bg-hover",
            )}
          >
            <input type="radio" name={part} className="sr-only" checked={value === n} onChange={() => onChange(n)} />
            <span className="tnum font-semibold">{n}</span>
            <span className="text-xs text-fg-2">{stepWord(part, n)}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

export function DiligenceStep({ a, v, save }: { a: VendorAssessmentDetail; v: VendorDetail; save: Save }) {
  const [notes, setNotes] = useState(a.notes);
  const [asked] = v.questionnaires;
  return (
    <div className="space-y-5 px-5">
      <TextArea
        label={t("notes")}
        hint={t("diligence_more")}
        rows={8}
        maxLength={20000}
        value={notes}
        onChange={setNotes}
        onBlur={() => notes !== a.notes && void save({ notes })}
      />
      <div className="space-y-3 rounded-lg border border-line bg-surface p-4">
        <Switch
          label={t("legal_needed")}
          checked={v.legal_review !== "not_needed"}
          onChange={(on) => void vendors.change(v, { legal_review: on ? "needed" : "not_needed" })}
        />
        {v.legal_review !== "not_needed" && (
          <Switch
            label={t("legal_done")}
            checked={v.legal_review === "done"}
            onChange={(on) => void vendors.change(v, { legal_review: on ? "done" : "needed" })}
          />
        )}
      </div>
      <div className="flex flex-wrap items-center gap-3 rounded-lg border border-line bg-surface p-4">
        <span className="min-w-0 flex-1">
          <span className="block font-semibold">{t("questionnaire")}</span>
          <span className="tnum text-fg-2">
            {asked
              ? [
                  t("answered_of", { done: asked.answered, n: asked.questions }),
                  asked.score !== null && t("score_well", { score: percent(asked.score) }),
                ]
                  .filter(Boolean)
                  .join(" · ")
              : t("questionnaires_none")}
          </span>
        </span>
        <AskButton v={v} />
      </div>
    </div>
  );
}
