import clsx from "clsx";
import { memo } from "react";
import { num } from "#/kit/format";
import { Tag } from "#/kit/Tag";
import { ActorMark, Face } from "./Actor";
import { clock, type Entry, exactly } from "./data";
import { tableName } from "./names";
import { t } from "./words";

type Props = {
  id: string;
  e: Entry;
  index: number;
  /** Two lines, for a phone. */
  narrow: boolean;
  /** Room for what was counted. */
  wide: boolean;
  open: boolean;
  active: boolean;
  onOpen: () => void;
};

const signs = { insert: "+", update: "±", delete: "−" };
/** "+1 File", "±4 Control status": the first table, and how many more. */
function counted(e: Entry): { said: string; whole: string } {
  const all = e.counts.map((c) => `${signs[c.op]}${num(c.n)} ${tableName(c.table)}`);
  return { said: `${all[0] ?? ""}${all.length > 1 ? ` +${all.length - 1}` : ""}`, whole: all.join(", ") };
}

function Row({ id, e, index, narrow, wide, open, active, onOpen }: Props) {
  const count = counted(e);
  const own = e.actor.kind === "person" || e.actor.kind === "token";
  return (
    <div
      id={id}
      data-record={e.id}
      role="row"
      aria-rowindex={index + 1}
      aria-selected={open}
      onClick={onOpen}
      className={clsx(
        "cursor-default border-b border-line text-sm",
        open ? "bg-active" : "hover:bg-hover",
        active && "group-focus-visible/grid:shadow-[inset_0_0_0_1.5px_var(--ring)]",
      )}
    >
      {narrow ? (
        <div role="gridcell" className="grid min-h-[61px] grid-cols-[20px_minmax(0,1fr)] gap-x-2.5 px-4 py-2.5">
          <span className="pt-px">
            <Face actor={e.actor} />
          </span>
          <span className="min-w-0">
            <span className="flex items-baseline gap-2">
              <span className={clsx("truncate", own ? "font-medium" : "text-fg-3")}>{e.actor.name}</span>
              <Clock at={e.at} end />
            </span>
            <span className="line-clamp-2 text-fg-2">{e.summary}</span>
          </span>
        </div>
      ) : (
        <div role="gridcell" className="flex h-[39px] items-center gap-3 px-4">
          <Clock at={e.at} />
          <span className="flex w-40 shrink-0 items-center gap-2">
            <Face actor={e.actor} />
            <span className={clsx("truncate", own ? "font-medium" : "text-fg-3")}>{e.actor.name}</span>
          </span>
          <span className="flex min-w-0 flex-1 items-center gap-2">
            <span className="truncate text-fg-2" title={e.summary}>
              {e.summary}
              {e.note && !e.summary.includes(e.note) && <span className="text-fg-3"> · “{e.note}”</span>}
            </span>
            <ActorMark actor={e.actor} />
            {e.kind === "event" && <Tag tone="info">{t("event")}</Tag>}
          </span>
          {wide && (
            <>
              {count.said && (
                <span className="tnum max-w-44 shrink-0 truncate text-xs text-fg-3" title={count.whole}>
                  {count.said}
                </span>
              )}
              <span
                className="ref w-14 shrink-0 text-end text-xs text-fg-3"
                title={e.log === "tenant" ? t("log_tenant") : t("log_installation_more")}
              >
                {e.log === "tenant" ? "" : "i"}
                {e.seq}
              </span>
            </>
          )}
        </div>
      )}
    </div>
  );
}
export const LogRow = memo(
  Row,
  (a, b) => a.e === b.e && a.open === b.open && a.active === b.active && a.narrow === b.narrow && a.wide === b.wide && a.index === b.index,
);

function Clock({ at, end }: { at: string; end?: boolean }) {
  return (
    <time dateTime={at} title={exactly(at)} className={clsx("tnum shrink-0 text-xs whitespace-nowrap text-fg-3", end ? "ms-auto" : "w-14")}>
      {clock(at)}
    </time>
  );
}

/** A record that is on its way. */
export function LogRowPending({ index, narrow }: { index: number; narrow: boolean }) {
  return (
    <div role="row" aria-rowindex={index + 1} className={clsx("border-b border-line px-4", narrow ? "h-[62px] py-3" : "h-10")}>
      <div role="gridcell" className="flex h-full items-center gap-3">
        {!narrow && <span className="skeleton h-2.5 w-10" />}
        <span className="skeleton size-5 rounded-full" />
        <span className="skeleton h-2.5" style={{ width: `${35 + ((index * 13) % 40)}%` }} />
      </div>
    </div>
  );
}
