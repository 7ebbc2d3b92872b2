import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { Link2, ShieldCheck } from "lucide-react";
import type { ControlDetail } from "#/api/api";
import { Comments, useCommentCount } from "#/kit/about/Comments";
import { Links, useLinkCount } from "#/kit/about/Links";
import { Button } from "#/kit/Button";
import { copyText } from "#/kit/Copy";
import { History } from "#/kit/History";
import { InlineText, Section } from "#/kit/Sidecar";
import { ErrorState, Skeleton } from "#/kit/State";
import { StatusChip } from "#/kit/Status";
import { Tabs } from "#/kit/Tabs";
import { Tasks } from "#/kit/Tasks";
import { Tip } from "#/kit/Tip";
import { useSession } from "#/shell/session";
import { Page, Topbar } from "#/shell/Topbar";
import { ControlMenu } from "./ControlMenu";
import { change, detailQuery } from "./data";
import { EvidencePart } from "./Evidence";
import { ControlProps, ControlTexts } from "./Parts";
import { ProductsAside, ProductsPart } from "./Products";
import { RequirementPart } from "./Requirements";
import { Standing } from "./Standing";
import { t } from "./words";

const route = getRouteApi("/o/$slug/controls/$id");

/** A control on a page of its own: what the sidecar stacks stands in tabs here. */
export function ControlPage() {
  const { slug, id } = route.useParams();
  const { data: c, error, refetch } = useQuery(detailQuery(id));
  const go = route.useNavigate();
  const back = () => go({ to: "/o/$slug/controls", params: { slug } });
  return (
    <Page>
      <Topbar
        title={c ? c.ref : t("control")}
        icon={<ShieldCheck />}
        parent={
          <Link to="/o/$slug/controls" params={{ slug }}>
            {t("controls")}
          </Link>
        }
      >
        <Tip label={t("copy_link")}>
          <Button variant="ghost" icon aria-label={t("copy_link")} onClick={() => void copyText(location.href, t("link_copied"))}>
            <Link2 size={14} />
          </Button>
        </Tip>
        {c && <ControlMenu c={c} gone={back} />}
      </Topbar>
      {c ? <Body c={c} /> : error ? <ErrorState error={error} onRetry={() => void refetch()} /> : <Skeleton className="p-6" lines={8} />}
    </Page>
  );
}

function Body({ c }: { c: ControlDetail }) {
  const { tab = "overview" } = route.useSearch();
  const go = route.useNavigate();
  const { editor } = useSession();
  const comments = useCommentCount({ kind: "control", id: c.id });
  const links = useLinkCount({ kind: "control", id: c.id });
  return (
    <>
      <div className="flex shrink-0 items-start gap-4 px-4 pt-4 pb-2">
        <div className="min-w-0 flex-1">
          <InlineText
            look="title"
            label={t("title")}
            value={c.title}
            required
            maxLength={300}
            readOnly={!editor}
            onSave={(title) => void change(c, { title }, t("saved", { ref: c.ref }))}
          />
        </div>
        <StatusChip s={c.effective} />
      </div>
      <Tabs
        label={t("details")}
        value={tab}
        onChange={(v) => void go({ search: { tab: v === "overview" ? undefined : v }, replace: true })}
        tabs={[
          { value: "overview", label: t("overview") },
          { value: "requirements", label: t("requirements_tab"), count: c.requirements.length },
          { value: "evidence", label: t("evidence"), count: c.linked.length },
          ...(c.products.length > 0 ? [{ value: "products" as const, label: t("products"), count: c.products.length }] : []),
          { value: "comments", label: t("comments"), count: comments },
          { value: "links", label: t("links"), count: links },
          { value: "history", label: t("history") },
        ]}
      >
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keys */}
        <div tabIndex={0} className="@container min-h-0 flex-1 overflow-y-auto outline-offset-[-2px]">
          {tab === "overview" ? (
            <div className="max-w-[1180px] pt-5 pb-8">
              <Standing c={c} full={c} />
              <div className="grid items-start gap-x-6 @3xl:grid-cols-[minmax(0,1fr)_380px]">
                <div className="min-w-0 [&>section:first-child]:border-t-0">
                  <ControlTexts c={c} />
                </div>
                <div className="mx-5 mt-2 rounded-lg border border-line pt-3 @max-3xl:order-first @3xl:ms-0">
                  <ControlProps c={c} />
                  <Section title={t("tasks")}>
                    <Tasks kind="control" id={c.id} name={c.ref} editor={editor} />
                  </Section>
                </div>
              </div>
            </div>
          ) : (
            <div className={tab === "links" ? "p-5" : "max-w-[860px] p-5"}>
              {tab === "requirements" && <RequirementPart c={c} />}
              {tab === "evidence" && <EvidencePart c={c} />}
              {tab === "products" && (
                <>
                  <div className="mb-2 flex justify-end">
                    <ProductsAside c={c} />
                  </div>
                  <ProductsPart c={c} />
                </>
              )}
              {tab === "comments" && <Comments kind="control" id={c.id} />}
              {tab === "links" && <Links graph kind="control" id={c.id} />}
              {tab === "history" && <History table="control" id={c.id} />}
            </div>
          )}
        </div>
      </Tabs>
    </>
  );
}
