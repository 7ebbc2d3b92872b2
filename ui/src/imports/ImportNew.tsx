import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { FileInput } from "lucide-react";
import { useState } from "react";
import { framework, imports } from "#/api/api";
import { Dropzone } from "#/kit/Drop";
import { Select } from "#/kit/Field";
import { Group, GroupPage } from "#/kit/Group";
import { ErrorState, Skeleton } from "#/kit/State";
import { Page, Topbar } from "#/shell/Topbar";
import { keep, targetName, targetsQuery } from "./data";
import { Steps } from "./Steps";
import { t } from "./words";

const route = getRouteApi("/o/$slug/imports/new");
const limit = 64 * 2 ** 20;

/** The first step: what the rows are, and the file. */
export function ImportNew() {
  const { slug } = route.useParams();
  const { target = "controls", under = "" } = route.useSearch();
  const go = route.useNavigate();
  const { data, error, refetch } = useQuery(targetsQuery);
  const it = data?.items.find((o) => o.name === target);
  const frameworks = useQuery({
    queryKey: ["framework", "list"],
    queryFn: () => framework.list(),
    staleTime: 60_000,
    enabled: it?.under === "framework",
  });
  const [scope] = useState(() => `imports/new/${performance.now()}`); // what was uploaded before is no part of this page
  const ready = it !== undefined && (it.under === "" || under !== "");
  return (
    <Page>
      <Topbar
        title={t("new")}
        icon={<FileInput />}
        parent={
          <Link to="/o/$slug/imports" params={{ slug }}>
            {t("history")}
          </Link>
        }
      />
      <GroupPage>
        <Steps at={0} />
        {error ? (
          <ErrorState error={error} onRetry={() => void refetch()} />
        ) : !data ? (
          <Skeleton lines={5} />
        ) : (
          <Group title={t("file")} lead={t("no_file")}>
            <div className="space-y-4">
              <div className="grid gap-4 sm:grid-cols-2">
                <Select
                  label={t("target")}
                  value={target}
                  options={data.items.map((o) => ({ value: o.name, label: targetName(o.name) }))}
                  onChange={(to) => void go({ search: { target: to }, replace: true })}
                />
                {it?.under === "framework" && (
                  <Select
                    label={t("framework")}
                    required
                    placeholder="–"
                    value={under}
                    options={(frameworks.data?.items ?? []).map((f) => ({ value: f.id, label: f.name }))}
                    onChange={(to) => void go({ search: { target, under: to }, replace: true })}
                  />
                )}
              </div>
              <Dropzone
                large
                disabled={!ready}
                multiple={false}
                scope={scope}
                limit={limit}
                accept=".csv,.xlsx,.tsv,.txt"
                hint={t("drop_hint")}
                send={(file, o) => imports.upload({ file, target, under: under || undefined, ...o })}
                done={(d) => {
                  keep(d);
                  void go({ to: "/o/$slug/imports/$id", params: { slug, id: d.id } });
                }}
              />
            </div>
          </Group>
        )}
      </GroupPage>
    </Page>
  );
}
