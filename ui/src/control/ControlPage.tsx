import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { Link2, ShieldCheck } from "lucide-react";
import type { ReactNode } from "react";
import type { ControlDetail } from "#/api/api";
import { Button } from "#/kit/Button";
import { copyText } from "#/kit/Copy";
import { History } from "#/kit/History";
import { InlineText } from "#/kit/Sidecar";
import { ErrorState, Skeleton } from "#/kit/State";
import { StatusChip } from "#/kit/Status";
import { Tabs } from "#/kit/Tabs";
import { Tip } from "#/kit/Tip";
import { useSession } from "#/shell/session";
import { Page, Topbar } from "#/shell/Topbar";
import { ControlMenu } from "./ControlMenu";
import { change, detailQuery } from "./data";
import { EvidencePart } from "./Evidence";
import { ControlProps, ControlTexts } from "./Parts";
import { RequirementPart } from "./Requirements";
import { Standing } from "./Standing";
import { t } from "./words";

const route = getRouteApi("/o/$slug/controls/$id");

/** A control on a page of its own: what the sidecar stacks stands in tabs here. */
export function ControlPage() {
  const { slug, id } = route.useParams();
  const { data: c, error, refetch } = useQuery(detailQuery(id));
  const go = route.useNavigate();
  const back = () => void go({ to: "/o/$slug/controls", params: { slug } });
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
  return (
    <>
      <div className="flex shrink-0 items-start gap-4 px-5 pt-4 pb-2">
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
          { value: "history", label: t("history") },
        ]}
      >
        <div className="min-h-0 flex-1 overflow-y-auto">
          <div className="mx-auto w-full max-w-[860px] py-5">
            {tab === "overview" && (
              <>
                <Standing c={c} full={c} />
                <ControlProps c={c} />
                <ControlTexts c={c} />
              </>
            )}
            {tab === "requirements" && (
              <Pad>
                <RequirementPart c={c} />
              </Pad>
            )}
            {tab === "evidence" && (
              <Pad>
                <EvidencePart c={c} />
              </Pad>
            )}
            {tab === "history" && (
              <Pad>
                <History table="control" id={c.id} />
              </Pad>
            )}
          </div>
        </div>
      </Tabs>
    </>
  );
}

const Pad = ({ children }: { children: ReactNode }) => <div className="px-5">{children}</div>;
