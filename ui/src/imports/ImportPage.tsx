import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { FileInput } from "lucide-react";
import { useState } from "react";
import { type ImportTarget, imports, type TableImportDetail } from "#/api/api";
import { Button } from "#/kit/Button";
import { GroupPage } from "#/kit/Group";
import { ErrorState, Skeleton } from "#/kit/State";
import { toast } from "#/kit/Toast";
import { useSession } from "#/shell/session";
import { Page, Topbar } from "#/shell/Topbar";
import { Checked } from "./Checked";
import { importQuery, keep, targetsQuery } from "./data";
import { Mapping } from "./Mapping";
import { Outcome } from "./Outcome";
import { Steps } from "./Steps";
import { t } from "./words";

const route = getRouteApi("/o/$slug/imports/$id");

/** One import on its way: the columns, what the dry run found, and what became of it. */
export function ImportPage() {
  const { slug, id } = route.useParams();
  const go = route.useNavigate();
  const { editor } = useSession();
  const { data: d, error, refetch } = useQuery(importQuery(id));
  const targets = useQuery(targetsQuery);
  const target = targets.data?.items.find((o) => o.name === d?.target);
  const failed = error ?? targets.error;
  const open = d && (d.state === "draft" || d.state === "checked");
  const discard = () =>
    imports
      .discard({ id })
      .then((out) => {
        keep(out);
        toast.done(t("discarded"));
        return go({ to: "/o/$slug/imports", params: { slug } });
      })
      .catch((e) => toast.failed(e));
  return (
    <Page>
      <Topbar
        title={d?.name ?? t("import")}
        icon={<FileInput />}
        parent={
          <Link to="/o/$slug/imports" params={{ slug }}>
            {t("history")}
          </Link>
        }
      >
        {open && editor && (
          <Button variant="ghost" onClick={() => void discard()}>
            {t("discard")}
          </Button>
        )}
      </Topbar>
      {failed && !(d && target) ? (
        <ErrorState error={failed} onRetry={() => void Promise.all([refetch(), targets.refetch()])} />
      ) : !d || !target ? (
        <Skeleton className="p-6" lines={8} />
      ) : (
        <Body key={`${d.look.sheet}/${d.look.header}`} d={d} target={target} />
      )}
    </Page>
  );
}

function Body({ d, target }: { d: TableImportDetail; target: ImportTarget }) {
  const [back, setBack] = useState(false);
  const mapping = d.state === "draft" || (d.state === "checked" && back);
  const at = mapping ? 1 : d.state === "checked" ? 2 : d.state === "running" ? 3 : 4;
  return (
    <GroupPage key={at}>
      <Steps at={at} />
      {mapping ? (
        <Mapping d={d} target={target} checked={() => setBack(false)} />
      ) : d.state === "checked" ? (
        <Checked d={d} target={target} back={() => setBack(true)} />
      ) : (
        <Outcome d={d} target={target} />
      )}
    </GroupPage>
  );
}
