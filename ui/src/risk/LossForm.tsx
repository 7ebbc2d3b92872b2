import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { type Risk, type RiskLoss, risk } from "#/api/api";
import { Button } from "#/kit/Button";
import { Switch } from "#/kit/Checkbox";
import { Dialog, DialogActions } from "#/kit/Dialog";
import { Field } from "#/kit/Field";
import { Form, type FormState, useForm } from "#/kit/form";
import { useDebounced } from "#/kit/hooks";
import { fieldMoney, typedMoney } from "#/kit/money";
import { Help } from "#/kit/Tip";
import { toast } from "#/kit/Toast";
import { risks } from "./fields";
import { LossCurve, LossKeyFigures } from "./LossFigures";
import {
  askable,
  draftOf,
  ENDS,
  fieldNumber,
  type Input,
  inputOf,
  PARTS,
  previewQuery,
  STATES,
  type State,
  turned,
  typedNumber,
  type Unit,
} from "./lossData";
import { t } from "./lossWords";

type Props = { r: Pick<Risk, "id" | "ref" | "version">; loss: RiskLoss; open: boolean; onOpenChange: (open: boolean) => void };

/** The dialog in which a risk is said in money, with its curve while one types. */
export function LossForm({ r, loss, open, onOpenChange }: Props) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t("title", { ref: r.ref })} description={t("money_more")} width={1000}>
      {open && <Body r={r} loss={loss} close={() => onOpenChange(false)} />}
    </Dialog>
  );
}

function Body({ r, loss, close }: Omit<Props, "open" | "onOpenChange"> & { close: () => void }) {
  const own = loss.appetite; // amounts are said in the organisation's currency, whatever they were in before
  const [tried, setTried] = useState(false);
  const form = useForm({
    start: inputOf(loss, own.digits, loss.currency === own.currency),
    send: (input: Input) => risk.set_loss({ id: r.id, version: r.version, body: draftOf(input, own).draft }),
    done: (out) => {
      toast.saved(t("saved", { ref: r.ref }), out);
      close();
      void risks.refreshAll();
    },
  });
  const { draft, wrong } = draftOf(form.input, own);
  const rested = useDebounced(JSON.stringify(draft), 300);
  const complete = wrong.length === 0 && askable(draft);
  const preview = useQuery({ ...previewQuery(r.id, draft), enabled: complete && rested === JSON.stringify(draft) }).data;
  const simple = async () => {
    try {
      const out = await risk.remove_loss({ id: r.id });
      toast.saved(t("simple_done", { ref: r.ref }), out);
      close();
      await risks.refreshAll();
    } catch (e) {
      toast.failed(e);
    }
  };
  return (
    <Form
      form={{
        ...form,
        submit: async () => {
          setTried(true);
          if (wrong.length === 0) await form.submit();
        },
      }}
    >
      <div className="grid gap-4 md:grid-cols-[minmax(0,1fr)_340px]">
        <div className="min-w-0 space-y-4">
          <p className="flex items-center gap-1 text-xs text-fg-3">
            {t("range_label")}
            <Help label={t("range_label")}>{t("range_help")}</Help>
          </p>
          {STATES.map((s) => (
            <StateFields key={s} state={s} form={form} wrong={tried ? wrong : []} currency={own.currency} digits={own.digits} />
          ))}
        </div>
        <section
          aria-label={t("curve")}
          aria-live="polite"
          className="self-start rounded-lg border border-line bg-surface p-4 md:sticky md:top-0"
        >
          {complete && preview ? (
            <div className="space-y-4">
              <LossKeyFigures figures={preview.figures} currency={preview} how={preview.how} appetite={preview.appetite} />
              <LossCurve points={preview.curve} currency={preview} appetite={preview.appetite} height={180} />
            </div>
          ) : (
            <p className="py-6 text-center text-pretty text-fg-3">{t("curve_wait")}</p>
          )}
        </section>
      </div>
      <DialogActions>
        {loss.said && (
          <Button variant="ghost" className="me-auto" onClick={() => void simple()}>
            {t("simple")}
          </Button>
        )}
        <Button onClick={close}>{t("cancel")}</Button>
        <Button type="submit" variant="primary" pending={form.pending}>
          {t("save")}
        </Button>
      </DialogActions>
    </Form>
  );
}

type StateProps = { state: State; form: FormState<Input>; wrong: readonly (keyof Input)[]; currency: string; digits: number };

/** One state: how often, and what it costs each time, each from low to high. */
function StateFields({ state, form, wrong, currency, digits }: StateProps) {
  const { input, set } = form;
  const on = input[`${state}.on`];
  const unit = input[`${state}.unit`];
  const [before, setBefore] = useState<Partial<Input>>({});
  return (
    <fieldset className="rounded-lg border border-line px-4 py-3">
      <legend className="sr-only">{t(state)}</legend>
      <Switch label={t(state)} hint={t(`${state}_more`)} checked={on} onChange={(v) => set({ [`${state}.on`]: v })} />
      {on &&
        PARTS.map((part) => (
          <div key={part} className="mt-3 grid grid-cols-3 gap-x-3 gap-y-2 sm:grid-cols-[140px_repeat(3,minmax(0,1fr))]">
            {part === "often" ? (
              <UnitSwitch
                state={state}
                unit={unit}
                onChange={(to) => {
                  const turn = inUnit(input, state, to, before);
                  setBefore(turn.before);
                  set(turn.next);
                }}
              />
            ) : (
              <div className="col-span-3 text-xs font-medium sm:col-span-1">
                {t("cost")}
                <span className="ms-1.5 inline-flex align-[-3px]">
                  <Help>{t("cost_help")}</Help>
                </span>
                <span className="block pt-1 font-normal text-fg-3">{t("in_currency", { currency })}</span>
              </div>
            )}
            {ENDS.map((end) => {
              const name = `${state}.${part}.${end}` as const;
              const f = form.field(name);
              const own = wrong.includes(name) ? (part === "often" ? t("number_wrong") : t("amount_wrong")) : undefined;
              return (
                <Field key={end} label={endName(part, end)} error={f.error ?? own}>
                  {(b) => (
                    <input
                      {...b}
                      aria-label={`${t(state)}, ${t(part)}: ${endName(part, end)}`}
                      name={name}
                      type="text"
                      inputMode={part === "often" ? "decimal" : undefined}
                      autoComplete="off"
                      className="input tnum text-end"
                      value={f.value}
                      onChange={(e) => f.onChange(e.target.value)}
                      onBlur={() => {
                        const v = part === "cost" ? typedMoney(f.value, digits) : null;
                        if (v !== null && fieldMoney(v, digits) !== f.value) f.onChange(fieldMoney(v, digits));
                      }}
                    />
                  )}
                </Field>
              );
            })}
          </div>
        ))}
    </fieldset>
  );
}

const endName = (part: (typeof PARTS)[number], end: (typeof ENDS)[number]) =>
  part === "cost" ? t(end) : end === "low" ? t("rarest") : end === "high" ? t("most_often") : t("likely");

function UnitSwitch({ state, unit, onChange }: { state: State; unit: Unit; onChange: (to: Unit) => void }) {
  return (
    <label className="col-span-3 block min-w-0 sm:col-span-1">
      <span className="mb-1 block text-xs font-medium">{t("often")}</span>
      <select
        aria-label={`${t(state)}: ${t("often")}`}
        className="input"
        value={unit}
        onChange={(e) => onChange(e.target.value === "a_year" ? "a_year" : "once_in")}
      >
        <option value="once_in">{t("once_in")}</option>
        <option value="a_year">{t("a_year")}</option>
      </select>
    </label>
  );
}

/** The same said in the other unit: once in 4 years is 0.25 times a year. Turned back untouched, it is what was typed. */
function inUnit(input: Input, state: State, to: Unit, before: Partial<Input>): { next: Partial<Input>; before: Partial<Input> } {
  if (input[`${state}.unit`] === to) return { next: {}, before };
  const next: Partial<Input> = { [`${state}.unit`]: to };
  const left: Partial<Input> = {};
  for (const end of ENDS) {
    const name = `${state}.often.${end}` as const;
    const typed = input[name];
    const v = typedNumber(typed);
    const turns = v ? fieldNumber(turned(v)) : typed;
    const was = before[name];
    const back = was === undefined ? null : typedNumber(was);
    next[name] = was !== undefined && back && fieldNumber(turned(back)) === typed ? was : turns;
    left[name] = typed;
  }
  return { next, before: left };
}
