import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { FolderCheck, Link2 } from "lucide-react";
import type { ReactNode } from "react";
import type { EvidenceDetail } from "#/api/api";
import { Comments, useCommentCount } from "#/kit/about/Comments";
import { Links, useLinkCount } from "#/kit/about/Links";
import { Button } from "#/kit/Button";
import { copyText } from "#/kit/Copy";
import { History } from "#/kit/History";
import { InlineText } from "#/kit/Sidecar";
import { ErrorState, Skeleton } from "#/kit/State";
import { StatusChip } from "#/kit/Status";
import { Tabs } from "#/kit/Tabs";
import { Tasks } from "#/kit/Tasks";
import { Tip } from "#/kit/Tip";
import { useSession } from "#/shell/session";
import { Page, Topbar } from "#/shell/Topbar";
import { AskPart } from "./Asks";
import { Clock } from "./Clock";
import { ControlPart } from "./Controls";
import { CyclePart } from "./Cycles";
import { change, detailQuery } from "./data";
import { EvidenceMenu } from "./EvidenceMenu";
import { FilePart, FilesAside } from "./Files";
import { EvidenceProps, EvidenceTexts } from "./Parts";
import { t } from "./words";

const route = getRouteApi("/o/$slug/evidence/$id");

/** A request on a page of its own: its proof on the left, what is said of it on the right. */
export function EvidencePage() {
  const { slug, id } = route.useParams();
  const { data: e, error, refetch } = useQuery(detailQuery(id));
  const go = route.useNavigate();
  const back = () => go({ to: "/o/$slug/evidence", params: { slug } });
  return (
    <Page>
      <Topbar
        title={e ? e.name : t("details")}
        icon={<FolderCheck />}
        parent={
          <Link to="/o/$slug/evidence" params={{ slug }}>
            {t("evidence")}
          </Link>
        }
      >
        <Tip label={t("copy_link")}>
          <Button variant="ghost" icon aria-label={t("copy_link")} onClick={() => void copyText(location.href, t("link_copied"))}>
            <Link2 size={14} />
          </Button>
        </Tip>
        {e && <EvidenceMenu e={e} gone={back} />}
      </Topbar>
      {e ? (
        <Body key={id} e={e} />
      ) : error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : (
        <Skeleton className="p-6" lines={8} />
      )}
    </Page>
  );
}

function Body({ e }: { e: EvidenceDetail }) {
  const { tab = "overview" } = route.useSearch();
  const go = route.useNavigate();
  const { editor } = useSession();
  const comments = useCommentCount({ kind: "evidence", id: e.id });
  const links = useLinkCount({ kind: "evidence", id: e.id });
  return (
    <>
      <div className="flex shrink-0 items-start gap-4 px-5 pt-4 pb-2">
        <div className="min-w-0 flex-1">
          <InlineText
            look="title"
            label={t("name")}
            value={e.name}
            required
            maxLength={200}
            readOnly={!editor}
            onSave={(name) => void change(e, { name })}
          />
        </div>
        <StatusChip s={e.status} />
      </div>
      <Tabs
        label={t("details")}
        value={tab}
        onChange={(v) => void go({ search: { tab: v === "overview" ? undefined : v }, replace: true })}
        tabs={[
          { value: "overview", label: t("overview") },
          { value: "comments", label: t("comments"), count: comments },
          { value: "links", label: t("links"), count: links },
          { value: "history", label: t("history") },
        ]}
      >
        <div data-print="flow" className="@container relative min-h-0 flex-1 overflow-y-auto">
          {tab === "comments" ? (
            <div className="max-w-[860px] p-5">
              <Comments kind="evidence" id={e.id} />
            </div>
          ) : tab === "links" ? (
            <div className="p-5">
              <Links graph kind="evidence" id={e.id} />
            </div>
          ) : tab === "history" ? (
            <div className="mx-auto w-full max-w-[860px] p-5">
              <History table="evidence" id={e.id} />
            </div>
          ) : (
            <div className="grid @4xl:min-h-full @4xl:grid-cols-[minmax(0,1fr)_400px]">
              <div className="min-w-0 p-5">
                <Clock e={e} full={e} className="mb-6" />
                <Heading aside={<FilesAside e={e} />}>{t("files")}</Heading>
                <FilePart e={e} />
                <div className="mt-8" />
                <Heading>{t("cycles")}</Heading>
                <CyclePart e={e} />
                <AskPart e={e} />
              </div>
              <div className="min-w-0 border-line pt-4 @max-4xl:border-t @4xl:border-s">
                <EvidenceProps e={e} />
                <EvidenceTexts e={e} />
                <div className="border-t border-line px-5 py-4">
                  <Heading aside={e.linked.length > 0 ? e.linked.length : undefined}>{t("controls")}</Heading>
                  <ControlPart e={e} />
                </div>
                <div className="border-t border-line px-5 py-4">
                  <Heading>{t("tasks")}</Heading>
                  <Tasks kind="evidence" id={e.id} name={e.name} editor={editor} />
                </div>
              </div>
            </div>
          )}
        </div>
      </Tabs>
    </>
  );
}

const Heading = ({ children, aside }: { children: ReactNode; aside?: ReactNode }) => (
  <div className="mb-2 flex min-h-5 items-center gap-2 text-xs">
    <h2 className="font-semibold">{children}</h2>
    {aside && <div className="tnum ms-auto text-fg-3">{aside}</div>}
  </div>
);
