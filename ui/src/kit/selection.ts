/** What is chosen in a list: some rows, or all that match the filter but a few, also those that were never loaded. */
export type Selection<T> = { all: false; rows: ReadonlyMap<string, T> } | { all: true; except: ReadonlySet<string> };

export const nothing: Selection<never> = { all: false, rows: new Map<string, never>() };
export const everything: Selection<never> = { all: true, except: new Set() };

export const isSelected = <T>(s: Selection<T>, id: string): boolean => (s.all ? !s.except.has(id) : s.rows.has(id));
export const countSelected = <T>(s: Selection<T>, total: number): number => (s.all ? Math.max(0, total - s.except.size) : s.rows.size);

/** The selection with some rows added or taken away. */
export function select<T>(s: Selection<T>, rows: readonly (readonly [id: string, row: T])[], on: boolean): Selection<T> {
  if (s.all) {
    const except = new Set(s.except);
    for (const [id] of rows) on ? except.delete(id) : except.add(id);
    return { all: true, except };
  }
  const next = new Map(s.rows);
  for (const [id, row] of rows) on ? next.set(id, row) : next.delete(id);
  return { all: false, rows: next };
}

/** The selection as a bulk operation takes it. With `all` the operation also needs the filter that the list had. */
export function selectionBody<T>(s: Selection<T>): { ids: string[] } | { all: true; except: string[] } {
  return s.all ? { all: true, except: [...s.except] } : { ids: [...s.rows.keys()] };
}
