import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { Network } from "lucide-react";
import { asset } from "#/api/api";
import { Switch } from "#/kit/Checkbox";
import { FilterBar } from "#/kit/Filters";
import { useMedia, useStored } from "#/kit/hooks";
import { FieldFilters } from "#/kit/register/filters";
import { EmptyState, ErrorState, Skeleton } from "#/kit/State";
import { orgPath } from "#/shell/nav";
import { Page, Topbar } from "#/shell/Topbar";
import { assets } from "./fields";
import { Graph } from "./Graph";
import { GraphTable } from "./GraphTable";
import { t } from "./words";

const FILTERS = ["kind", "environment", "classification", "status", "owner"];

/** What depends on what, among the assets that a filter finds: drawn, or as a table. Its address says the same as that of the list. */
export function GraphPage() {
  const { slug = "" } = useParams({ strict: false });
  const words: Record<string, unknown> = useSearch({ strict: false });
  const filter = assets.parse(words);
  const navigate = useNavigate();
  const go = (change: Record<string, unknown>) =>
    void navigate({ to: orgPath(slug, "assets/graph"), search: { ...filter, ...change }, replace: true });
  const { data, error, refetch } = useQuery({
    queryKey: ["asset", "graph", filter],
    queryFn: () => asset.graph(filter),
    placeholderData: keepPreviousData,
  });
  const facets = useQuery({ queryKey: ["asset", "facets", ""], queryFn: () => asset.facets({}), staleTime: 30_000 }).data;
  const narrow = useMedia("(width < 640px)");
  const [chosen, setTable] = useStored<boolean | null>("asset.graph.table", null);
  const table = chosen ?? narrow;
  const filtered = Object.entries(filter).some(([name, v]) => name !== "sort" && v !== undefined);
  return (
    <Page>
      <Topbar
        title={t("graph")}
        icon={<Network />}
        parent={
          <Link to={orgPath(slug, "assets")} search={filter}>
            {t("assets")}
          </Link>
        }
      />
      <FilterBar
        active={filtered}
        aside={<Switch label={t("graph_list")} checked={table} onChange={setTable} />}
        onClear={() => void navigate({ to: orgPath(slug, "assets/graph"), search: {}, replace: true })}
      >
        <FieldFilters
          kind="asset"
          fields={assets.fields.filter((f) => FILTERS.includes(f.name))}
          filter={filter}
          patch={go}
          counts={{
            of: (facet, value) => facets && (facets[facet]?.find((v) => v.value === value)?.count ?? 0),
            values: (facet) => facets && (facets[facet] ?? []),
          }}
        />
      </FilterBar>
      {!data ? (
        error ? (
          <ErrorState error={error} onRetry={() => void refetch()} />
        ) : (
          <Skeleton className="p-6" lines={8} />
        )
      ) : data.nodes.length === 0 ? (
        <EmptyState icon={<Network />} title={t("graph_empty")}>
          {t("graph_empty_more")}
        </EmptyState>
      ) : (
        <>
          <p className="shrink-0 px-4 pt-3 text-xs text-pretty text-fg-3">
            {[
              !table && t("graph_help"),
              data.alone > 0 && t("alone", { n: data.alone }),
              data.more > 0 && t("graph_more", { n: data.more }),
            ]
              .filter(Boolean)
              .join(" ")}
          </p>
          {table ? <GraphTable g={data} /> : <Graph g={data} />}
        </>
      )}
    </Page>
  );
}
