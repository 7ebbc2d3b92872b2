import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import clsx from "clsx";
import { Grid3x3 } from "lucide-react";
import { useMemo } from "react";
import { department, grant } from "#/api/api";
import { RecordLinkTo } from "#/kit/about/kinds";
import { Select } from "#/kit/Field";
import { EmptyState, ErrorState, Note, Skeleton } from "#/kit/State";
import { Tag } from "#/kit/Tag";
import { orgPath } from "#/shell/nav";
import { useSession } from "#/shell/session";
import { Page, Topbar } from "#/shell/Topbar";
import { ApplicationPlaces } from "./Places";
import { t } from "./words";

/** Who of a department has access to what: people by applications. A cell leads to the grant. */
export function AccessMatrix() {
  const { tenant } = useSession();
  const words: Record<string, unknown> = useSearch({ strict: false });
  const at = typeof words.department === "string" ? words.department : "";
  const navigate = useNavigate();
  const departments =
    useQuery({ queryKey: ["department", "list", "all"], queryFn: () => department.list({ limit: 100 }) }).data?.items ?? [];
  const { data, error, refetch } = useQuery({
    queryKey: ["grant", "matrix", at],
    queryFn: () => grant.matrix({ ...(at && { department: at }) }),
  });
  const cells = useMemo(() => new Map(data?.cells.map((c) => [`${c.personnel} ${c.application}`, c])), [data]);
  return (
    <Page>
      <Topbar title={t("matrix_title")} icon={<Grid3x3 />} />
      <ApplicationPlaces />
      <div className="w-72 max-w-full shrink-0 p-4 pb-2">
        <Select
          label={t("department")}
          options={[
            { value: "", label: t("department_all") },
            ...departments.map((d) => ({ value: d.id, label: d.name })),
            { value: "none", label: t("department_none") },
          ]}
          value={at}
          error={undefined}
          onChange={(d) => void navigate({ to: orgPath(tenant.slug, "access-matrix"), search: d ? { department: d } : {}, replace: true })}
        />
      </div>
      {error && <ErrorState error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton className="p-4" lines={8} />}
      {data?.more && (
        <Note tone="warn" icon={<Grid3x3 size={16} />} className="mx-4 mb-2">
          {t("matrix_more")}
        </Note>
      )}
      {data && data.cells.length === 0 && (
        <EmptyState icon={<Grid3x3 />} title={t("matrix_empty")}>
          {t("matrix_empty_more")}
        </EmptyState>
      )}
      {data && data.cells.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keys
        <section aria-label={t("matrix_title")} tabIndex={0} className="min-h-0 flex-1 overflow-auto px-4 pb-6">
          <table className="border-separate border-spacing-0 text-xs">
            <thead>
              <tr>
                <th
                  scope="col"
                  className="sticky start-0 top-0 z-20 min-w-44 border-b border-line bg-surface px-2 text-start align-bottom font-medium"
                >
                  {t("person")}
                </th>
                {data.applications.map((a) => (
                  <th
                    key={a.id}
                    scope="col"
                    className="sticky top-0 z-10 border-b border-line bg-surface px-1 pb-2 align-bottom font-medium"
                  >
                    <RecordLinkTo
                      path={`applications?open=${a.id}`}
                      className="inline-block max-h-36 truncate [writing-mode:vertical-rl] rotate-180 hover:underline"
                    >
                      {a.name}
                    </RecordLinkTo>
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {data.people.map((p) => (
                <tr key={p.id} className="hover:bg-hover">
                  <th scope="row" className="sticky start-0 border-b border-line bg-surface px-2 text-start font-normal whitespace-nowrap">
                    <RecordLinkTo path={`personnel?open=${p.id}`} className="hover:underline">
                      {p.name}
                    </RecordLinkTo>
                    {p.status === "terminated" && (
                      <Tag tone="bad" className="ms-2">
                        {t("leaver")}
                      </Tag>
                    )}
                  </th>
                  {data.applications.map((a) => {
                    const c = cells.get(`${p.id} ${a.id}`);
                    return (
                      <td key={a.id} className="border-b border-line p-0.5 text-center">
                        {c ? (
                          <RecordLinkTo
                            path={`grants?open=${c.grant}`}
                            className={clsx(
                              "inline-flex h-7 min-w-7 items-center justify-center rounded-md px-1.5 hover:underline",
                              p.status === "terminated"
                                ? "bg-bad-soft text-bad-text"
                                : c.admin
                                  ? "bg-info-soft text-info-text"
                                  : "bg-ok-soft text-ok-text",
                            )}
                          >
                            <span className="sr-only">{t("cell", { who: p.name, what: a.name, level: "" })}</span>
                            <span className="max-w-24 truncate">{c.admin ? `${c.level || t("yes")} *` : c.level || t("yes")}</span>
                          </RecordLinkTo>
                        ) : (
                          <span aria-hidden className="text-fg-3">
                            ·
                          </span>
                        )}
                      </td>
                    );
                  })}
                </tr>
              ))}
            </tbody>
          </table>
          <p className="mt-2 text-xs text-fg-3">{`* ${t("admin")}`}</p>
        </section>
      )}
    </Page>
  );
}
