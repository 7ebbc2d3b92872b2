import { queryOptions, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { CircleCheck, CircleX, Download, LoaderCircle, PackageCheck, Trash2 } from "lucide-react";
import { type ReactNode, useState } from "react";
import { type EvidencePackage, evidence } from "#/api/api";
import { Button, buttonClass } from "#/kit/Button";
import { Card, CardPage } from "#/kit/Card";
import { CheckField } from "#/kit/Checkbox";
import { Copy } from "#/kit/Copy";
import { cache } from "#/kit/cache";
import { NumberField, Select, TextField } from "#/kit/Field";
import { Form, useForm } from "#/kit/form";
import { ago, bytes, fullDate, longDate } from "#/kit/format";
import { jobQueue } from "#/kit/jobs";
import { EmptyState, ErrorState, Skeleton } from "#/kit/State";
import { toast } from "#/kit/Toast";
import { useSession } from "#/shell/session";
import { Page, Topbar } from "#/shell/Topbar";
import { coverageQuery, periodsQuery } from "./data";
import { t } from "./words";

const route = getRouteApi("/o/$slug/evidence/packages");

const packagesQuery = queryOptions({
  queryKey: ["evidence", "packages"],
  queryFn: () => evidence.packages(),
  refetchInterval: (q) => (q.state.data?.items.some((p) => p.state === "waiting") ? 1500 : false),
});

/** Makes packages for auditors, and shows those that were made. */
export function PackagesPage() {
  const { slug } = route.useParams();
  const { data, error, refetch } = useQuery(packagesQuery);
  const { past } = useSession();
  return (
    <Page>
      <Topbar
        title={t("packages")}
        icon={<PackageCheck />}
        parent={
          <Link to="/o/$slug/evidence" params={{ slug }}>
            {t("evidence")}
          </Link>
        }
      />
      <CardPage>
        <div className="grid items-start gap-4 @4xl:grid-cols-[400px_minmax(0,1fr)]">
          {!past && (
            <Card title={t("package_new")} help={t("packages_more")}>
              <Make />
            </Card>
          )}
          <Card title={t("packages_made")}>
            {error ? (
              <ErrorState error={error} onRetry={() => void refetch()} />
            ) : !data ? (
              <Skeleton lines={5} />
            ) : data.items.length === 0 ? (
              <EmptyState icon={<PackageCheck />} title={t("packages_none")}>
                {t("packages_more")}
              </EmptyState>
            ) : (
              <ul className="-my-2">
                {data.items.map((p) => (
                  <Made key={p.id} p={p} />
                ))}
              </ul>
            )}
          </Card>
        </div>
      </CardPage>
    </Page>
  );
}

type Input = { frameworks: string[]; period: string; accepted: boolean; sampling: "all" | "sample"; sample: number | null; seed: string };
const start: Input = { frameworks: [], period: "", accepted: true, sampling: "all", sample: 3, seed: "" };

function Make() {
  const frameworks = useQuery(coverageQuery).data?.items ?? [];
  const periods = useQuery(periodsQuery).data?.items ?? [];
  const [tried, setTried] = useState(false);
  const form = useForm({
    start,
    send: (v) =>
      evidence.create_package({
        body: {
          frameworks: v.frameworks,
          period: v.period || undefined,
          status: v.accepted ? "accepted" : "all",
          sample: v.sampling === "sample" ? (v.sample ?? undefined) : undefined,
          seed: (v.sampling === "sample" && v.seed.trim()) || undefined,
        },
      }),
    done: (p) => {
      toast.saved(t("package_started"), undefined);
      void cache.invalidateQueries({ queryKey: ["evidence", "packages"] });
      follow(p);
    },
  });
  const { input } = form;
  const none = input.frameworks.length === 0;
  const wrong = tried && none;
  return (
    <Form form={{ ...form, submit: async () => (none ? setTried(true) : await form.submit()) }}>
      <fieldset aria-describedby={wrong ? "package-frameworks" : undefined}>
        <legend className="mb-1.5 text-xs font-medium">{t("package_frameworks")}</legend>
        <div className="space-y-1.5">
          {frameworks.map((f) => (
            <CheckField
              key={f.framework}
              label={f.short}
              checked={input.frameworks.includes(f.framework)}
              onChange={(on) =>
                form.set({ frameworks: on ? [...input.frameworks, f.framework] : input.frameworks.filter((id) => id !== f.framework) })
              }
            />
          ))}
        </div>
        {wrong && (
          <p id="package-frameworks" role="alert" className="mt-1.5 text-xs text-bad-text">
            {t("package_frameworks_none")}
          </p>
        )}
      </fieldset>
      <Select
        label={t("package_period")}
        options={[{ value: "", label: t("package_all_time") }, ...periods.map((p) => ({ value: p.id, label: p.name }))]}
        {...form.field("period")}
      />
      <CheckField
        label={t("package_accepted")}
        hint={t("package_accepted_hint")}
        checked={input.accepted}
        onChange={(accepted) => form.set({ accepted })}
      />
      <Select
        label={t("package_sampling")}
        options={[
          { value: "all", label: t("package_every") },
          { value: "sample", label: t("package_sample") },
        ]}
        {...form.field("sampling")}
      />
      {input.sampling === "sample" && (
        <div className="grid gap-4 sm:grid-cols-[110px_minmax(0,1fr)]">
          <NumberField label={t("package_sample_of")} min={1} max={1000} {...form.field("sample")} />
          <TextField
            label={t("package_seed")}
            hint={t("package_seed_hint")}
            optional
            maxLength={60}
            autoComplete="off"
            {...form.field("seed")}
          />
        </div>
      )}
      <div className="flex justify-end">
        <Button type="submit" variant="primary" pending={form.pending}>
          {t("package_start")}
        </Button>
      </div>
    </Form>
  );
}

const rest = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Shows in the tray how far the package has come. It is made whether or not somebody looks. */
function follow(p: EvidencePackage) {
  jobQueue.start({
    scope: `package/${p.id}`,
    title: p.name,
    run: async (report, signal) => {
      for (;;) {
        const now = await evidence.package({ id: p.id });
        if (now.state === "failed") throw new Error(now.problem);
        if (now.state !== "waiting" || signal.aborted) break;
        const part = now.total > 0 ? now.done / now.total : undefined;
        report(part, now.total > 0 ? t("package_making", { done: now.done, total: now.total }) : t("package_waiting"), "processing");
        await rest(700);
      }
      void cache.invalidateQueries({ queryKey: ["evidence", "packages"] });
      return { link: evidence.download_package({ id: p.id }), note: t("package_ready") };
    },
  });
}

const icons: Record<EvidencePackage["state"], ReactNode> = {
  waiting: <LoaderCircle size={15} className="spin text-info" aria-hidden />,
  done: <CircleCheck size={15} className="text-ok" aria-hidden />,
  failed: <CircleX size={15} className="text-bad" aria-hidden />,
  removed: <Trash2 size={15} className="text-fg-3" aria-hidden />,
};

function Made({ p }: { p: EvidencePackage }) {
  const c = p.choice;
  const chosen = [
    c.frameworks.map((f) => f.short).join(", "),
    c.period || t("package_all_time"),
    c.accepted && t("package_accepted"),
    c.sample > 0 && t("package_sampled", { n: c.sample, seed: c.seed }),
  ].filter(Boolean);
  const came =
    p.state === "waiting"
      ? p.total > 0
        ? t("package_making", { done: p.done, total: p.total })
        : t("package_waiting")
      : p.state === "failed"
        ? p.problem || t("package_failed")
        : [
            t("package_files", { n: p.files }),
            p.missing > 0 && t("package_missing", { n: p.missing }),
            bytes(p.size),
            p.state === "removed" ? t("package_removed") : t("package_kept", { day: fullDate(p.keep_until) }),
          ]
            .filter(Boolean)
            .join(" · ");
  return (
    <li data-package={p.state} className="flex items-start gap-2.5 border-b border-line py-3 last:border-b-0">
      <span className="mt-0.5 shrink-0">{icons[p.state]}</span>
      <div className="min-w-0 flex-1 space-y-0.5">
        <p className="font-medium break-all">{p.name}</p>
        <p className="text-xs text-pretty text-fg-2">{chosen.join(" · ")}</p>
        <p className="text-xs text-fg-3" aria-live="polite">
          {came}
        </p>
        <p className="text-xs text-fg-3" title={longDate(p.created_at)}>
          {t("package_by", { who: p.created_by_name || "–", when: ago(p.created_at) })}
        </p>
        {p.state === "done" && (
          <p className="flex items-center text-xs text-fg-3">
            {t("sha")} <code className="ms-1 font-mono text-2xs text-fg-2">{p.sha256.slice(0, 12)}…</code>
            <span className="-my-1.5 inline-flex">
              <Copy value={p.sha256} name={t("sha_of", { name: p.name })} />
            </span>
          </p>
        )}
      </div>
      {p.state === "done" && (
        <a
          href={evidence.download_package({ id: p.id })}
          download
          aria-label={`${t("download")} ${p.name}`}
          className={buttonClass({ size: "sm" })}
        >
          <Download size={13} /> {t("package_download")}
        </a>
      )}
    </li>
  );
}
