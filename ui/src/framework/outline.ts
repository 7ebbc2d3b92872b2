import type { RequirementRow } from "#/api/api";
import type { Search } from "./routes";

/** The rows that match the filter, and of those above them, which are shown to say where they are. */
export function filterTree(rows: readonly RequirementRow[], f: Omit<Search, "open">): { shown: RequirementRow[]; hits: RequirementRow[] } {
  const words = (f.q ?? "").toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const filtered = words.length > 0 || f.state !== undefined || f.mapped !== undefined;
  const counts = rows.filter((r) => r.assessable);
  if (!filtered) return { shown: [...rows], hits: counts };
  const hits = rows.filter((r) => {
    if (!r.assessable && (f.state || f.mapped)) return false; // a heading has neither of its own
    const text = `${r.ref} ${r.title}`.toLocaleLowerCase();
    return (
      words.every((w) => text.includes(w)) &&
      (!f.state || f.state.includes(r.state)) &&
      (!f.mapped || (f.mapped === "yes") === r.controls > 0)
    );
  });
  const byId = new Map(rows.map((r) => [r.id, r]));
  const keep = new Set<string>();
  for (const hit of hits) for (let r: RequirementRow | undefined = hit; r && !keep.has(r.id); r = byId.get(r.parent)) keep.add(r.id);
  return { shown: rows.filter((r) => keep.has(r.id)), hits: hits.filter((r) => r.assessable) };
}

/** A row and all that is below it. Parents stand before their children. */
export function withBelow(rows: readonly RequirementRow[], id: string): RequirementRow[] {
  const under = new Set([id]);
  return rows.filter((r) => {
    if (under.has(r.parent)) under.add(r.id);
    return under.has(r.id);
  });
}
