import { getRouteApi } from "@tanstack/react-router";
import { BadgeCheck, Download, ScrollText } from "lucide-react";
import { useMemo } from "react";
import { audit } from "#/api/api";
import { Button } from "#/kit/Button";
import { Menu, MenuItem } from "#/kit/Menu";
import { Tabs } from "#/kit/Tabs";
import { useWindow } from "#/kit/useWindow";
import { Page, Topbar } from "#/shell/Topbar";
import { AuditList } from "./AuditList";
import { AuditSidecar } from "./AuditSidecar";
import { type Entry, fetchList, listKey } from "./data";
import { Proof } from "./Proof";
import { filterOf } from "./search";
import { t } from "./words";

const route = getRouteApi("/o/$slug/audit");

/** What was done in the organisation, and the proof that it is all there. */
export function AuditPage() {
  const search = route.useSearch();
  const go = route.useNavigate();
  const filter = filterOf(search);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the words of the filter are what counts
  const key = useMemo(() => listKey(filter), [JSON.stringify(filter)]);
  const list = useWindow<Entry>(key, fetchList(filter));
  const at = search.open ? list.indexOf(search.open) : -1;
  const open = (id: string | undefined) => void go({ search: (s) => ({ ...s, open: id }), replace: true });
  const step = (by: number) => {
    const row = at < 0 ? undefined : list.row(at + by);
    return row && (() => open(row.id));
  };
  return (
    <>
      <Page>
        <Topbar title={t("audit")} icon={<ScrollText />}>
          <Menu
            align="end"
            width={280}
            trigger={
              <Button variant="ghost" aria-label={t("export")}>
                <Download size={14} /> <span className="max-sm:hidden">{t("export")}</span>
              </Button>
            }
          >
            <Sheet href={audit.export({ ...filter, format: "csv" })} title={t("export_csv")} more={t("export_csv_more")} />
            <Sheet href={audit.export({ format: "jsonl" })} title={t("export_jsonl")} more={t("export_jsonl_more")} />
          </Menu>
          {search.tab !== "proof" && (
            <Button onClick={() => void go({ search: (s) => ({ ...s, tab: "proof", open: undefined }) })}>
              <BadgeCheck size={14} /> {t("verify")}
            </Button>
          )}
        </Topbar>
        <Tabs
          label={t("audit")}
          value={search.tab ?? "log"}
          onChange={(tab) => void go({ search: (s) => ({ ...s, tab: tab === "proof" ? "proof" : undefined, open: undefined }) })}
          tabs={[
            { value: "log", label: t("page_log") },
            { value: "proof", label: t("page_proof") },
          ]}
        >
          {search.tab === "proof" ? <Proof /> : <AuditList search={search} list={list} name={key} />}
        </Tabs>
      </Page>
      {search.open && (
        <AuditSidecar
          key={search.tab ?? "log"}
          id={search.open}
          row={at < 0 ? undefined : list.row(at)}
          onPrev={step(-1)}
          onNext={step(1)}
          onClose={() => open(undefined)}
        />
      )}
    </>
  );
}

function Sheet({ href, title, more }: { href: string; title: string; more: string }) {
  return (
    <MenuItem render={<a href={href} download />}>
      <span className="py-1.5">
        <span className="block text-fg">{title}</span>
        <span className="block text-xs text-fg-3">{more}</span>
      </span>
    </MenuItem>
  );
}
