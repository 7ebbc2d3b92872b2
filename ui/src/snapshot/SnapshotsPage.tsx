import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Download, PackageOpen } from "lucide-react";
import { useState } from "react";
import { evidence, framework, type SnapshotPlan, snapshot } from "#/api/api";
import { LinkButton } from "#/kit/Button";
import { Card, CardPage } from "#/kit/Card";
import { CheckField } from "#/kit/Checkbox";
import { Copy } from "#/kit/Copy";
import { DateField, Select } from "#/kit/Field";
import { bytes, num, today } from "#/kit/format";
import { ErrorState, Skeleton } from "#/kit/State";
import { Page, Topbar } from "#/shell/Topbar";
import { t } from "./words";

const OWN = "own";
const YEAR = "year";

/** Makes an auditor snapshot: the scope is chosen, counted, and downloaded. */
export function SnapshotsPage() {
  const frameworks = useQuery({ queryKey: ["framework", "list", {}], queryFn: () => framework.list() });
  const periods = useQuery({ queryKey: ["evidence", "periods"], queryFn: () => evidence.periods() }).data?.items ?? [];
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const year = { from: `${today().slice(0, 4)}-01-01`, to: today() };
  const [period, setPeriod] = useState(YEAR);
  const [dates, setDates] = useState(year);
  const choose = (id: string) => {
    const p = periods.find((one) => one.id === id);
    setPeriod(id);
    if (p) setDates({ from: p.starts_on, to: p.ends_on });
    if (id === YEAR) setDates(year);
  };
  const wrong = dates.from !== "" && dates.to !== "" && dates.from > dates.to ? t("period_bad") : undefined;
  const ready = chosen.length > 0 && dates.from !== "" && dates.to !== "" && !wrong;
  const scope = { frameworks: chosen.join(","), ...dates };
  const plan = useQuery({
    queryKey: ["snapshot", "preview", scope],
    queryFn: () => snapshot.preview(scope),
    enabled: ready,
    placeholderData: keepPreviousData,
  });
  return (
    <Page>
      <Topbar title={t("snapshots")} icon={<PackageOpen />} />
      <CardPage>
        <div className="grid items-start gap-4 @4xl:grid-cols-[400px_minmax(0,1fr)]">
          <Card title={t("new")}>
            <div className="space-y-4">
              <fieldset>
                <legend className="mb-1.5 text-xs font-medium">{t("frameworks")}</legend>
                {frameworks.error ? (
                  <ErrorState error={frameworks.error} onRetry={() => void frameworks.refetch()} />
                ) : !frameworks.data ? (
                  <Skeleton lines={3} />
                ) : (
                  <div className="space-y-1.5">
                    {frameworks.data.items.map((f) => (
                      <CheckField
                        key={f.id}
                        label={f.short || f.name}
                        checked={chosen.includes(f.id)}
                        onChange={(on) => setChosen(on ? [...chosen, f.id] : chosen.filter((id) => id !== f.id))}
                      />
                    ))}
                  </div>
                )}
              </fieldset>
              <Select
                label={t("period")}
                value={period}
                onChange={choose}
                options={[
                  { value: YEAR, label: t("this_year") },
                  ...periods.map((p) => ({ value: p.id, label: p.name })),
                  { value: OWN, label: t("own") },
                ]}
              />
              <div className="grid grid-cols-2 gap-3">
                {(["from", "to"] as const).map((end) => (
                  <DateField
                    key={end}
                    label={t(end)}
                    value={dates[end]}
                    error={end === "to" ? wrong : undefined}
                    onChange={(day) => {
                      setPeriod(OWN);
                      setDates({ ...dates, [end]: day });
                    }}
                  />
                ))}
              </div>
            </div>
          </Card>
          <Card title={t("preview")}>
            {plan.error ? (
              <ErrorState error={plan.error} onRetry={() => void plan.refetch()} />
            ) : !ready ? (
              <p className="text-pretty text-fg-2">{t("preview_none")}</p>
            ) : !plan.data ? (
              <Skeleton lines={4} />
            ) : (
              <Plan plan={plan.data} href={snapshot.make(scope)} />
            )}
          </Card>
        </div>
      </CardPage>
    </Page>
  );
}

function Plan({ plan, href }: { plan: SnapshotPlan; href: string }) {
  return (
    <div className="space-y-4">
      <Held holds={plan} />
      <p className="text-pretty text-fg-2">{t("holds_how")}</p>
      <p className="text-pretty text-fg-2">{t.rich("make_how", { command: <code className="font-mono text-xs">assay view</code> })}</p>
      <p>
        <LinkButton variant="primary" href={href} download>
          <Download size={14} /> {t("make")}
        </LinkButton>
      </p>
      <Key value={plan.key} how={t("key_how")} />
    </div>
  );
}

/** What a snapshot has, counted. */
export function Held({ holds: h }: { holds: Pick<SnapshotPlan, "requirements" | "controls" | "evidence" | "files" | "bytes"> }) {
  return (
    <ul className="tnum space-y-1">
      <li>{t("held_requirements", { n: h.requirements })}</li>
      <li>{t("held_controls", { n: h.controls })}</li>
      <li>{t("held_evidence", { n: h.evidence })}</li>
      <li>{t("files", { n: h.files, size: h.bytes > 0 ? bytes(h.bytes) : num(0) })}</li>
    </ul>
  );
}

/** The fingerprint of the key, to be told or compared. */
export function Key({ value, how }: { value: string; how: string }) {
  return (
    <div className="border-t border-line pt-3">
      <h3 className="text-xs font-medium">{t("key")}</h3>
      <p className="flex items-center gap-1">
        <code className="font-mono text-xs break-words">{value}</code>
        <Copy value={value} name={t("key")} />
      </p>
      <p className="mt-1 text-xs text-pretty text-fg-3">{how}</p>
    </div>
  );
}
