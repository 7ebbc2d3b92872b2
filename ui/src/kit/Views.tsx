import clsx from "clsx";
import { Check, ChevronDown } from "lucide-react";
import { type ReactNode, useLayoutEffect, useRef, useState } from "react";
import { Button } from "./Button";
import { num } from "./format";
import { useWidth } from "./hooks";
import { Menu, MenuItem } from "./Menu";
import { t } from "./words";

export type View<S> = { id: string; name: string; icon?: ReactNode; search: S; count?: number };

/** Whether two filters say the same; empty values and the open record do not count. */
export function sameSearch(a: object, b: object): boolean {
  const plain = (o: object) =>
    JSON.stringify(
      Object.entries(o)
        .filter(([k, v]) => k !== "open" && v !== undefined && v !== "" && !(Array.isArray(v) && v.length === 0))
        .sort(([x], [y]) => (x < y ? -1 : 1)),
    );
  return plain(a) === plain(b);
}

type ViewsProps<S extends object> = {
  views: readonly View<NoInfer<S>>[];
  search: S;
  onView: (search: S, id: string) => void;
  /** The view in use, where the address names it; otherwise the one whose filter it is. */
  current?: string;
  /** What can be done with the views: save, rename, share. */
  tools?: ReactNode;
  /** The count of rows and the display menu. */
  aside?: ReactNode;
};

/**
 * The ready-made filters of a list. Views that do not fit go into a menu, so that none is ever cut off;
 * the one in use is always in the row.
 */
export function ViewTabs<S extends object>({ views, search, onView, current: named, tools, aside }: ViewsProps<S>) {
  const [box, width] = useWidth<HTMLDivElement>(0);
  const ruler = useRef<HTMLDivElement>(null);
  const [widths, setWidths] = useState<number[]>([]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the ruler must be read again when its texts change
  useLayoutEffect(() => {
    setWidths([...(ruler.current?.children ?? [])].map((el) => el.getBoundingClientRect().width));
  }, [views]);
  const current = views.findIndex((v) => (named === undefined ? sameSearch(search, v.search) : v.id === named));
  const shown = fitViews(widths, width, current);
  const rest = views.map((_, i) => i).filter((i) => !shown.includes(i));
  const look = (on: boolean) =>
    clsx(
      "flex h-6.5 shrink-0 items-center gap-1.5 rounded-md border px-2 text-sm font-medium whitespace-nowrap pointer-coarse:h-8",
      on ? "border-line-2 bg-surface text-fg shadow-1" : "border-transparent text-fg-2 hover:bg-hover hover:text-fg",
    );
  return (
    <div data-noprint className="flex h-10 shrink-0 items-center gap-3 border-b border-line px-3">
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would bring a border and a legend */}
      <div
        ref={box}
        role="group"
        aria-label={t("views")}
        className="relative flex min-w-0 flex-1 items-center gap-1 overflow-hidden py-1 -my-1 -ms-0.5 ps-0.5"
      >
        <div ref={ruler} aria-hidden className="invisible absolute flex gap-1">
          {views.map((v) => (
            <span key={v.id} className={look(false)}>
              {v.icon}
              {v.name}
              <Count n={v.count} />
            </span>
          ))}
        </div>
        {shown.map((i) => {
          const v = views[i];
          return v ? (
            <button
              key={v.id}
              type="button"
              aria-pressed={i === current}
              onClick={() => onView(v.search, v.id)}
              className={look(i === current)}
            >
              {v.icon}
              {v.name}
              <Count n={v.count} />
            </button>
          ) : null;
        })}
        {rest.length > 0 && widths.length > 0 && (
          <Menu
            trigger={
              <Button variant="ghost" size="sm" className="h-6.5">
                +{rest.length} <ChevronDown size={12} />
                <span className="sr-only">{t("views")}</span>
              </Button>
            }
          >
            {rest.map((i) => {
              const v = views[i];
              return v ? (
                <MenuItem key={v.id} onClick={() => onView(v.search, v.id)}>
                  {v.icon}
                  {v.name}
                  {v.count !== undefined && <span className="tnum ms-auto ps-4 text-xs text-fg-3">{num(v.count)}</span>}
                  {i === current && <Check size={14} />}
                </MenuItem>
              ) : null;
            })}
          </Menu>
        )}
      </div>
      {tools && <div className="flex shrink-0 items-center gap-1">{tools}</div>}
      {aside && <div className="flex shrink-0 items-center gap-2">{aside}</div>}
    </div>
  );
}

const Count = ({ n }: { n: number | undefined }) =>
  n === undefined ? null : <span className="tnum text-xs font-normal text-fg-3">{num(n)}</span>;

/** The views that fit in `width`, in order; the current one takes the last place when it would not fit. */
export function fitViews(widths: readonly number[], width: number, current: number): number[] {
  const gap = 4;
  const more = 48;
  const sum = (list: readonly number[]) => list.reduce((a, i) => a + (widths[i] ?? 0) + gap, 0);
  const every = widths.map((_, i) => i);
  if (sum(every) - gap <= width) return every;
  const shown: number[] = [];
  for (const i of every) {
    if (sum([...shown, i]) + more > width) break;
    shown.push(i);
  }
  if (current < 0 || shown.includes(current)) return shown.length > 0 ? shown : every.slice(0, 1);
  while (shown.length > 0 && sum([...shown, current]) + more > width) shown.pop();
  return [...shown, current];
}
