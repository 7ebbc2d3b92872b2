import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { GitCompareArrows } from "lucide-react";
import { Card, CardPage } from "#/kit/Card";
import { fullDate, num, percent } from "#/kit/format";
import { EmptyState, ErrorState, Skeleton } from "#/kit/State";
import { type Status, StatusLabel } from "#/kit/Status";
import { recordLink } from "#/shell/nav";
import { useSession } from "#/shell/session";
import { Page, Topbar } from "#/shell/Topbar";
import { type Change, type Comparison, comparisonQuery, type FrameworkChange } from "./data";
import { t } from "./words";

/** Two snapshots of one organisation side by side. Links lead to the records of the newer one. */
export function ComparePage() {
  const { data, error, refetch } = useQuery(comparisonQuery);
  return (
    <Page>
      <Topbar title={t("compare")} icon={<GitCompareArrows />} />
      <CardPage>
        {error ? <ErrorState error={error} onRetry={() => void refetch()} /> : !data ? <Skeleton lines={8} /> : <Both c={data} />}
      </CardPage>
    </Page>
  );
}

function Both({ c }: { c: Comparison }) {
  const same = c.requirements.length + c.controls.length + c.evidence.length === 0;
  return (
    <div className="space-y-4">
      <Card
        title={t("compare_frameworks")}
        help={t("compare_how")}
        aside={t("from_to", { from: fullDate(c.then.made_at), to: fullDate(c.now.made_at) })}
      >
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys */}
        <section className="overflow-x-auto" tabIndex={0} aria-label={t("compare_frameworks")}>
          <table className="w-full min-w-[640px] border-collapse">
            <thead>
              <tr className="border-b border-line text-xs text-fg-3">
                {[t("framework"), t("what"), t("meaning_then"), t("meaning_now"), t("difference")].map((h, i) => (
                  <th key={h} scope="col" className={`py-1.5 pe-3 font-medium ${i > 1 ? "text-end" : "text-start"}`}>
                    {h}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody className="tnum">{c.frameworks.flatMap((f) => figures(f))}</tbody>
          </table>
        </section>
      </Card>
      {same && (
        <EmptyState icon={<GitCompareArrows />} title={t("compare_none")}>
          {t("compare_none_more")}
        </EmptyState>
      )}
      <Changes title={t("requirements")} list={c.requirements} />
      <Changes title={t("controls")} list={c.controls} />
      <Changes title={t("evidence")} list={c.evidence} />
    </div>
  );
}

const points = (bp: number | null) =>
  bp === null ? "–" : t("points", { by: `${bp > 0 ? "+" : bp < 0 ? "−" : ""}${(Math.abs(bp) / 100).toFixed(1)}` });

function figures(f: FrameworkChange) {
  return (["progress", "readiness"] as const).map((what) => (
    <tr key={`${f.id} ${what}`} className="border-b border-line last:border-b-0">
      <th scope="row" className="py-1.5 pe-3 text-start font-medium">
        {f.short}
      </th>
      <td className="py-1.5 pe-3 text-fg-2">{what === "progress" ? t("requirements_met") : t("readiness")}</td>
      {[f.then, f.now].map((side, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: then and now, always
        <td key={i} className="py-1.5 pe-3 text-end">
          {side ? (
            <>
              {percent(side[what], 1)}
              {what === "progress" && <span className="ms-1.5 text-fg-3">{`${num(side.met)}/${num(side.applicable)}`}</span>}
            </>
          ) : (
            <span className="text-fg-3">{t("not_in")}</span>
          )}
        </td>
      ))}
      <td className="py-1.5 text-end font-medium">{points(f[what])}</td>
    </tr>
  ));
}

function Changes({ title, list }: { title: string; list: readonly Change[] }) {
  const { tenant } = useSession();
  if (list.length === 0) return null;
  return (
    <Card title={title} aside={<span className="tnum">{num(list.length)}</span>}>
      <ul className="-my-1.5">
        {list.map((c) => (
          <li key={c.id} className="flex flex-wrap items-center gap-x-3 gap-y-0.5 border-b border-line py-1.5 last:border-b-0">
            <span className="w-16 shrink-0 text-xs text-fg-3">{t(c.what)}</span>
            <span className="min-w-0 flex-1 truncate">
              {c.ref && <span className="me-2 text-fg-3">{c.ref}</span>}
              {c.path ? (
                <Link {...recordLink(tenant.slug, c.path)} className="font-medium hover:underline">
                  {c.title || c.ref}
                </Link>
              ) : (
                c.title || c.ref
              )}
            </span>
            <span className="flex shrink-0 items-center gap-2 text-fg-2">
              <Stand s={c.then} />
              {c.then && c.now && c.what === "changed" && <span aria-hidden>→</span>}
              {c.what !== "renewed" && <Stand s={c.now} />}
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}

const Stand = ({ s }: { s: Status | "" }) => s && <StatusLabel s={s} />;
