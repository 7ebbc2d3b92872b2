import { expect, test } from "vitest";
import { box, type Edge, layout, reached } from "./layout";

const edge = (s: string): Edge => ({ from: s[0] ?? "", to: s[1] ?? "" });
const edges = (s: string) => s.split(" ").map(edge);

test("what depends stands left of what it depends on, and nothing overlaps", () => {
  const all = edges("pa pb ab bc ac cd qd");
  const p = layout([..."pqabcd"], all);
  for (const e of all) expect(p.spots.get(e.from)?.x).toBeLessThan(p.spots.get(e.to)?.x ?? 0);
  // q is needed by nothing: it stands right before what it needs, not far left.
  expect(p.spots.get("q")?.x).toBe(p.spots.get("c")?.x);
  const spots = [...p.spots.values()];
  for (const a of spots)
    for (const b of spots) if (a !== b) expect(a.x !== b.x || Math.abs(a.y - b.y) >= box.height, JSON.stringify([a, b])).toBe(true);
  expect(p.ways).toHaveLength(7);
  expect(p.ways.every((w) => w.d.startsWith("M"))).toBe(true);
});

test("a circle ends, and one of its edges points back", () => {
  const p = layout([..."abc"], edges("ab bc ca"));
  expect(new Set([...p.spots.values()].map((s) => s.x)).size).toBe(3);
  const back = p.ways.find((w) => w.edge.from === "c");
  const [from = 0, to = 0] = [...(back?.d.matchAll(/(-?[\d.]+),-?[\d.]+(?=[LC]|$)/g) ?? [])]
    .map((m) => Number(m[1]))
    .filter((_, i, l) => i === 0 || i === l.length - 1);
  expect(from).toBeGreaterThan(to);
  expect(layout(["a"], edges("aa")).spots.size).toBe(1);
});

test("edges that need not cross do not", () => {
  const p = layout([..."abcxyz"], edges("az by cx"));
  const y = (k: string) => p.spots.get(k)?.y ?? 0;
  expect(
    [
      ["a", "z"],
      ["b", "y"],
      ["c", "x"],
    ].every(([l = "", r = ""]) => y(l) === y(r)),
  ).toBe(true);
});

test("what falls with a box is followed to the end", () => {
  const all = edges("ab bc ca xd");
  expect([...reached("b", all, "from")].sort()).toEqual(["a", "b", "c"]);
  expect([...reached("d", all, "to")].sort()).toEqual(["d", "x"]);
});
