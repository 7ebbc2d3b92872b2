import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { BranchComparison, BranchKind } from "#/api/api";
import { Changes } from "#/auditlog/Changes";
import { tableName } from "#/auditlog/names";
import { Button } from "#/kit/Button";
import { Card } from "#/kit/Card";
import { num } from "#/kit/format";
import { ErrorState, Skeleton } from "#/kit/State";
import { changesQuery, pageSize } from "./data";
import { t } from "./words";

const counts = (k: BranchKind) =>
  [
    k.added > 0 && t("added", { n: k.added }),
    k.changed > 0 && t("changed", { n: k.changed }),
    k.removed > 0 && t("removed", { n: k.removed }),
  ]
    .filter(Boolean)
    .join(", ");

/** What the branch changed since it was made, by kind and row by row. */
export function BranchChanges({ c }: { c: BranchComparison }) {
  const [table, setTable] = useState("");
  const [page, setPage] = useState(1);
  const choose = (to: string) => {
    setTable(to === table ? "" : to);
    setPage(1);
  };
  return (
    <Card title={t("changes")} aside={c.settled > 0 && c.rows > 0 ? t("settled", { n: c.settled }) : undefined}>
      {c.rows === 0 ? (
        <p className="text-fg-3">{t("changes_none")}</p>
      ) : (
        <>
          <ul className="mb-4 flex flex-wrap gap-2">
            {c.kinds.map((k) => (
              <li key={k.table}>
                <button
                  type="button"
                  aria-pressed={table === k.table}
                  onClick={() => choose(k.table)}
                  className="min-h-8 rounded-md border border-line px-2.5 py-1 text-start hover:bg-hover aria-pressed:bg-active"
                >
                  <span className="font-medium">{tableName(k.table)}</span> <span className="tnum text-xs text-fg-3">{counts(k)}</span>
                </button>
              </li>
            ))}
          </ul>
          <Rows id={c.branch.id} table={table} page={page} onPage={setPage} />
        </>
      )}
    </Card>
  );
}

function Rows({ id, table, page, onPage }: { id: string; table: string; page: number; onPage: (to: number) => void }) {
  const { data, error, refetch } = useQuery({ ...changesQuery(id, table, page), placeholderData: keepPreviousData });
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton lines={6} />;
  const from = (page - 1) * pageSize + 1;
  const to = from + data.items.length - 1;
  return (
    <>
      <Changes changes={data.items} />
      {data.total > pageSize && (
        <div className="mt-4 flex items-center justify-end gap-3 text-fg-3">
          <span className="tnum">{t("page_of", { from: num(from), to: num(to), total: num(data.total) })}</span>
          <Button size="sm" disabled={page === 1} onClick={() => onPage(page - 1)}>
            {t("previous_page")}
          </Button>
          <Button size="sm" disabled={to >= data.total} onClick={() => onPage(page + 1)}>
            {t("next_page")}
          </Button>
        </div>
      )}
    </>
  );
}
