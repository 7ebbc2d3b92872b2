import { keepPreviousData, useQuery } from "@tanstack/react-query";
import clsx from "clsx";
import { ArrowLeft, ArrowUpRight } from "lucide-react";
import { useMemo, useState } from "react";
import type { Graph, GraphNode } from "#/api/api";
import { Button } from "../Button";
import { Switch } from "../Checkbox";
import { useMedia } from "../hooks";
import { ErrorState, Skeleton } from "../State";
import { type About, graphQuery } from "./data";
import { KindIcon, kindName, lineName, RecordLinkTo, typeName } from "./kinds";
import { curve, type Group, keyOf, layout, size } from "./layout";
import { t } from "./words";

/** A record with its neighbours, drawn and as a list. A neighbour that is chosen comes into the middle. */
export function GraphView(start: About) {
  const [trail, setTrail] = useState<readonly GraphNode[]>([]);
  const [depth, setDepth] = useState(1);
  const [list, setList] = useState(useMedia("(width < 640px)"));
  const at = trail.at(-1) ?? start;
  const { data, error, refetch } = useQuery({ ...graphQuery({ kind: at.kind, id: at.id }, depth), placeholderData: keepPreviousData });
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  const middle = data?.nodes[0];
  if (!data || !middle) return <Skeleton lines={6} className="py-4" />;
  const back = trail.length > 0;
  const center = (n: GraphNode) => setTrail((all) => [...(all.length === 0 ? [middle] : all), n]);
  const before = trail.at(-2);
  return (
    <div className="mt-4">
      <div data-noprint className="mb-3 flex flex-wrap items-center gap-x-4 gap-y-2">
        {back && before && (
          <Button size="sm" onClick={() => setTrail((all) => (all.length > 2 ? all.slice(0, -1) : []))}>
            <ArrowLeft size={12} /> {t("graph_back", { name: before.ref || before.title })}
          </Button>
        )}
        <Switch label={t("graph_hops")} checked={depth === 2} onChange={(on) => setDepth(on ? 2 : 1)} />
        <Switch label={t("graph_list")} checked={list} onChange={setList} />
        {data.more > 0 && <span className="text-xs text-fg-3">{t("graph_more", { n: data.more })}</span>}
      </div>
      {data.nodes.length === 1 ? (
        <p className="text-fg-3">{t("graph_empty")}</p>
      ) : list ? (
        <AsList g={data} onCenter={center} />
      ) : (
        <Picture g={data} middle={middle} onCenter={center} />
      )}
    </div>
  );
}

const saidOf = (g: Group) => (g.edge ? `${kindName(g.kind)} · ${typeName(g.edge.type, g.inverse)}` : kindName(g.kind));

function Picture({ g, middle, onCenter }: { g: Graph; middle: GraphNode; onCenter: (n: GraphNode) => void }) {
  const l = useMemo(() => layout(g), [g]);
  const [lit, setLit] = useState<string>();
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would bring a border and a legend
    <div
      role="group"
      aria-label={t("graph_around", { name: lineName(middle) })}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys
      tabIndex={0}
      className="overflow-x-auto rounded-lg border border-line bg-surface-2 p-4"
    >
      <div className="relative mx-auto" style={{ width: l.width, height: l.height }}>
        <svg width={l.width} height={l.height} viewBox={`0 0 ${l.width} ${l.height}`} aria-hidden className="absolute inset-0">
          {g.edges.map((e) => {
            const from = l.nodes.get(keyOf(e.from));
            const to = l.nodes.get(keyOf(e.to));
            if (!from || !to) return null;
            const on = lit !== undefined && (lit === keyOf(e.from) || lit === keyOf(e.to));
            return (
              <path
                key={`${keyOf(e.from)} ${keyOf(e.to)} ${e.type} ${e.source}`}
                d={curve(from, to)}
                fill="none"
                stroke={e.source === "link" ? "var(--accent)" : on ? "var(--fg-3)" : "var(--line-2)"}
                strokeWidth={on ? 2 : 1.25}
                strokeOpacity={lit !== undefined && !on ? 0.35 : 1}
              />
            );
          })}
        </svg>
        {l.headings.map((h) => (
          <h4
            key={h.group.key}
            className="absolute flex items-end truncate pb-1 text-2xs font-medium text-fg-3"
            style={{ left: h.x, top: h.y, width: size.width, height: size.head }}
          >
            {saidOf(h.group)}
          </h4>
        ))}
        {[...l.nodes.values()].map(({ node, x, y }) => (
          <div
            key={keyOf(node)}
            className={clsx(
              "absolute flex items-center rounded-md border bg-surface shadow-1",
              node === middle ? "border-accent" : "border-line hover:border-line-2",
            )}
            style={{ left: x, top: y + 2, width: size.width, height: size.row - 4 }}
            onPointerEnter={() => setLit(keyOf(node))}
            onPointerLeave={() => setLit(undefined)}
          >
            {node === middle ? (
              <span className="flex h-full min-w-0 flex-1 items-center gap-2 ps-2 text-xs font-semibold" title={lineName(node)}>
                <KindIcon kind={node.kind} size={13} />
                <span className="truncate">{lineName(node)}</span>
              </span>
            ) : (
              <button
                type="button"
                className="flex h-full min-w-0 flex-1 items-center gap-2 rounded-md ps-2 text-start text-xs hover:bg-hover"
                title={`${lineName(node)}: ${t("center")}`}
                onClick={() => onCenter(node)}
                onFocus={() => setLit(keyOf(node))}
                onBlur={() => setLit(undefined)}
              >
                <KindIcon kind={node.kind} size={13} />
                <span className="truncate">
                  {node.ref && <span className="ref text-fg-3">{node.ref} </span>}
                  {node.title}
                </span>
              </button>
            )}
            <RecordLinkTo path={node.path} className="flex size-6 shrink-0 items-center justify-center rounded-md text-fg-3 hover:bg-hover">
              <ArrowUpRight size={12} aria-hidden />
              <span className="sr-only">
                {t("open")} {lineName(node)}
              </span>
            </RecordLinkTo>
          </div>
        ))}
      </div>
    </div>
  );
}

function AsList({ g, onCenter }: { g: Graph; onCenter: (n: GraphNode) => void }) {
  return (
    <div className="space-y-4">
      {layout(g).groups.map((group) => (
        <div key={group.key}>
          <h4 className="mb-1 text-xs font-medium text-fg-3">{saidOf(group)}</h4>
          <ul className="divide-y divide-line rounded-lg border border-line">
            {group.nodes.map((n) => (
              <li key={keyOf(n)} className="flex min-h-9 items-center gap-2 px-3">
                <KindIcon kind={n.kind} />
                <RecordLinkTo path={n.path} className="min-w-0 flex-1 truncate hover:underline">
                  {n.ref && <span className="ref text-xs text-fg-3">{n.ref} </span>}
                  {n.title}
                </RecordLinkTo>
                <Button size="sm" variant="ghost" onClick={() => onCenter(n)}>
                  {t("center")}
                  <span className="sr-only"> {lineName(n)}</span>
                </Button>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </div>
  );
}
