import { useVirtualizer } from "@tanstack/react-virtual";
import clsx from "clsx";
import { ChevronRight } from "lucide-react";
import { type KeyboardEvent, memo, type ReactNode, useEffect, useId, useMemo, useState } from "react";
import { Checkbox } from "./Checkbox";
import { percent } from "./format";
import { useEvent, useWidth } from "./hooks";
import { Meter } from "./Meter";
import { t } from "./words";

/** One line of a tree that was flattened top-down: a node, then all that is below it. */
export type OutlineNode = {
  id: string;
  parent: string | null;
  /** CC6.1 */
  reference?: string;
  title: string;
  icon?: ReactNode;
  /** How much below it is done, in basis points; null when nothing below it counts. */
  progress?: number | null;
  /** What stands at the end of the line in place of progress. */
  aside?: ReactNode;
};

type Placed = { node: OutlineNode; depth: number; children: number; place: number; siblings: number };

/** Depth, children and place among siblings of every node, and the nodes that are on screen when only `open` ones are. */
export function layOut(nodes: readonly OutlineNode[], open: ReadonlySet<string>): Placed[] {
  const all = new Map<string, Placed>();
  const count = new Map<string | null, number>();
  const visible: Placed[] = [];
  const seen = new Set<string>();
  for (const node of nodes) {
    const up = node.parent === null ? undefined : all.get(node.parent);
    const parent = up ? node.parent : null;
    const place = (count.get(parent) ?? 0) + 1;
    count.set(parent, place);
    const placed: Placed = { node, depth: up ? up.depth + 1 : 0, children: 0, place, siblings: 0 };
    if (up) up.children++;
    all.set(node.id, placed);
    if (!up || (seen.has(up.node.id) && open.has(up.node.id))) {
      visible.push(placed);
      seen.add(node.id);
    }
  }
  for (const p of visible) p.siblings = count.get(p.node.parent !== null && all.has(p.node.parent) ? p.node.parent : null) ?? 1;
  return visible;
}

/** Which nodes of an outline are open. `reveal` opens all above a node. */
export function useOutline(nodes: readonly OutlineNode[], start: "first" | "all" | "none" = "first") {
  // What a person opened and closed stays theirs until the outline begins differently: a search opens all it finds.
  const [chosen, choose] = useState<{ start: string; open: ReadonlySet<string> } | null>(null);
  const choice = chosen?.start === start ? chosen.open : null;
  const setChoice = (open: ReadonlySet<string>) => choose({ start, open });
  const parents = useMemo(() => new Set(nodes.flatMap((n) => (n.parent === null ? [] : [n.parent]))), [nodes]);
  const begin = useMemo(() => {
    if (start === "all") return parents;
    if (start === "none") return new Set<string>();
    return new Set(nodes.filter((n) => n.parent === null && parents.has(n.id)).map((n) => n.id));
  }, [nodes, parents, start]);
  const open = choice ?? begin;
  return {
    open,
    toggle: (id: string, on = !open.has(id)) => {
      const next = new Set(open);
      on ? next.add(id) : next.delete(id);
      setChoice(next);
    },
    openAll: () => setChoice(parents),
    closeAll: () => setChoice(new Set()),
    reveal: (id: string) => {
      if (start === "all" && !choice) return; // nothing is hidden
      const up = new Map(nodes.map((n) => [n.id, n.parent]));
      const next = new Set(open);
      for (let at = up.get(id); at; at = up.get(at)) next.add(at);
      setChoice(next);
    },
  };
}

type OutlineProps = {
  label: string;
  nodes: readonly OutlineNode[];
  open: ReadonlySet<string>;
  onToggle: (id: string, on: boolean) => void;
  /** The node whose record is shown. */
  selected?: string;
  onSelect: (node: OutlineNode) => void;
  /** The record follows the arrow keys. */
  follow?: boolean;
  /** The lines that are chosen; leave out both where nothing can be. */
  checked?: ReadonlySet<string>;
  onCheck?: (node: OutlineNode, on: boolean) => void;
  /** Shown in place of lines when there are none. */
  empty?: ReactNode;
  rowHeight?: number;
  className?: string;
};

/** A tree of any size, of which only the lines on screen exist. ↑↓ move, → opens, ← closes or goes up, Enter selects, Space chooses. */
export function Outline({
  label,
  nodes,
  open,
  onToggle,
  selected,
  onSelect,
  follow,
  checked,
  onCheck,
  empty,
  rowHeight = 32,
  className,
}: OutlineProps) {
  const id = useId();
  const lines = useMemo(() => layOut(nodes, open), [nodes, open]);
  const [active, setActive] = useState<string | undefined>(selected);
  const [scroller, width] = useWidth<HTMLDivElement>(400, 16);
  const at = Math.max(
    0,
    lines.findIndex((l) => l.node.id === (active ?? selected)),
  );
  const v = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
    paddingStart: 4,
    paddingEnd: onCheck ? 64 : 8,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the selected line is brought into view when it changes, not when the tree does
  useEffect(() => {
    const i = lines.findIndex((l) => l.node.id === selected);
    if (i >= 0) v.scrollToIndex(i, { align: "auto" });
    setActive(selected);
  }, [selected]);
  const go = (i: number) => {
    const line = lines[Math.max(0, Math.min(lines.length - 1, i))];
    if (!line) return;
    setActive(line.node.id);
    v.scrollToIndex(lines.indexOf(line), { align: "auto" });
    if (follow) onSelect(line.node);
  };
  const onKey = (e: KeyboardEvent) => {
    const line = lines[at];
    if (!line || e.metaKey || e.ctrlKey || e.altKey) return;
    const isOpen = open.has(line.node.id);
    const keys: Record<string, () => void> = {
      ArrowDown: () => go(at + 1),
      ArrowUp: () => go(at - 1),
      Home: () => go(0),
      End: () => go(lines.length - 1),
      PageDown: () => go(at + 15),
      PageUp: () => go(at - 15),
      ArrowRight: () => (line.children > 0 && !isOpen ? onToggle(line.node.id, true) : line.children > 0 ? go(at + 1) : undefined),
      ArrowLeft: () =>
        line.children > 0 && isOpen ? onToggle(line.node.id, false) : go(lines.findIndex((l) => l.node.id === line.node.parent)),
      Enter: () => onSelect(line.node),
      " ": () => (onCheck ? onCheck(line.node, !checked?.has(line.node.id)) : onSelect(line.node)),
    };
    const f = keys[e.key];
    if (!f) return;
    e.preventDefault();
    e.stopPropagation();
    f();
  };
  const toggle = useEvent(onToggle);
  const choose = useEvent((node: OutlineNode) => {
    setActive(node.id);
    onSelect(node);
  });
  const check = useEvent((node: OutlineNode, on: boolean) => onCheck?.(node, on));
  return (
    <div
      ref={scroller}
      role="tree"
      aria-label={label}
      aria-multiselectable={onCheck ? true : undefined}
      tabIndex={0}
      aria-activedescendant={lines[at] ? `${id}-${at}` : undefined}
      onKeyDown={onKey}
      data-print="flow"
      className={clsx("group/tree relative min-h-0 flex-1 overflow-auto outline-none", className)}
    >
      {lines.length === 0 && empty}
      <div role="presentation" className="relative" style={{ height: v.getTotalSize() }}>
        {v.getVirtualItems().map((it) => {
          const line = lines[it.index];
          return line ? (
            <Line
              key={line.node.id}
              id={`${id}-${it.index}`}
              line={line}
              start={it.start}
              height={rowHeight}
              open={open.has(line.node.id)}
              selected={line.node.id === selected}
              active={it.index === at}
              narrow={width < 340}
              checked={onCheck ? checked?.has(line.node.id) === true : undefined}
              toggle={toggle}
              choose={choose}
              check={check}
            />
          ) : null;
        })}
      </div>
    </div>
  );
}

type LineProps = {
  id: string;
  line: Placed;
  start: number;
  height: number;
  open: boolean;
  selected: boolean;
  active: boolean;
  narrow: boolean;
  checked: boolean | undefined;
  toggle: (id: string, on: boolean) => void;
  choose: (node: OutlineNode) => void;
  check: (node: OutlineNode, on: boolean) => void;
};
const Line = memo(function Line({
  id,
  line: { node, depth, children, place, siblings },
  start,
  height,
  open,
  selected,
  active,
  narrow,
  checked,
  toggle,
  choose,
  check,
}: LineProps) {
  return (
    <div
      id={id}
      role="treeitem"
      aria-level={depth + 1}
      aria-posinset={place}
      aria-setsize={siblings}
      aria-expanded={children > 0 ? open : undefined}
      aria-selected={selected}
      onClick={(e) => {
        if (e.target instanceof Element && e.target.closest("input, label")) return;
        choose(node);
      }}
      className={clsx(
        "group/line absolute inset-x-2 top-0 flex items-center gap-1.5 rounded-md pe-2 text-sm",
        checked ? "bg-accent-soft" : selected ? "bg-active" : "hover:bg-hover",
        active && "group-focus-visible/tree:shadow-[inset_0_0_0_1.5px_var(--ring)]",
      )}
      style={{ height, transform: `translateY(${start}px)`, paddingInlineStart: 4 + depth * 16 }}
    >
      {children > 0 ? (
        <button
          type="button"
          tabIndex={-1}
          aria-label={open ? t("collapse", { name: node.reference ?? node.title }) : t("expand", { name: node.reference ?? node.title })}
          onClick={(e) => {
            e.stopPropagation();
            toggle(node.id, !open);
          }}
          className="flex size-6 shrink-0 items-center justify-center rounded-md text-fg-3 hover:bg-active hover:text-fg"
        >
          <ChevronRight size={13} className={clsx("transition-transform", open && "rotate-90")} />
        </button>
      ) : (
        <span className="size-6 shrink-0" />
      )}
      {checked !== undefined && (
        <span
          className={clsx(
            "flex shrink-0",
            !checked && "hidden group-hover/line:flex pointer-coarse:flex",
            active && "group-focus-visible/tree:flex",
          )}
        >
          <Checkbox
            checked={checked}
            label={t("select_row", { name: node.reference ?? node.title })}
            tabIndex={-1}
            onChange={(on) => check(node, on)}
          />
        </span>
      )}
      {node.icon}
      {node.reference && (
        <span className={clsx("ref shrink-0 text-xs", depth === 0 ? "font-semibold text-fg-2" : "text-fg-3")}>{node.reference}</span>
      )}
      <span className={clsx("min-w-0 flex-1 truncate", (depth === 0 || children > 0) && "font-medium")} title={node.title}>
        {node.title}
      </span>
      {node.aside ??
        (node.progress !== undefined && (
          <span className="tnum flex shrink-0 items-center gap-2 text-xs text-fg-3">
            {!narrow && node.progress !== null && (
              <span className="flex w-12">
                <Meter value={node.progress} max={10000} />
              </span>
            )}
            <span className="w-9 text-end">{percent(node.progress)}</span>
          </span>
        ))}
    </div>
  );
});
