import { queryOptions } from "@tanstack/react-query";
import { type ImportField, imports, type TableImport, type TableImportDetail } from "#/api/api";
import { cache } from "#/kit/cache";
import { bytes } from "#/kit/format";
import { jobQueue } from "#/kit/jobs";
import { orgPath } from "#/shell/nav";
import { t } from "./words";

export const targetsQuery = queryOptions({
  queryKey: ["imports", "targets"],
  queryFn: () => imports.targets(),
  staleTime: Number.POSITIVE_INFINITY,
});
export const importQuery = (id: string) =>
  queryOptions({
    queryKey: ["imports", "get", id],
    queryFn: () => imports.get({ id }),
    refetchInterval: (q) => (q.state.data?.state === "running" ? 700 : false),
  });
export const recentQuery = (limit: number) =>
  queryOptions({ queryKey: ["imports", "recent", limit], queryFn: () => imports.list({ limit }) });

/** Puts an answer where the page reads it. */
export function keep(d: TableImportDetail): TableImportDetail {
  cache.setQueryData(importQuery(d.id).queryKey, d);
  void cache.invalidateQueries({ queryKey: ["imports", "list"] });
  void cache.invalidateQueries({ queryKey: ["imports", "recent"] });
  return d;
}

/** What else shows figures that follow from an import. */
export const refreshAll = () => Promise.all(follows.map((module) => cache.invalidateQueries({ queryKey: [module] })));
const follows = [
  "control",
  "evidence",
  "framework",
  "requirement",
  "dashboard",
  "history",
  "policy",
  "risk",
  "vendor",
  "asset",
  "process",
  "personnel",
  "department",
  "job_role",
  "application",
  "grant",
  "access_grant",
];

const targetNames: Record<string, string> = {
  controls: t("target_controls"),
  policies: t("target_policies"),
  risks: t("target_risks"),
  assets: t("target_assets"),
  processes: t("target_processes"),
  vendors: t("target_vendors"),
  personnel: t("target_personnel"),
  departments: t("target_departments"),
  "job roles": t("target_job_roles"),
  applications: t("target_applications"),
  grants: t("target_grants"),
  evidence: t("target_evidence"),
  requirements: t("target_requirements"),
};
export const targetName = (name: string) => targetNames[name] ?? name;
/** Where the records of a target are. */
export const recordsOf = (slug: string, d: TableImport) =>
  orgPath(slug, d.target === "requirements" ? `frameworks/${d.under}` : (pages[d.target] ?? d.target.replaceAll(" ", "-")));

/** The pages that are not called as their records are. */
const pages: Record<string, string> = { processes: "bia" };

export const stateName: Record<TableImport["state"], string> = {
  draft: t("state_draft"),
  checked: t("state_checked"),
  running: t("state_running"),
  done: t("state_done"),
  undone: t("state_undone"),
  failed: t("state_failed"),
  discarded: t("state_discarded"),
};
export const stateTone = (s: TableImport["state"]) =>
  s === "done" ? ("ok" as const) : s === "failed" ? ("bad" as const) : s === "running" ? ("info" as const) : ("mute" as const);

/** What a file is, in a few words. */
export function aboutFile(d: TableImportDetail): string {
  const kind =
    d.kind === "xlsx"
      ? t("xlsx_of", { sheet: d.look.sheet })
      : t("csv_of", { encoding: d.encoding, comma: d.comma === "\t" ? "⇥" : d.comma });
  return `${kind} · ${bytes(d.size)}`;
}

/** Follows a large import in the job tray until it is over. */
export function follow(d: TableImportDetail, slug: string) {
  jobQueue.start({
    scope: `imports/${d.id}`,
    title: d.name,
    run: async (report, signal) => {
      for (;;) {
        const now = keep(await imports.get({ id: d.id }));
        if (signal.aborted) return undefined;
        if (now.state === "failed") throw new Error(now.failure);
        if (now.state !== "running") {
          void refreshAll();
          return { link: orgPath(slug, `imports/${d.id}`), note: t("imported", { n: now.created + now.changed }) };
        }
        report(now.rows > 0 ? now.done_rows / now.rows : undefined);
        await new Promise((go) => setTimeout(go, 700));
      }
    },
  });
}

/** Fields by name, for labels. */
export const labelOf = (fields: readonly ImportField[], name: string) => fields.find((f) => f.name === name)?.label ?? name;
