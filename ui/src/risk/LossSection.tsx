import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Risk } from "#/api/api";
import { Button } from "#/kit/Button";
import { money } from "#/kit/money";
import { Section } from "#/kit/Sidecar";
import { ErrorState, Skeleton } from "#/kit/State";
import { useSession } from "#/shell/session";
import { LossCurve, LossKeyFigures, LossPercentiles } from "./LossFigures";
import { LossForm } from "./LossForm";
import { fieldNumber, lossQuery, STATES } from "./lossData";
import { t } from "./lossWords";

/** What a risk costs in a year, in its record: nothing but a way in while nobody has said. */
export function LossSection({ r }: { r: Pick<Risk, "id" | "ref" | "version"> }) {
  const { editor } = useSession();
  const { data: loss, error, refetch } = useQuery(lossQuery(r.id));
  const [open, setOpen] = useState(false);
  return (
    <Section
      title={t("section")}
      aside={
        editor &&
        loss && (
          <Button size="sm" onClick={() => setOpen(true)}>
            {loss.said ? t("change") : t("say")}
          </Button>
        )
      }
    >
      {error && <ErrorState error={error} onRetry={() => void refetch()} />}
      {!error && !loss && <Skeleton lines={2} />}
      {loss && !loss.said && <p className="text-pretty text-fg-3">{t("money_more")}</p>}
      {loss?.said && (
        <div className="space-y-4">
          <LossKeyFigures figures={loss.figures} currency={loss} how={loss.how} appetite={loss.appetite} />
          <LossCurve points={loss.curve} currency={loss} appetite={loss.appetite} height={188} />
          <LossPercentiles figures={loss.figures} currency={loss} />
          <dl className="space-y-1 text-xs text-fg-2">
            {STATES.map((s) => {
              const said = loss[s];
              if (!said) return null;
              const { unit, low, likely, high } = said.often;
              return (
                <div key={s} className="grid grid-cols-[104px_minmax(0,1fr)]">
                  <dt className="text-fg-3">{t(s)}</dt>
                  <dd className="tnum">
                    {unit === "a_year"
                      ? t("says_a_year", { low: fieldNumber(low), likely: fieldNumber(likely), high: fieldNumber(high) })
                      : t("says_once_in", { low: fieldNumber(low), likely: fieldNumber(likely), high: fieldNumber(high) })}
                    <br />
                    {t("says_cost", {
                      low: money(said.cost.low, loss),
                      likely: money(said.cost.likely, loss),
                      high: money(said.cost.high, loss),
                    })}
                  </dd>
                </div>
              );
            })}
          </dl>
        </div>
      )}
      {loss && <LossForm r={r} loss={loss} open={open} onOpenChange={setOpen} />}
    </Section>
  );
}
