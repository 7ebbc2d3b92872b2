import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { GitBranch, Plus } from "lucide-react";
import { useState } from "react";
import type { Branch } from "#/api/api";
import { goToBranch } from "#/api/branch";
import { Avatar } from "#/kit/Avatar";
import { Button } from "#/kit/Button";
import { Card, CardPage } from "#/kit/Card";
import { daysTo } from "#/kit/format";
import { EmptyState, ErrorState, Note, Skeleton } from "#/kit/State";
import { Tag } from "#/kit/Tag";
import { DateText } from "#/kit/When";
import { orgPath } from "#/shell/nav";
import { useSession } from "#/shell/session";
import { Page, Topbar } from "#/shell/Topbar";
import { BranchDialog } from "./BranchDialog";
import { listQuery } from "./data";
import { t } from "./words";

/** The branches of the organisation: those that are open, then those that were closed last. */
export function BranchList() {
  const { editor } = useSession();
  const { data, error, refetch } = useQuery(listQuery);
  const [making, setMaking] = useState(false);
  const full = data !== undefined && data.open >= data.most;
  const make = editor && (
    <Button variant="primary" disabled={full} onClick={() => setMaking(true)}>
      <Plus size={14} /> {t("create")}
    </Button>
  );
  return (
    <Page>
      <Topbar title={t("branches")} icon={<GitBranch />}>
        {make}
      </Topbar>
      {error && !data ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : !data ? (
        <Skeleton lines={8} className="p-5" />
      ) : (
        <CardPage>
          {full && editor && <Note>{t("full", { n: data.most })}</Note>}
          <Card>
            {data.items.length === 0 ? (
              <EmptyState icon={<GitBranch />} title={t("empty")}>
                {t("empty_more")}
              </EmptyState>
            ) : (
              <ul aria-label={t("branches")} className="-my-1 divide-y divide-line">
                {data.items.map((b) => (
                  <Row key={b.id} b={b} />
                ))}
              </ul>
            )}
          </Card>
          <p className="text-pretty text-fg-3">{t("lead", { n: data.days })}</p>
        </CardPage>
      )}
      {making && <BranchDialog onClose={() => setMaking(false)} />}
    </Page>
  );
}

const tones = { open: "info", applied: "ok", discarded: "plain" } as const;

function Row({ b }: { b: Branch }) {
  const { tenant } = useSession();
  const open = b.state === "open";
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 py-3">
      <div className="min-w-0 flex-1 basis-64">
        <div className="flex min-w-0 items-center gap-2">
          {open ? (
            <Link
              to="/o/$slug/branches/$id"
              params={{ slug: tenant.slug, id: b.id }}
              className="truncate rounded font-medium underline-offset-2 hover:underline"
            >
              {b.name}
            </Link>
          ) : (
            <span className="truncate font-medium text-fg-2">{b.name}</span>
          )}
          <Tag tone={tones[b.state]}>{t(`state_${b.state}`)}</Tag>
        </div>
        {(open ? b.purpose : b.note) && <p className="mt-0.5 text-pretty text-fg-3">{open ? b.purpose : b.note}</p>}
        {b.gone && <p className="mt-0.5 text-bad-text">{t("file_gone")}</p>}
      </div>
      <div className="flex min-w-0 items-center gap-2 text-fg-3">
        <Avatar name={b.maker} />
        <span className="truncate">
          {b.maker} · <DateText value={open ? b.made_at : b.closed_at} />
        </span>
      </div>
      {open && (
        <>
          <span className="tnum text-xs text-fg-3">
            {b.since > 0 ? t("since", { n: b.since }) : t("since_none")} · {t("days_left", { n: Math.max(0, daysTo(b.ends_on)) })}
          </span>
          {!b.gone && (
            <Button size="sm" aria-label={t("open_branch", { name: b.name })} onClick={() => goToBranch(orgPath(tenant.slug), b.id)}>
              {t("open")}
            </Button>
          )}
        </>
      )}
    </li>
  );
}
