// biome-ignore-all lint/a11y/noRedundantRoles: a table that is laid out as blocks is none to a screen reader unless its roles are said again
import clsx from "clsx";
import { useState } from "react";
import type { BranchComparison, BranchScope, DashboardFigures, DashboardFramework } from "#/api/api";
import { Card } from "#/kit/Card";
import { Select } from "#/kit/Field";
import { num, percent } from "#/kit/format";
import { Help } from "#/kit/Tip";
import { t } from "./words";

/** One figure of both sides. A share is in basis points; better says which way is good news, where one is. */
type Figure = {
  key: string;
  name: string;
  how?: string;
  now?: number | null;
  there?: number | null;
  share?: boolean;
  better?: 1 | -1;
  color?: string;
};

/** The dashboard's figures now, in the branch, and the difference: of the organisation, or of a product. */
export function FigureTable({ c }: { c: BranchComparison }) {
  const [of, setOf] = useState(c.scopes[0]?.id ?? "");
  const scope = c.scopes.find((s) => s.id === of) ?? c.scopes[0];
  if (!scope) return null;
  const name = (s: BranchScope) => (s.id === "organisation" ? t("organisation") : s.name);
  return (
    <Card
      title={t("figures")}
      aside={
        c.scopes.length > 1 ? (
          <Select
            label={t("figures")}
            hideLabel
            value={scope.id}
            onChange={setOf}
            options={c.scopes.map((s) => ({ value: s.id, label: name(s) }))}
          />
        ) : (
          name(scope)
        )
      }
    >
      <table role="table" aria-label={t("figures")} className="w-full">
        <thead role="rowgroup">
          <tr role="row" className="text-xs text-fg-3">
            <th scope="col" className="pb-2 text-start font-medium">
              <span className="sr-only">{t("figures")}</span>
            </th>
            {(["col_now", "col_branch", "col_difference"] as const).map((h) => (
              <th key={h} scope="col" className="ps-3 pb-2 text-end font-medium whitespace-nowrap">
                {t(h)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {figures(c, scope).map((f) => (
            <Row key={f.key} f={f} />
          ))}
        </tbody>
      </table>
    </Card>
  );
}

function Row({ f }: { f: Figure }) {
  const by = f.now === undefined || f.there === undefined ? undefined : (f.there ?? 0) - (f.now ?? 0);
  const good = by && f.better ? by * f.better > 0 : undefined;
  const said = (v: number | null | undefined) => (v === undefined ? "–" : f.share ? percent(v) : num(v ?? 0));
  return (
    <tr role="row" className="border-t border-line">
      <th scope="row" className="py-2 text-start font-normal">
        <span className="inline-flex items-center gap-2">
          {f.color && <span aria-hidden className="size-2.5 shrink-0 rounded-full" style={{ background: f.color }} />}
          <span>
            {f.name} {f.how && <Help label={`${f.name}: ${f.how}`}>{f.how}</Help>}
          </span>
        </span>
      </th>
      <td className="tnum ps-3 text-end">{said(f.now)}</td>
      <td className="tnum ps-3 text-end font-medium">{said(f.there)}</td>
      <td
        className={clsx("tnum ps-3 text-end whitespace-nowrap", good === undefined ? "text-fg-3" : good ? "text-ok-text" : "text-bad-text")}
      >
        {f.now === undefined ? t("new_there") : f.there === undefined ? t("removed_there") : difference(by ?? 0, f.share)}
      </td>
    </tr>
  );
}

/** "+4.2 pts", "−3", "–" for none. */
function difference(by: number, share: boolean | undefined): string {
  if (by === 0) return "–";
  const n = share ? Math.abs(by) / 100 : Math.abs(by);
  const sign = by > 0 ? "+" : "−";
  return share ? t("points", { by: `${sign}${n.toFixed(n < 10 ? 1 : 0)}` }) : `${sign}${num(n)}`;
}

function figures({ defined }: BranchComparison, { now, branch }: BranchScope): Figure[] {
  const both = (
    key: string,
    name: string,
    how: string | undefined,
    of: (f: DashboardFigures) => number | null,
    rest: Partial<Figure> = {},
  ): Figure => ({
    key,
    name,
    how,
    now: now ? of(now) : undefined,
    there: branch ? of(branch) : undefined,
    ...rest,
  });
  const up = { share: true, better: 1 } as const;
  return [
    both("readiness", t("readiness"), defined.readiness, (f) => f.overall.readiness, up),
    both("progress", t("met"), defined.progress, (f) => f.overall.progress, up),
    ...frameworks(now?.frameworks ?? [], branch?.frameworks ?? [], defined.progress),
    both("share", t("effective"), defined.share, (f) => f.overall.share, up),
    both("coverage", t("coverage"), defined.coverage, (f) => f.overall.coverage, up),
    both("applicable", t("controls"), undefined, (f) => f.controls.applicable),
    both("needing", t("needing"), defined.needing, (f) => f.controls.attention, { better: -1 }),
    both("expiring", t("expiring"), defined.expiring, (f) => f.evidence.expiring, { better: -1 }),
  ];
}

/** Requirements met of each framework, also of one that only one side has. */
function frameworks(now: readonly DashboardFramework[], then: readonly DashboardFramework[], how: string | undefined): Figure[] {
  const keys = [...new Set([...now, ...then].map((f) => f.key))];
  return keys.map((key) => {
    const a = now.find((f) => f.key === key);
    const b = then.find((f) => f.key === key);
    const f = b ?? a;
    return {
      key: `framework ${key}`,
      name: `${t("met")}: ${f?.short || f?.name || key}`,
      how,
      now: a?.progress,
      there: b?.progress,
      share: true,
      better: 1,
      color: f?.color,
    };
  });
}
