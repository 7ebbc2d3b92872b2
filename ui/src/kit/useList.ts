import type { QueryKey } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { num } from "./format";
import { nothing, type Selection } from "./selection";
import { type Ask, type ListWindow, useWindow } from "./useWindow";

export type List<T> = {
  win: ListWindow<T>;
  selected: Selection<T>;
  setSelected: (s: Selection<T>) => void;
  /** What a DataTable takes of it. */
  table: { list: ListWindow<T>; openId: string | undefined; onOpen: (row: T) => void; active: number; onActive: (index: number) => void };
  /** What the sidecar of the open record takes of it: its place in the list, and the way to its neighbours. */
  beside: {
    position: string | undefined;
    onPrev: (() => void) | undefined;
    onNext: (() => void) | undefined;
    onClose: () => Promise<void>;
  };
};

/**
 * The list of a page, with one of its records open beside it: `key` names the list and its filter, `open` is the id that
 * the address holds, and `show` writes it there, or takes it away. Another filter begins at the first row, with nothing selected.
 */
export function useList<T extends { id: string }>(
  key: QueryKey,
  fetch: Ask<T>,
  open: string | undefined,
  show: (id: string | undefined) => Promise<void>,
): List<T> {
  const win = useWindow<T>(key, fetch);
  const [selected, setSelected] = useState<Selection<T>>(nothing);
  const [active, setActive] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a selection belongs to one result
  useEffect(() => {
    setSelected(nothing);
    setActive(0);
  }, [win.name]);

  const at = open ? win.indexOf(open) : -1;
  const step = (by: number) => {
    const row = at < 0 ? undefined : win.row(at + by);
    if (!row) return undefined;
    return () => {
      setActive(at + by);
      void show(row.id);
    };
  };
  return {
    win,
    selected,
    setSelected,
    table: { list: win, openId: open, onOpen: (row) => void show(row.id), active, onActive: setActive },
    beside: {
      position: at >= 0 ? `${num(at + 1)} / ${num(win.total)}` : undefined,
      onPrev: step(-1),
      onNext: step(1),
      onClose: () => show(undefined),
    },
  };
}
