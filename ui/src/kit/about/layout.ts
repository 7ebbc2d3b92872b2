import type { Graph, GraphEdge, GraphNode, Ref } from "#/api/api";

/** Nodes of one side and distance that say the same: the requirements that a control implements. */
export type Group = { key: string; kind: string; edge: GraphEdge | undefined; inverse: boolean; nodes: GraphNode[] };
export type Placed = { node: GraphNode; x: number; y: number };
export type Heading = { group: Group; x: number; y: number };
export type Layout = { width: number; height: number; nodes: Map<string, Placed>; headings: Heading[]; groups: Group[] };

export const size = { width: 220, row: 30, head: 24, gap: 60, between: 10 } as const;
export const keyOf = (r: Ref): string => `${r.kind}/${r.id}`;

const edgeBetween = (g: Graph, a: string, b: string) =>
  g.edges.find((e) => {
    const from = keyOf(e.from);
    const to = keyOf(e.to);
    return (from === a && to === b) || (from === b && to === a);
  });

/** The neighbours in groups, as a list says them too: those that somebody linked first, as the server gives them. */
export function groupsOf(g: Graph): Group[] {
  const middle = g.nodes[0];
  if (!middle) return [];
  const at = keyOf(middle);
  const groups = new Map<string, Group>();
  for (const node of g.nodes.slice(1)) {
    const edge = node.distance === 1 ? edgeBetween(g, at, keyOf(node)) : undefined;
    const inverse = edge !== undefined && keyOf(edge.from) !== at;
    const key = `${node.distance} ${node.kind} ${edge?.type ?? ""} ${inverse}`;
    const group = groups.get(key) ?? { key, kind: node.kind, edge, inverse, nodes: [] };
    group.nodes.push(node);
    groups.set(key, group);
  }
  return [...groups.values()];
}

const heightOf = (g: Group) => size.head + g.nodes.length * size.row + size.between;

/**
 * Columns: the record in the middle, its neighbours left and right so that both sides are about as long, theirs
 * outside of them, on the side of the neighbour they belong to.
 */
export function layout(g: Graph): Layout {
  const groups = groupsOf(g);
  const columns: Group[][] = [[], [], [], []]; // outer left, left, right, outer right
  const tall = (c: Group[]) => c.reduce((n, of) => n + heightOf(of), 0);
  for (const group of groups.filter((o) => o.nodes[0]?.distance === 1))
    (tall(columns[1] ?? []) < tall(columns[2] ?? []) ? columns[1] : columns[2])?.push(group);
  const leftOf = new Set(columns[1]?.flatMap((o) => o.nodes.map(keyOf)));
  for (const group of groups.filter((o) => o.nodes[0]?.distance === 2)) {
    const isLeft = (n: GraphNode) =>
      g.edges.some(
        (e) => (keyOf(e.from) === keyOf(n) && leftOf.has(keyOf(e.to))) || (keyOf(e.to) === keyOf(n) && leftOf.has(keyOf(e.from))),
      );
    const left = group.nodes.filter(isLeft);
    const right = group.nodes.filter((n) => !left.includes(n));
    if (left.length > 0) columns[0]?.push({ ...group, key: `${group.key} left`, nodes: left });
    if (right.length > 0) columns[3]?.push({ ...group, key: `${group.key} right`, nodes: right });
  }
  // A column that is empty takes no room.
  const step = size.width + size.gap;
  const before = [0, 1].filter((i) => (columns[i]?.length ?? 0) > 0).length;
  const after = [2, 3].filter((i) => (columns[i]?.length ?? 0) > 0).length;
  const middleX = before * step;
  const xs = [0, middleX - step, middleX + step, middleX + after * step];
  const height = Math.max(140, ...columns.map(tall));
  const nodes = new Map<string, Placed>();
  const headings: Heading[] = [];
  columns.forEach((column, i) => {
    let y = (height - tall(column)) / 2;
    const x = xs[i] ?? 0;
    for (const group of column) {
      headings.push({ group, x, y });
      y += size.head;
      for (const node of group.nodes) {
        nodes.set(keyOf(node), { node, x, y });
        y += size.row;
      }
      y += size.between;
    }
  });
  const middle = g.nodes[0];
  if (middle) nodes.set(keyOf(middle), { node: middle, x: middleX, y: height / 2 - size.row / 2 });
  return { width: middleX + after * step + size.width, height, nodes, headings, groups };
}

/** The line between two placed records: from the side of one that faces the other. */
export function curve(a: Placed, b: Placed): string {
  const mid = size.row / 2;
  if (a.x === b.x) {
    const x = a.x + size.width;
    return `M${x} ${a.y + mid}C${x + 40} ${a.y + mid} ${x + 40} ${b.y + mid} ${x} ${b.y + mid}`;
  }
  const [l, r] = a.x < b.x ? [a, b] : [b, a];
  const from = l.x + size.width;
  const bend = (r.x - from) / 2;
  return `M${from} ${l.y + mid}C${from + bend} ${l.y + mid} ${r.x - bend} ${r.y + mid} ${r.x} ${r.y + mid}`;
}
