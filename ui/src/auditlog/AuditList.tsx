import { getRouteApi } from "@tanstack/react-router";
import { ListFilter, ScrollText } from "lucide-react";
import { useCallback } from "react";
import { Button } from "#/kit/Button";
import { EmptyState } from "#/kit/State";
import type { ListWindow } from "#/kit/useWindow";
import { AuditFilters } from "./AuditFilters";
import { DayList } from "./DayList";
import type { Entry } from "./data";
import { type AuditSearch, filterOf } from "./search";
import { t } from "./words";

const route = getRouteApi("/o/$slug/audit");

/** The log under its filter, day by day. */
export function AuditList({ search, list, name }: { search: AuditSearch; list: ListWindow<Entry>; name: readonly unknown[] }) {
  const go = route.useNavigate();
  const patch = useCallback((p: Partial<AuditSearch>) => void go({ search: (s) => ({ ...s, ...p }), replace: true }), [go]);
  const clear = () => void go({ search: { open: search.open, system: search.system } });
  const { by: _, ...conditions } = filterOf(search);
  const filtered = Object.values(conditions).some((v) => v !== undefined);
  return (
    <>
      <AuditFilters search={search} patch={patch} onClear={clear} total={list.pending ? undefined : list.total} />
      <DayList
        key={JSON.stringify(name)}
        list={list}
        openId={search.open}
        onOpen={(e) => patch({ open: e.id })}
        empty={
          filtered ? (
            <EmptyState
              icon={<ListFilter />}
              title={t("no_match")}
              actions={
                <>
                  <Button onClick={clear}>{t("clear_filters")}</Button>
                  {!search.system && <Button onClick={() => patch({ system: true })}>{t("show_all")}</Button>}
                </>
              }
            >
              {!search.system && t("no_match_more")}
            </EmptyState>
          ) : (
            <EmptyState
              icon={<ScrollText />}
              title={t("none")}
              actions={!search.system && <Button onClick={() => patch({ system: true })}>{t("show_all")}</Button>}
            >
              {t("none_more")}
            </EmptyState>
          )
        }
      />
    </>
  );
}
