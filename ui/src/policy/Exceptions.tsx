import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { CircleDashed, Plus, ScrollText, ShieldOff } from "lucide-react";
import { useState } from "react";
import { type PolicyDetail, policy } from "#/api/api";
import { Button } from "#/kit/Button";
import { ExportMenu } from "#/kit/ExportMenu";
import { Facet, FilterBar } from "#/kit/Filters";
import { Scroll } from "#/kit/Scroll";
import { SearchBox } from "#/kit/SearchBox";
import { EmptyState, ErrorState, Skeleton } from "#/kit/State";
import { StatusIcon } from "#/kit/Status";
import { useSession } from "#/shell/session";
import { Page, Topbar } from "#/shell/Topbar";
import { ExceptionForm } from "./ExceptionForm";
import { ExceptionLine, exceptionLook } from "./ExceptionLine";
import { PolicyPlaces } from "./Places";
import { EXCEPTION_STATES } from "./search";
import { t } from "./words";

const route = getRouteApi("/o/$slug/policies/exceptions");
type Asked = NonNullable<Parameters<typeof policy.exceptions>[0]>;

const exceptionsQuery = (filter: Asked) => ({
  queryKey: ["policy", "exceptions", filter] as const,
  queryFn: () => policy.exceptions({ ...filter, limit: 100 }),
  placeholderData: keepPreviousData,
});

/** All exceptions from policies: what ends, or has ended, first. */
export function Exceptions() {
  const filter = route.useSearch();
  const go = route.useNavigate();
  const { editor } = useSession();
  const [adding, setAdding] = useState(false);
  const [page, setPage] = useState(1);
  const { data, error, refetch } = useQuery(exceptionsQuery({ ...filter, sort: "expires_on", page }));
  const facets = useQuery({ queryKey: ["policy", "exceptions-facets"], queryFn: () => policy.exceptions_facets() }).data;
  const filtered = filter.q !== undefined || filter.state !== undefined;
  const put = (change: Partial<typeof filter>) => {
    setPage(1);
    void go({ search: { ...filter, ...change }, replace: true });
  };
  const add = editor && (
    <Button variant="primary" onClick={() => setAdding(true)}>
      <Plus size={14} /> {t("exception_add")}
    </Button>
  );
  return (
    <Page>
      <Topbar title={t("exceptions_title")} icon={<ScrollText />}>
        <ExportMenu href={(format) => policy.exceptions_export({ ...filter, format })} />
        {add}
      </Topbar>
      <PolicyPlaces />
      <FilterBar active={filtered} onClear={() => put({ q: undefined, state: undefined })}>
        <SearchBox name={t("exceptions_lower")} value={filter.q ?? ""} onChange={(q) => put({ q: q || undefined })} />
        <Facet
          label={t("status")}
          icon={<CircleDashed />}
          value={filter.state}
          options={EXCEPTION_STATES.map((s) => ({
            value: s,
            label: t(`exception_${s}`),
            icon: <StatusIcon s={exceptionLook[s]} />,
            count: facets?.state?.find((v) => v.value === s)?.count ?? 0,
          }))}
          onChange={(v) => put({ state: v && EXCEPTION_STATES.filter((s) => v.includes(s)) })}
        />
      </FilterBar>
      <Scroll label={t("exceptions_title")} className="min-h-0 flex-1 overflow-y-auto">
        {error ? (
          <ErrorState error={error} onRetry={() => void refetch()} />
        ) : !data ? (
          <Skeleton className="p-5" lines={6} />
        ) : data.items.length === 0 ? (
          <div className="flex h-full">
            <EmptyState icon={<ShieldOff />} title={filtered ? t("exceptions_no_match") : t("exceptions_none")} actions={!filtered && add}>
              {!filtered && t("exceptions_none_more")}
            </EmptyState>
          </div>
        ) : (
          <>
            <ul className="divide-y divide-line">
              {data.items.map((x) => (
                <ExceptionLine key={x.id} x={x} of />
              ))}
            </ul>
            {data.total > data.limit && (
              <div className="flex items-center justify-end gap-2 px-4 py-3 text-xs text-fg-3">
                <span className="tnum">{t("page_of", { n: data.page, all: Math.ceil(data.total / data.limit) })}</span>
                <Button size="sm" disabled={page === 1} onClick={() => setPage(page - 1)}>
                  {t("back")}
                </Button>
                <Button size="sm" disabled={page * data.limit >= data.total} onClick={() => setPage(page + 1)}>
                  {t("next")}
                </Button>
              </div>
            )}
          </>
        )}
      </Scroll>
      {editor && <ExceptionForm open={adding} onOpenChange={setAdding} />}
    </Page>
  );
}

/** The exceptions from one policy. */
export function ExceptionPart({ p }: { p: Pick<PolicyDetail, "id" | "ref" | "title"> }) {
  const { editor } = useSession();
  const [adding, setAdding] = useState(false);
  const { data, error, refetch } = useQuery(exceptionsQuery({ policy: p.id, sort: "expires_on" }));
  const add = editor && (
    <Button onClick={() => setAdding(true)}>
      <Plus size={14} /> {t("exception_add")}
    </Button>
  );
  return (
    <div>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : !data ? (
        <Skeleton lines={3} />
      ) : data.items.length === 0 ? (
        <EmptyState icon={<ShieldOff />} title={t("exceptions_none")} actions={add}>
          {t("exceptions_none_more")}
        </EmptyState>
      ) : (
        <>
          <div className="mb-3 flex justify-end">{add}</div>
          <ul className="divide-y divide-line rounded-lg border border-line">
            {data.items.map((x) => (
              <ExceptionLine key={x.id} x={x} />
            ))}
          </ul>
        </>
      )}
      <ExceptionForm open={adding} onOpenChange={setAdding} about={{ id: p.id, name: `${p.ref} ${p.title}` }} />
    </div>
  );
}
