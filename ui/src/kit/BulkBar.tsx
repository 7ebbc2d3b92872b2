import { X } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "./Button";
import { countSelected, everything, nothing, type Selection } from "./selection";
import { Tip } from "./Tip";
import { t } from "./words";

type BulkProps<T> = { selected: Selection<T>; total: number; onSelect: (s: Selection<T>) => void; children: ReactNode };

/** Floats over the foot of a list while rows are chosen. The list's container must be `relative`. */
export function BulkBar<T>({ selected, total, onSelect, children }: BulkProps<T>) {
  const n = countSelected(selected, total);
  if (n === 0) return null;
  const all = n >= total;
  return (
    <div
      role="toolbar"
      aria-label={t("selected", { n })}
      data-noprint
      className="pop no-bar absolute bottom-4 left-1/2 z-20 flex max-w-[calc(100%-16px)] -translate-x-1/2 items-center gap-1 overflow-x-auto p-1 ps-3"
    >
      <span aria-live="polite" className="tnum pe-1 text-sm font-medium whitespace-nowrap">
        {all ? t("all_selected", { n }) : t("selected", { n })}
      </span>
      {!all && (
        <Button variant="ghost" className="text-accent-text" onClick={() => onSelect(everything)}>
          {t("select_all", { n: total })}
        </Button>
      )}
      <span className="mx-1 h-4 w-px shrink-0 bg-line" />
      {children}
      <span className="mx-1 h-4 w-px shrink-0 bg-line" />
      <Tip label={t("clear_selection")} keys="Esc">
        <Button variant="ghost" icon aria-label={t("clear_selection")} onClick={() => onSelect(nothing)}>
          <X size={14} />
        </Button>
      </Tip>
    </div>
  );
}
