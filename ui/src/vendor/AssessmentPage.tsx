import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import clsx from "clsx";
import { Building2, Check, FileDown } from "lucide-react";
import { type VendorAssessmentDetail, type VendorDetail, vendor } from "#/api/api";
import { act } from "#/kit/about/data";
import { Button, buttonClass } from "#/kit/Button";
import { cache } from "#/kit/cache";
import { ask } from "#/kit/Dialog";
import { fullDate } from "#/kit/format";
import { inTurn } from "#/kit/known";
import { LevelTag } from "#/kit/Level";
import { ErrorState, Skeleton } from "#/kit/State";
import { toast } from "#/kit/Toast";
import { orgPath } from "#/shell/nav";
import { useSession } from "#/shell/session";
import { Page, Topbar } from "#/shell/Topbar";
import { DataStep, DiligenceStep, type Draft, RiskStep, VendorStep } from "./AssessmentSteps";
import { Concluded, Conclusion } from "./Conclusion";
import { assessmentQuery } from "./data";
import { vendors } from "./fields";
import { t } from "./words";

const STEPS = [1, 2, 3, 4, 5] as const;
type StepNo = (typeof STEPS)[number];

/** An assessment: five steps while it is a draft, what was concluded afterwards. */
export function AssessmentPage() {
  const { slug = "", id = "" } = useParams({ strict: false });
  const { data: a, error, refetch } = useQuery(assessmentQuery(id));
  const v = useQuery({ ...vendors.detailQuery(a?.vendor ?? ""), enabled: a !== undefined });
  const { editor } = useSession();
  const failed = error ?? v.error;
  return (
    <Page>
      <Topbar
        title={a ? t("assessment_n", { n: a.number }) : t("assessment")}
        icon={<Building2 />}
        parent={<Link to={orgPath(slug, a ? `vendors/${a.vendor}` : "vendors")}>{v.data?.name ?? t("vendors")}</Link>}
      >
        {a?.status === "concluded" && (
          <a href={vendor.assessment_pdf({ id: a.id })} download className={buttonClass({ variant: "ghost" })}>
            <FileDown size={14} /> {t("pdf")}
          </a>
        )}
        {a?.status === "draft" && editor && <Discard a={a} />}
      </Topbar>
      {a && v.data ? (
        a.status === "draft" && editor ? (
          <Wizard a={a} v={v.data} />
        ) : (
          <Concluded a={a} />
        )
      ) : failed ? (
        <ErrorState error={failed} onRetry={() => void refetch()} />
      ) : (
        <Skeleton className="p-6" lines={8} />
      )}
    </Page>
  );
}

function Discard({ a }: { a: VendorAssessmentDetail }) {
  const go = useNavigate();
  const { tenant } = useSession();
  return (
    <Button
      variant="ghost"
      onClick={() =>
        ask({
          title: t("discard_title"),
          effect: t("discard_effect"),
          action: t("discard"),
          run: async () => {
            await vendor.discard_assessment({ id: a.id });
            await go({ to: orgPath(tenant.slug, `vendors/${a.vendor}`) });
            cache.removeQueries({ queryKey: assessmentQuery(a.id).queryKey });
            await vendors.refreshAll();
          },
        })
      }
    >
      {t("discard")}
    </Button>
  );
}

/** Saves the draft; what it comes to is the server's to say. */
function useSave(a: VendorAssessmentDetail): (body: Draft) => Promise<void> {
  const { queryKey } = assessmentQuery(a.id);
  return async (body) => {
    cache.setQueryData(queryKey, (now) => now && { ...now, ...body });
    try {
      await inTurn(a.id, async () => {
        const version = cache.getQueryData(queryKey)?.version ?? a.version;
        cache.setQueryData(queryKey, await vendor.save_assessment({ id: a.id, version, body }));
      });
      void cache.invalidateQueries({ queryKey: ["vendor", "get", a.vendor] });
    } catch (e) {
      toast.failed(e);
      await cache.invalidateQueries({ queryKey });
    }
  };
}

function Wizard({ a, v }: { a: VendorAssessmentDetail; v: VendorDetail }) {
  const save = useSave(a);
  const step = STEPS.find((n) => n === a.step) ?? 1;
  const to = (n: StepNo) => void save({ step: n });
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <Steps at={step} to={to} />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keys */}
      <div tabIndex={0} className="min-h-0 flex-1 overflow-y-auto outline-offset-[-2px]">
        <div className="mx-auto grid max-w-[980px] items-start gap-6 py-6 lg:grid-cols-[minmax(0,1fr)_260px]">
          <section aria-label={t(`step_${step}`)} className="min-w-0">
            <h1 className="mb-4 px-5 text-lg font-semibold tracking-[-0.011em]">{t(`step_${step}`)}</h1>
            {step === 1 && <VendorStep v={v} />}
            {step === 2 && <DataStep v={v} />}
            {step === 3 && <RiskStep a={a} save={save} />}
            {step === 4 && <DiligenceStep a={a} v={v} save={save} />}
            {step === 5 && <Conclusion a={a} v={v} save={save} />}
          </section>
          <Standing a={a} v={v} />
        </div>
      </div>
      {step < 5 && (
        <div className="flex shrink-0 justify-end gap-2 border-t border-line bg-surface px-5 py-3">
          {step > 1 && <Button onClick={() => to((step - 1) as StepNo)}>{t("back")}</Button>}
          <Button variant="primary" onClick={() => to((step + 1) as StepNo)}>
            {t("next")}
          </Button>
        </div>
      )}
    </div>
  );
}

function Steps({ at, to }: { at: StepNo; to: (n: StepNo) => void }) {
  return (
    <nav aria-label={t("steps")} className="no-bar shrink-0 overflow-x-auto border-b border-line">
      <ol className="mx-auto flex w-max min-w-full max-w-[980px] gap-1 px-4 py-2">
        {STEPS.map((n) => (
          <li key={n}>
            <button
              type="button"
              aria-current={n === at ? "step" : undefined}
              onClick={() => to(n)}
              className={clsx(
                "flex min-h-8 items-center gap-2 rounded-md px-2.5 whitespace-nowrap hover:bg-hover pointer-coarse:min-h-10",
                n === at ? "font-semibold" : "text-fg-2",
              )}
            >
              <span
                className={clsx(
                  "tnum flex size-5 items-center justify-center rounded-full text-2xs font-semibold",
                  n === at ? "bg-accent text-accent-fg" : n < at ? "bg-ok-soft text-ok-text" : "bg-active text-fg-2",
                )}
              >
                {n < at ? <Check size={11} aria-hidden /> : n}
              </span>
              {t(`step_${n}`)}
            </button>
          </li>
        ))}
      </ol>
    </nav>
  );
}

/** What the assessment comes to so far. */
function Standing({ a, v }: { a: VendorAssessmentDetail; v: VendorDetail }) {
  return (
    <aside aria-label={t("summary")} className="mx-5 rounded-lg border border-line bg-surface p-4 max-lg:order-first lg:ms-0">
      <p className="truncate font-semibold">{v.name}</p>
      <p className="mb-3 truncate text-xs text-fg-3">{v.service}</p>
      <div aria-live="polite">
        <LevelTag score={a.score} level={a.tier} />
        <p className="mt-2 text-xs text-pretty text-fg-2">
          {a.next_review_on ? t("next_would_be", { day: fullDate(a.next_review_on) }) : t("scored_not")}
        </p>
      </div>
      {v.classification === "restricted" && <p className="mt-2 text-xs text-pretty text-fg-3">{t("restricted_floor")}</p>}
    </aside>
  );
}

export const conclude = (a: VendorAssessmentDetail, conclusion: string, decision?: "approved" | "rejected") =>
  act(["vendor"], () => vendor.conclude({ id: a.id, body: { conclusion, decision } }), t("concluded"));
