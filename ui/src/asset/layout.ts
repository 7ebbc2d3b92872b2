/*
 * Where the boxes of a dependency graph stand: in layers, what depends left of what it depends on. The steps are those that
 * layered drawings always take: turn circles around, find layers, let long edges keep a lane of their own, order every layer
 * so that few edges cross, and give out places.
 */
export type Edge = { from: string; to: string };
export type Spot = { x: number; y: number };
export type Picture = {
  width: number;
  height: number;
  spots: ReadonlyMap<string, Spot>;
  /** The way of an edge from the right side of its first box to the left side of its second, in the order of the edges. */
  ways: readonly { edge: Edge; d: string }[];
};

export const box = { width: 168, height: 40 } as const;
const gap = { x: 48, y: 12, lane: 14 } as const;

export function layout(keys: readonly string[], edges: readonly Edge[]): Picture {
  const forward = withoutCircles(keys, edges);
  const layer = layersOf(keys, forward);
  const { layers, lanes } = withLanes(keys, edges, layer);
  order(layers, lanes);
  return place(layers, lanes, edges);
}

/** The edges by one of their ends. */
function by(edges: readonly Edge[], end: (e: Edge) => string): Map<string, Edge[]> {
  const all = new Map<string, Edge[]>();
  for (const e of edges) {
    const mine = all.get(end(e));
    if (mine) mine.push(e);
    else all.set(end(e), [e]);
  }
  return all;
}

/** The edges with those turned around that would close a circle. */
function withoutCircles(keys: readonly string[], edges: readonly Edge[]): Edge[] {
  const out = by(edges, (e) => e.from);
  const state = new Map<string, "open" | "done">();
  const kept: Edge[] = [];
  const visit = (key: string) => {
    state.set(key, "open");
    for (const e of out.get(key) ?? []) {
      if (e.to === key) continue;
      if (state.get(e.to) === "open") kept.push({ from: e.to, to: e.from });
      else {
        kept.push(e);
        if (!state.has(e.to)) visit(e.to);
      }
    }
    state.set(key, "done");
  };
  for (const key of keys) if (!state.has(key)) visit(key);
  return kept;
}

/** Every box one layer right of all that depend on it; what nothing depends on stands right before what it needs. */
function layersOf(keys: readonly string[], edges: readonly Edge[]): Map<string, number> {
  const into = by(edges, (e) => e.to);
  const out = by(edges, (e) => e.from);
  const layer = new Map<string, number>();
  const find = (key: string): number => {
    const known = layer.get(key);
    if (known !== undefined) return known;
    layer.set(key, 0);
    const at = Math.max(0, ...(into.get(key) ?? []).map((e) => find(e.from) + 1));
    layer.set(key, at);
    return at;
  };
  for (const key of keys) find(key);
  for (const key of keys) {
    const next = out.get(key) ?? [];
    if (!into.has(key) && next.length > 0) layer.set(key, Math.min(...next.map((e) => layer.get(e.to) ?? 1)) - 1);
  }
  return layer;
}

/** One stop of an edge in a layer: a box, or a lane between boxes. */
type Stop = { key: string; lane: boolean };
/** The stops of each edge from left to right, and whether the edge is drawn from right to left. */
type Lane = { stops: readonly Stop[]; back: boolean };

function withLanes(keys: readonly string[], edges: readonly Edge[], layer: ReadonlyMap<string, number>) {
  const last = Math.max(0, ...layer.values());
  const layers: Stop[][] = Array.from({ length: last + 1 }, () => []);
  const boxes = new Map<string, Stop>();
  for (const key of keys) {
    const stop = { key, lane: false };
    boxes.set(key, stop);
    layers[layer.get(key) ?? 0]?.push(stop);
  }
  const lanes = edges.map((e, i): Lane => {
    const [a, b] = [layer.get(e.from) ?? 0, layer.get(e.to) ?? 0];
    const back = a > b;
    const ends = back ? [e.to, e.from] : [e.from, e.to];
    const stops: Stop[] = [];
    for (let l = Math.min(a, b) + 1; l < Math.max(a, b); l++) {
      const stop = { key: `${i} ${l}`, lane: true };
      layers[l]?.push(stop);
      stops.push(stop);
    }
    const [first, final] = ends.map((k) => boxes.get(k));
    return { stops: [...(first ? [first] : []), ...stops, ...(final ? [final] : [])], back };
  });
  return { layers, lanes };
}

/** Sorts each layer by the middle of what its stops are joined to, from left to right and back, a few times. */
function order(layers: Stop[][], lanes: readonly Lane[]) {
  const near = { left: new Map<string, string[]>(), right: new Map<string, string[]>() };
  const join = (map: Map<string, string[]>, a: string, b: string) => map.set(a, [...(map.get(a) ?? []), b]);
  for (const { stops } of lanes)
    stops.forEach((s, i) => {
      const next = stops[i + 1];
      if (!next) return;
      join(near.right, s.key, next.key);
      join(near.left, next.key, s.key);
    });
  const rank = new Map<string, number>();
  const number = (layer: readonly Stop[]) =>
    layer.forEach((s, i) => {
      rank.set(s.key, (i + 0.5) / layer.length);
    });
  layers.forEach(number);
  for (let round = 0; round < 8; round++) {
    const side = round % 2 === 0 ? near.left : near.right;
    for (const layer of round % 2 === 0 ? layers : layers.toReversed()) {
      const middle = new Map(
        layer.map((s) => {
          const to = (side.get(s.key) ?? []).map((k) => rank.get(k) ?? 0);
          return [s.key, to.length > 0 ? to.reduce((sum, r) => sum + r, 0) / to.length : (rank.get(s.key) ?? 0)];
        }),
      );
      layer.sort((a, b) => (middle.get(a.key) ?? 0) - (middle.get(b.key) ?? 0));
      number(layer);
    }
  }
}

const heightOf = (s: Stop) => (s.lane ? gap.lane : box.height);

function place(layers: readonly Stop[][], lanes: readonly Lane[], edges: readonly Edge[]): Picture {
  const tall = layers.map((l) => l.reduce((sum, s) => sum + heightOf(s) + gap.y, -gap.y));
  const height = Math.max(box.height, ...tall);
  const spots = new Map<string, Spot>();
  layers.forEach((layer, l) => {
    let y = (height - (tall[l] ?? 0)) / 2;
    for (const s of layer) {
      spots.set(s.key, { x: l * (box.width + gap.x), y });
      y += heightOf(s) + gap.y;
    }
  });
  const ways = lanes.map((lane, i) => ({ edge: edges[i] ?? { from: "", to: "" }, d: wayOf(lane, spots) }));
  for (const layer of layers) for (const s of layer) if (s.lane) spots.delete(s.key);
  return { width: layers.length * (box.width + gap.x) - gap.x, height, spots, ways };
}

/** A curve through the stops of an edge; one of a circle is drawn from right to left, so that its arrow says so. */
function wayOf({ stops, back }: Lane, spots: ReadonlyMap<string, Spot>): string {
  const points: Spot[] = [];
  stops.forEach((s, i) => {
    const at = spots.get(s.key);
    if (!at) return;
    const y = at.y + heightOf(s) / 2;
    if (i > 0) points.push({ x: at.x, y });
    if (i < stops.length - 1) points.push({ x: at.x + box.width, y });
  });
  if (back) points.reverse();
  return points
    .map((p, i) => {
      const before = points[i - 1];
      if (!before) return `M${p.x},${p.y}`;
      if (before.y === p.y) return `L${p.x},${p.y}`;
      const half = (p.x - before.x) / 2;
      return `C${before.x + half},${before.y},${p.x - half},${p.y},${p.x},${p.y}`;
    })
    .join("");
}

/** All that can be reached from a box along the edges in one direction, and itself. */
export function reached(key: string, edges: readonly Edge[], along: "from" | "to"): ReadonlySet<string> {
  const next = by(edges, (e) => (along === "from" ? e.from : e.to));
  const seen = new Set([key]);
  for (const k of seen) for (const e of next.get(k) ?? []) seen.add(along === "from" ? e.to : e.from);
  return seen;
}
