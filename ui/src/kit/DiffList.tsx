import type { ReactNode } from "react";
import { t } from "./words";

export type Change = { field: string; label: string; old: ReactNode; new: ReactNode };

/** What changed, field by field: old → new. Long texts stand under each other. */
export function DiffList({ changes }: { changes: readonly Change[] }) {
  return (
    <dl className="space-y-1.5">
      {changes.map((c) => {
        const long = [c.old, c.new].some((v) => typeof v === "string" && v.length > 60);
        return (
          <div key={c.field} className="grid grid-cols-[minmax(84px,120px)_1fr] gap-x-3">
            <dt className="truncate text-fg-3">{c.label}</dt>
            <dd className={long ? "min-w-0 space-y-1 [&>*]:block" : "flex min-w-0 flex-wrap items-center gap-x-1.5 gap-y-0.5"}>
              <Value kind="del" v={c.old} />
              {!long && (
                <span aria-hidden className="text-fg-3">
                  →
                </span>
              )}
              <Value kind="ins" v={c.new} />
            </dd>
          </div>
        );
      })}
    </dl>
  );
}

function Value({ kind: Kind, v }: { kind: "del" | "ins"; v: ReactNode }) {
  if (v === null || v === undefined || v === "") return <span className="text-fg-3 italic">{t("empty_value")}</span>;
  return (
    <Kind
      className={
        Kind === "del"
          ? "w-fit max-w-full rounded bg-bad-soft px-1 break-words text-bad-text decoration-bad-text/40"
          : "w-fit max-w-full rounded bg-ok-soft px-1 break-words text-ok-text no-underline"
      }
    >
      {v}
    </Kind>
  );
}
