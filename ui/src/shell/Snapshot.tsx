import { Link } from "@tanstack/react-router";
import clsx from "clsx";
import { BadgeCheck, ShieldAlert } from "lucide-react";
import { and, dateRange, fullDate } from "#/kit/format";
import { useSession } from "./session";
import { t } from "./words";

/** Above every page of an auditor snapshot, on paper too: what it is, and whether every byte of it is as it was signed. */
export function SnapshotBar() {
  const { snapshot: s, tenant } = useSession();
  if (!s) return null;
  const changed = s.problems.length > 0;
  const Icon = changed ? ShieldAlert : BadgeCheck;
  return (
    <div
      role={changed ? "alert" : "note"}
      className={clsx(
        "mb-2 flex flex-wrap items-center gap-x-3 gap-y-1 rounded-lg px-3 py-1.5 max-[899px]:mx-3",
        changed ? "bg-bad-soft text-bad-text" : "bg-info-soft text-info-text",
      )}
    >
      <Icon size={15} className="shrink-0" aria-hidden />
      <span className="min-w-0 flex-1 text-pretty font-medium">
        {t("snapshot_bar", {
          name: s.organisation,
          frameworks: and(s.scope.frameworks.map((f) => f.short)),
          period: dateRange(s.scope.from, s.scope.to),
          at: fullDate(s.made_at),
        })}{" "}
        {changed
          ? t("snapshot_changed", { what: s.problems[0]?.what ?? "", n: s.problems.length })
          : s.missing.length > 0
            ? t("snapshot_missing", { n: s.missing.length })
            : t("snapshot_verified")}
      </span>
      <Link data-noprint to="/o/$slug/snapshot" params={{ slug: tenant.slug }} className="font-medium underline underline-offset-2">
        {t("snapshot_more")}
      </Link>
    </div>
  );
}
