import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Check } from "lucide-react";
import type { EvidenceCoverage } from "#/api/api";
import { percent } from "#/kit/format";
import { Ring } from "#/kit/Meter";
import { CONTROL_STATUSES } from "#/kit/Status";
import { Help } from "#/kit/Tip";
import { coverageQuery } from "./data";
import { t } from "./words";

/** What applies: coverage leaves controls that do not apply out, so the list behind it does too. */
const applying = CONTROL_STATUSES.filter((s) => s !== "not_applicable");

/** How much of each framework has evidence asked for, and the way to what has none. */
export function Coverage({ slug }: { slug: string }) {
  const items = useQuery(coverageQuery).data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <section
      aria-label={t("coverage")}
      data-noprint
      className="no-bar flex h-14 shrink-0 items-center gap-6 overflow-x-auto border-b border-line bg-surface-2 px-4"
    >
      <span className="flex shrink-0 items-center gap-1.5 text-xs text-fg-3">
        {t("coverage")} <Help>{t("coverage_how")}</Help>
      </span>
      <ul className="flex items-center gap-7">
        {items.map((c) => (
          <One key={c.framework} c={c} slug={slug} />
        ))}
      </ul>
    </section>
  );
}

function One({ c, slug }: { c: EvidenceCoverage; slug: string }) {
  const left = c.controls - c.covered;
  return (
    <li className="flex shrink-0 items-center gap-2.5" title={t("coverage_said", { covered: c.covered, n: c.controls, proven: c.proven })}>
      <Ring value={c.share} label={t("coverage_of", { name: c.short })} size={38}>
        {c.full ? <Check size={16} strokeWidth={2.5} className="text-ok" /> : percent(c.share)}
      </Ring>
      <div className="text-xs leading-4">
        <div className="font-medium whitespace-nowrap">{c.short}</div>
        {c.full ? (
          <div className="whitespace-nowrap text-ok-text">{t("covered")}</div>
        ) : left > 0 ? (
          <Link
            to="/o/$slug/controls"
            params={{ slug }}
            search={{ framework: c.framework, evidence: ["none"], status: applying }}
            aria-label={t("coverage_left_name", { n: left, name: c.short })}
            className="whitespace-nowrap text-fg-3 underline decoration-line-2 underline-offset-2 hover:text-fg hover:decoration-current"
          >
            {t("coverage_left", { n: left })}
          </Link>
        ) : (
          <div className="whitespace-nowrap text-fg-3">{t("coverage_none")}</div>
        )}
      </div>
    </li>
  );
}
