import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { ExternalLink, GitBranch, GitMerge, Pencil, Trash2, TriangleAlert } from "lucide-react";
import { useState } from "react";
import { type Branch, type BranchComparison, branch } from "#/api/api";
import { goToBranch } from "#/api/branch";
import { Button } from "#/kit/Button";
import { Card, CardPage } from "#/kit/Card";
import { ask } from "#/kit/Dialog";
import { withDates } from "#/kit/format";
import { ErrorState, Note, Skeleton } from "#/kit/State";
import { toast } from "#/kit/Toast";
import { DateText } from "#/kit/When";
import { orgPath } from "#/shell/nav";
import { useSession } from "#/shell/session";
import { Page, Topbar } from "#/shell/Topbar";
import { ApplyDialog } from "./ApplyDialog";
import { BranchDialog } from "./BranchDialog";
import { BranchChanges } from "./Changed";
import { compareQuery, refresh } from "./data";
import { FigureTable } from "./FigureTable";
import { t } from "./words";

const route = getRouteApi("/o/$slug/branches/$id");

/** A branch beside the organisation: the figures of both, what the branch changed, and what is in the way of applying it. */
export function BranchPage() {
  const { slug, id } = route.useParams();
  const { data: c, error, refetch } = useQuery(compareQuery(id));
  return (
    <Page>
      <Topbar
        title={c?.branch.name ?? t("what")}
        icon={<GitBranch />}
        parent={
          <Link to="/o/$slug/branches" params={{ slug }}>
            {t("branches")}
          </Link>
        }
      >
        {c && <Actions c={c} />}
      </Topbar>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : !c ? (
        <Skeleton lines={10} className="p-5" />
      ) : (
        <CardPage>
          <About b={c.branch} />
          {c.in_the_way > 0 && <InTheWay c={c} />}
          <FigureTable c={c} />
          <BranchChanges c={c} />
        </CardPage>
      )}
    </Page>
  );
}

function Actions({ c }: { c: BranchComparison }) {
  const b = c.branch;
  const { admin, tenant } = useSession();
  const go = useNavigate();
  const [applying, setApplying] = useState(false);
  return (
    <>
      <Button aria-label={t("open_branch", { name: b.name })} onClick={() => goToBranch(orgPath(tenant.slug), b.id)}>
        <ExternalLink size={14} /> <span className="max-sm:sr-only">{t("open")}</span>
      </Button>
      {admin && (
        <Button variant="primary" disabled={c.rows === 0} onClick={() => setApplying(true)}>
          <GitMerge size={14} /> {t("apply")}
        </Button>
      )}
      {applying && (
        <ApplyDialog
          c={c}
          onClose={() => setApplying(false)}
          onApplied={() => void go({ to: "/o/$slug/branches", params: { slug: tenant.slug } })}
        />
      )}
    </>
  );
}

/** What the branch is for, and what who made it, or an administrator, may do with it. */
function About({ b }: { b: Branch }) {
  const { tenant } = useSession();
  const go = useNavigate();
  const [renaming, setRenaming] = useState(false);
  const list = () => void go({ to: "/o/$slug/branches", params: { slug: tenant.slug } });
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
      <p className="min-w-0 flex-1 basis-60 text-pretty text-fg-2">
        {b.purpose}
        <span className="block text-fg-3">
          {b.maker} · <DateText value={b.made_at} /> · {b.since > 0 ? t("since", { n: b.since }) : t("since_none")}
        </span>
      </p>
      {b.mine && (
        <span className="flex gap-2">
          <Button size="sm" onClick={() => setRenaming(true)}>
            <Pencil size={13} /> {t("rename")}
          </Button>
          <Button size="sm" onClick={() => discard(b, tenant.name, list)}>
            <Trash2 size={13} /> {t("discard")}
          </Button>
        </span>
      )}
      {renaming && <BranchDialog b={b} onClose={() => setRenaming(false)} />}
    </div>
  );
}

const discard = (b: Branch, org: string, done: () => void) =>
  ask({
    title: t("discard_title", { name: b.name }),
    effect: t("discard_effect", { org }),
    action: t("discard"),
    reason: { label: t("reason") },
    run: async (reason) => {
      await branch.discard({ id: b.id, body: { reason: reason || undefined } });
      toast.done(t("discarded"));
      void refresh();
      done();
    },
  });

/** Rows that were changed on both sides: each with who did it here, and where to look. */
function InTheWay({ c }: { c: BranchComparison }) {
  const { tenant } = useSession();
  return (
    <Card
      title={
        <>
          <TriangleAlert size={15} aria-hidden className="text-warn-text" /> {t("in_the_way", { n: c.in_the_way })}
        </>
      }
    >
      <Note tone="warn">{t("in_the_way_more")}</Note>
      <ul className="mt-3 space-y-1.5">
        {c.why.map((h) => (
          <li key={`${h.why}${h.id}`} className="text-pretty text-fg-2">
            {withDates(h.why)}{" "}
            {h.table === "control" || h.table === "evidence" ? (
              <Link
                to={orgPath(tenant.slug, `${h.table === "control" ? "controls" : "evidence"}/${h.id}`)}
                className="rounded whitespace-nowrap text-accent-text underline underline-offset-2"
              >
                {h.name}
              </Link>
            ) : null}
          </li>
        ))}
      </ul>
    </Card>
  );
}
