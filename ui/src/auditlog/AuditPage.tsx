import { getRouteApi } from "@tanstack/react-router";
import { BadgeCheck, Download, ScrollText } from "lucide-react";
import { audit } from "#/api/api";
import { Button } from "#/kit/Button";
import { Menu, MenuItem } from "#/kit/Menu";
import { Tabs } from "#/kit/Tabs";
import { Page, Topbar } from "#/shell/Topbar";
import { AuditList } from "./AuditList";
import { Proof } from "./Proof";
import { AuditSidecar } from "./AuditSidecar";
import { filterOf } from "./search";
import { t } from "./words";

const route = getRouteApi("/o/$slug/audit");

/** What was done in the organisation, and the proof that it is all there. */
export function AuditPage() {
  const search = route.useSearch();
  const go = route.useNavigate();
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
            <Sheet href={audit.export({ ...filterOf(search), format: "csv" })} title={t("export_csv")} more={t("export_csv_more")} />
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
          {search.tab === "proof" ? <Proof /> : <AuditList />}
        </Tabs>
      </Page>
      {search.open && <AuditSidecar id={search.open} />}
    </>
  );
}

function Sheet({ href, title, more }: { href: string; title: string; more: string }) {
  return (
    // biome-ignore lint/a11y/useAnchorContent: the item puts its words into the link
    <MenuItem render={<a href={href} download />}>
      <span className="py-1.5">
        <span className="block text-fg">{title}</span>
        <span className="block text-xs text-fg-3">{more}</span>
      </span>
    </MenuItem>
  );
}
