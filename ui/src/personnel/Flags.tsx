import { CircleHelp, TriangleAlert } from "lucide-react";
import { Tag } from "#/kit/Tag";
import type { Flag } from "./data";
import { t } from "./words";

const severe: readonly Flag[] = ["terminated_with_access", "no_mfa"];

/** What is wrong with somebody's record, in words. In a table the first ones, and how many more. */
export function Flags({ flags, max = 100 }: { flags: readonly Flag[]; max?: number }) {
  if (flags.length === 0) return <span className="text-fg-3">{max < 100 ? "–" : t("flags_none")}</span>;
  const rest = flags.length - max;
  return (
    <span
      className={max < 100 ? "flex min-w-0 gap-1" : "flex flex-wrap gap-1 py-1"}
      title={rest > 0 ? flags.map((f) => t(f)).join(", ") : undefined}
    >
      {flags.slice(0, max).map((f) => (
        <Tag key={f} tone={severe.includes(f) ? "bad" : f === "admin_rights" ? "info" : "warn"}>
          <TriangleAlert size={11} aria-hidden /> {t(f)}
        </Tag>
      ))}
      {rest > 0 && <Tag>+{rest}</Tag>}
    </span>
  );
}

/** What nobody can tell of somebody: neither well nor wrong. */
export const Unknowns = ({ flags }: { flags: readonly Flag[] }) => (
  <span className="flex flex-wrap gap-1 py-1">
    {flags.map((f) => (
      <Tag key={f} tone="mute">
        <CircleHelp size={11} aria-hidden /> {t(`${f}_unknown`)}
      </Tag>
    ))}
  </span>
);
