import clsx from "clsx";
import { Workflow } from "lucide-react";
import { useMemo, useState } from "react";
import type { AssetGraph, AssetNode } from "#/api/api";
import { RecordLinkTo } from "#/kit/about/kinds";
import { useWidth } from "#/kit/hooks";
import { Tag } from "#/kit/Tag";
import { TypeIcon } from "./kinds";
import { box, type Edge, layout, reached } from "./layout";
import { t } from "./words";

export const keyOf = (r: { kind: string; id: string }): string => `${r.kind}/${r.id}`;
const edgesOf = (g: AssetGraph): Edge[] => g.edges.map((e) => ({ from: keyOf(e.from), to: keyOf(e.to) }));

/** What depends on what, drawn in layers. What is pointed at shows all that it needs and all that needs it. */
export function Graph({ g }: { g: AssetGraph }) {
  const edges = useMemo(() => edgesOf(g), [g]);
  const picture = useMemo(() => layout(g.nodes.map(keyOf), edges), [g, edges]);
  const [at, setAt] = useState<string>();
  const lit = useMemo(() => at !== undefined && { needs: reached(at, edges, "from"), needed: reached(at, edges, "to") }, [at, edges]);
  const [frame, width] = useWidth<HTMLDivElement>(0, 8);
  const fit = width === 0 ? 1 : Math.max(0.8, Math.min(1, (width - 2) / picture.width));
  const isLit = (e: Edge) => lit && ((lit.needs.has(e.from) && lit.needs.has(e.to)) || (lit.needed.has(e.from) && lit.needed.has(e.to)));
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would bring a border and a legend
    <div
      ref={frame}
      role="group"
      aria-label={t("graph_picture")}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys
      tabIndex={0}
      className="m-4 mt-3 min-h-0 flex-1 overflow-auto rounded-lg border border-line bg-surface-2 p-6 outline-offset-[-2px]"
    >
      <div className="relative mx-auto" style={{ width: picture.width, height: picture.height, zoom: fit }}>
        <svg
          width={picture.width}
          height={picture.height}
          viewBox={`0 0 ${picture.width} ${picture.height}`}
          aria-hidden
          className="absolute inset-0 overflow-visible"
        >
          <defs>
            {(["line", "lit"] as const).map((id) => (
              <marker key={id} id={`needs-${id}`} viewBox="0 0 6 6" refX="5.5" refY="3" markerWidth="6" markerHeight="6" orient="auto">
                <path d="M0,0L6,3L0,6z" fill={id === "lit" ? "var(--accent)" : "var(--fg-3)"} />
              </marker>
            ))}
          </defs>
          {picture.ways.map(({ edge, d }) => {
            const on = isLit(edge);
            return (
              <path
                key={`${edge.from} ${edge.to}`}
                d={d}
                fill="none"
                stroke={on ? "var(--accent)" : "var(--fg-3)"}
                strokeOpacity={on ? 1 : lit ? 0.18 : 0.5}
                strokeWidth={on ? 1.75 : 1.25}
                markerEnd={`url(#needs-${on ? "lit" : "line"})`}
              />
            );
          })}
        </svg>
        {g.nodes.map((n) => {
          const key = keyOf(n);
          const spot = picture.spots.get(key);
          if (!spot) return null;
          const dim = lit && !lit.needs.has(key) && !lit.needed.has(key);
          return (
            // biome-ignore lint/a11y/noStaticElementInteractions: it only lights up; what is operated is the link in it
            <div
              key={key}
              className={clsx(
                "absolute rounded-lg border bg-surface shadow-1 transition-opacity",
                at === key ? "border-accent" : "border-line-2",
                dim && "opacity-40",
              )}
              style={{ left: spot.x, top: spot.y, width: box.width, height: box.height }}
              onPointerEnter={() => setAt(key)}
              onPointerLeave={() => setAt(undefined)}
              onFocus={() => setAt(key)}
              onBlur={() => setAt(undefined)}
            >
              <Box n={n} />
            </div>
          );
        })}
      </div>
    </div>
  );
}

const Box = ({ n }: { n: AssetNode }) => (
  <RecordLinkTo path={n.path} className="flex size-full items-center gap-2 rounded-lg px-2.5 hover:bg-hover">
    <NodeIcon n={n} />
    <span className="min-w-0 flex-1 leading-4">
      <span className="block truncate text-xs font-medium" title={n.name}>
        {n.name}
      </span>
      <span className="block truncate text-2xs text-fg-3">{underName(n)}</span>
    </span>
    {n.gaps > 0 && <Tag tone="warn">{t("gap_count", { n: n.gaps })}</Tag>}
  </RecordLinkTo>
);

export const NodeIcon = ({ n }: { n: AssetNode }) =>
  n.type === "" ? <Workflow size={14} className="shrink-0 text-accent-text" aria-hidden /> : <TypeIcon type={n.type} />;
export const underName = (n: AssetNode): string => (n.type === "" ? t("process") : n.environment === "" ? t(n.type) : t(n.environment));
