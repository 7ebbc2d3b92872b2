import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { asset, bia } from "#/api/api";
import { Card } from "#/kit/Card";
import { LegendKey, StackBar } from "#/kit/charts";
import { num } from "#/kit/format";
import { orgPath } from "#/shell/nav";
import { useSession } from "#/shell/session";
import { t } from "./words";

type Part = { name: string; value: number; color: string; search: Record<string, unknown> };
type FiguresProps = { path: string; parts: readonly Part[]; links: boolean | undefined };

/** Figures beside each other as one bar. Who reads records gets from each to the records that it counts. */
function Figures({ path, parts, links }: FiguresProps) {
  const { tenant } = useSession();
  return (
    <>
      <StackBar parts={parts} label={parts.map((p) => `${p.name}: ${num(p.value)}`).join(", ")} />
      <ul className="mt-3 flex flex-wrap gap-x-5 gap-y-1 text-sm">
        {parts.map((p) => {
          const figure: ReactNode = (
            <LegendKey color={p.color}>
              {p.name} <span className="tnum font-semibold">{num(p.value)}</span>
            </LegendKey>
          );
          return (
            <li key={p.name}>
              {links ? (
                <Link to={orgPath(tenant.slug, path)} search={p.search} className="hover:underline">
                  {figure}
                </Link>
              ) : (
                figure
              )}
            </li>
          );
        })}
      </ul>
    </>
  );
}

const inUse = ["planned", "active", "retiring"];

/** Data stores by classification, and how many of them lack something that must be known. */
export function StoresCard({ links }: { links?: boolean }) {
  const f = useQuery({ queryKey: ["asset", "figures"], queryFn: () => asset.figures() }).data;
  if (!f || f.stores === 0) return null;
  const classes = [
    { key: "restricted", name: t("class_restricted"), color: "var(--bad)" },
    { key: "confidential", name: t("class_confidential"), color: "var(--warn)" },
    { key: "internal", name: t("class_internal"), color: "var(--info)" },
    { key: "public", name: t("class_public"), color: "var(--ok)" },
    { key: "", name: t("class_unknown"), color: "var(--fg-3)" },
  ];
  return (
    <Card title={t("stores")} help={`${f.defined.store} ${f.defined.gaps}`} aside={f.gapped > 0 && t("stores_gapped", { n: f.gapped })}>
      <Figures
        path="assets"
        links={links}
        parts={classes.map(({ key, name, color }) => ({
          name,
          color,
          value: f.classes[key] ?? 0,
          search: { classification: [key || "none"], store: true, status: inUse },
        }))}
      />
    </Card>
  );
}

/** Business processes by tier, and how many depend on what comes back later. */
export function ImpactCard({ links }: { links?: boolean }) {
  const f = useQuery({ queryKey: ["process", "figures"], queryFn: () => bia.figures() }).data;
  if (!f || f.total === 0) return null;
  const tiers = [
    { key: "critical", name: t("risk_critical"), color: "var(--bad)" },
    { key: "high", name: t("risk_high"), color: "var(--warn)" },
    { key: "medium", name: t("risk_medium"), color: "var(--info)" },
    { key: "low", name: t("risk_low"), color: "var(--ok)" },
    { key: "incomplete", name: t("tier_incomplete"), color: "var(--fg-3)" },
  ];
  return (
    <Card title={t("impact")} help={f.defined} aside={f.late > 0 && t("impact_late", { n: f.late })}>
      <Figures
        path="bia"
        links={links}
        parts={tiers.map(({ key, name, color }) => ({ name, color, value: f.tiers[key] ?? 0, search: { tier: [key] } }))}
      />
    </Card>
  );
}
