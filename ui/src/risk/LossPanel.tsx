import { useQuery } from "@tanstack/react-query";
import { Coins } from "lucide-react";
import { useState } from "react";
import { type RiskAppetite, risk } from "#/api/api";
import { RecordLinkTo } from "#/kit/about/kinds";
import { Button } from "#/kit/Button";
import { Dialog, DialogActions } from "#/kit/Dialog";
import { TextField } from "#/kit/Field";
import { Form, useForm } from "#/kit/form";
import { percent } from "#/kit/format";
import { fieldMoney, money, shortMoney, typedMoney } from "#/kit/money";
import { ErrorState, Skeleton } from "#/kit/State";
import { Help, Tip } from "#/kit/Tip";
import { toast } from "#/kit/Toast";
import { useSession } from "#/shell/session";
import { risks } from "./fields";
import { LossCurve, LossKeyFigures } from "./LossFigures";
import { portfolioQuery, topQuery } from "./lossData";
import { t } from "./lossWords";

/** Shows what all risks cost above the list, in place of the map. */
export function LossToggle({ on, onChange }: { on: boolean; onChange: (on: boolean) => void }) {
  const label = t(on ? "money_hide" : "money_show");
  return (
    <Tip label={label}>
      <Button variant="ghost" icon aria-pressed={on} aria-label={label} onClick={() => onChange(!on)}>
        <Coins size={14} />
      </Button>
    </Tip>
  );
}

/** What all risks cost together, above the list: the figures, the curve before controls and today, and what costs most. */
export function LossPanel() {
  const { admin } = useSession();
  const { data: p, error, refetch } = useQuery(portfolioQuery);
  return (
    <section aria-label={t("money")} className="max-h-[46vh] shrink-0 overflow-y-auto border-b border-line px-4 py-3 lg:max-h-none">
      {error && <ErrorState error={error} onRetry={() => void refetch()} />}
      {!error && !p && <Skeleton lines={5} />}
      {p?.said === 0 && <p className="py-4 text-center text-pretty text-fg-3">{t("money_none")}</p>}
      {p && p.said > 0 && (
        <div className="grid grid-cols-1 gap-x-8 gap-y-4 lg:grid-cols-[minmax(0,5fr)_minmax(0,4fr)]">
          <div className="min-w-0 space-y-3">
            <LossKeyFigures figures={p.figures} currency={p} how={p.how} appetite={p.appetite} />
            <LossCurve points={p.curve} currency={p} appetite={p.appetite} height={172} />
          </div>
          <div className="flex min-w-0 flex-col gap-3">
            <Top />
            <div className="mt-auto flex items-end justify-between gap-4 text-xs text-fg-3">
              <p className="text-pretty">
                {t("said", { n: p.said })}
                {p.unsaid > 0 && `. ${t("unsaid", { n: p.unsaid })}`}
                {p.foreign > 0 && ` ${t("foreign", { n: p.foreign })}`}
              </p>
              {admin && <AppetiteButton appetite={p.appetite} />}
            </div>
          </div>
        </div>
      )}
    </section>
  );
}

function Top() {
  const { data: top, error, refetch } = useQuery(topQuery);
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!top) return <Skeleton lines={4} />;
  const largest = Math.max(1, ...top.items.flatMap((i) => [i.inherent, i.residual]));
  const width = (v: number) => ({ width: `${(v / largest) * 100}%` });
  return (
    <div>
      <h2 className="flex items-center gap-1 text-xs font-semibold">
        {t("top")}
        <Help>{t("top_help")}</Help>
      </h2>
      <ol className="mt-1">
        {top.items.slice(0, 5).map((i) => (
          <li key={i.id}>
            <RecordLinkTo
              path={`risks?open=${i.id}`}
              className="-mx-2 block w-[calc(100%+16px)] rounded-md px-2 py-1.5 text-start hover:bg-hover"
            >
              <span className="flex items-baseline gap-2 text-sm">
                <span className="ref shrink-0 text-xs text-fg-3">{i.ref}</span>
                <span className="min-w-0 flex-1 truncate" title={i.title}>
                  {i.title}
                </span>
                <span className="tnum shrink-0 font-medium" title={money(i.residual, top)}>
                  {shortMoney(i.residual, top)}
                </span>
                <span className="tnum w-9 shrink-0 text-end text-xs text-fg-3">
                  <span aria-hidden>{percent(i.share)}</span>
                  <span className="sr-only">{t("share_of", { share: percent(i.share) })}</span>
                </span>
              </span>
              <span aria-hidden className="relative mt-1 block h-1.5 overflow-hidden rounded-full bg-active">
                <span className="absolute inset-y-0 start-0 rounded-full bg-line-2" style={width(i.inherent)} />
                <span className="absolute inset-y-0 start-0 rounded-full bg-accent" style={width(i.residual)} />
              </span>
            </RecordLinkTo>
          </li>
        ))}
      </ol>
    </div>
  );
}

/** Sets what a year may cost. */
function AppetiteButton({ appetite: a }: { appetite: RiskAppetite }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button size="sm" className="shrink-0" onClick={() => setOpen(true)}>
        {a.amount > 0 ? t("appetite_of", { amount: shortMoney(a.amount, a) }) : t("appetite_none")}
      </Button>
      <Dialog open={open} onOpenChange={setOpen} title={t("appetite_title")} description={t("appetite_more")}>
        {open && <AppetiteForm a={a} close={() => setOpen(false)} />}
      </Dialog>
    </>
  );
}

function AppetiteForm({ a, close }: { a: RiskAppetite; close: () => void }) {
  const [wrong, setWrong] = useState(false);
  const form = useForm({
    start: { amount: a.amount > 0 ? fieldMoney(a.amount, a.digits) : "" },
    send: (input) => risk.update_appetite({ version: a.version, body: { amount: typedMoney(input.amount, a.digits) ?? 0 } }),
    done: (out) => {
      toast.saved(t("appetite_set"), out);
      close();
      void risks.refreshAll();
    },
  });
  const f = form.field("amount");
  return (
    <Form
      form={{
        ...form,
        submit: async () => {
          const bad = form.input.amount.trim() !== "" && typedMoney(form.input.amount, a.digits) === null;
          setWrong(bad);
          if (!bad) await form.submit();
        },
      }}
    >
      <TextField
        label={t("appetite_amount")}
        hint={t("appetite_hint", { currency: a.currency })}
        autoComplete="off"
        {...f}
        error={f.error ?? (wrong ? t("amount_wrong") : undefined)}
      />
      <DialogActions>
        <Button onClick={close}>{t("cancel")}</Button>
        <Button type="submit" variant="primary" pending={form.pending}>
          {t("save")}
        </Button>
      </DialogActions>
    </Form>
  );
}
