import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CircleUserRound, PartyPopper, Plus } from "lucide-react";
import { type ReactNode, useState } from "react";
import { type Mine, type MyPolicy, mywork, notification } from "#/api/api";
import { KindIcon, lineName } from "#/kit/about/kinds";
import { Button, buttonClass } from "#/kit/Button";
import { Card } from "#/kit/Card";
import { cache } from "#/kit/cache";
import { DueDay, dueName } from "#/kit/Due";
import { withDates } from "#/kit/format";
import { EmptyState, ErrorState, Skeleton } from "#/kit/State";
import { EFFECTIVE_STATUSES, StatusIcon } from "#/kit/Status";
import { Tag } from "#/kit/Tag";
import { TaskForm } from "#/kit/TaskForm";
import { TaskLine } from "#/kit/Tasks";
import { DateText } from "#/kit/When";
import { orgPath, recordLink } from "#/shell/nav";
import { useSession } from "#/shell/session";
import { Page, Topbar } from "#/shell/Topbar";
import { t } from "./words";

const effective = (s: string) => EFFECTIVE_STATUSES.find((e) => e === s) ?? "gap";

/** What waits for whoever looks, from every part of the program, each with the step that ends it. */
export function WorkPage() {
  const { editor, person } = useSession();
  const { data: m, error, refetch } = useQuery({ queryKey: ["mywork", "get"], queryFn: () => mywork.get(), staleTime: 5_000 });
  const [adding, setAdding] = useState(false);
  return (
    <Page>
      <Topbar title={t("work")} icon={<CircleUserRound />}>
        {editor && (
          <Button variant="primary" onClick={() => setAdding(true)}>
            <Plus size={14} /> {t("add")}
          </Button>
        )}
      </Topbar>
      <section aria-label={t("work")} data-print="flow" className="@container flex min-h-0 flex-1 flex-col overflow-y-auto bg-surface-2">
        {error ? (
          <ErrorState error={error} onRetry={() => void refetch()} />
        ) : !m ? (
          <Skeleton className="mx-auto w-full max-w-[1080px] p-6" lines={8} />
        ) : m.total === 0 ? (
          <EmptyState icon={<PartyPopper />} title={t("clear")}>
            {t("clear_more")}
          </EmptyState>
        ) : (
          <Body m={m} person={person} />
        )}
      </section>
      {editor && <TaskForm open={adding} onOpenChange={setAdding} owner={person} />}
    </Page>
  );
}

function Body({ m, person }: { m: Mine; person: string }) {
  const right =
    m.reviews_total + m.evidence_total + m.controls_total + m.mentions_total + m.approve_total + m.acknowledge_total + m.due_total > 0;
  return (
    <div className="mx-auto w-full max-w-[1180px] p-4 sm:p-6">
      <p className="mb-4 text-fg-3" aria-live="polite">
        {t("summary", { n: m.total })}
      </p>
      <div className={right ? "grid items-start gap-4 @3xl:grid-cols-2" : "grid gap-4"}>
        <TaskCard m={m} person={person} />
        {right && (
          <div className="grid gap-4">
            <Policies title={t("approve")} of={m.approve} n={m.approve_total} act={t("decide")} />
            <Mentions m={m} />
            <Reviews m={m} person={person} />
            <Policies title={t("acknowledge")} of={m.acknowledge} n={m.acknowledge_total} act={t("read")} />
            <Again m={m} />
            <Evidence m={m} person={person} />
            <Controls m={m} person={person} />
          </div>
        )}
      </div>
    </div>
  );
}

function All({ n, path, search }: { n: number; path: string; search: Record<string, unknown> }) {
  const { tenant } = useSession();
  return (
    <Link to={orgPath(tenant.slug, path)} search={search} className="hover:text-fg hover:underline">
      {t("all", { n })}
    </Link>
  );
}

const buckets = [
  ["days_overdue", ["overdue"]],
  ["days_7", ["today", "7"]],
  ["days_30", ["30"]],
  ["days_later", ["later"]],
  ["days_none", ["none"]],
] as const;
/** So many tasks of a bucket stand here; the list of tasks has them all. */
const inBucket = 20;

function TaskCard({ m, person }: { m: Mine; person: string }) {
  const { editor } = useSession();
  return (
    <Card
      title={t("tasks")}
      aside={m.tasks_total > 0 && <All n={m.tasks_total} path="tasks" search={{ status: ["open", "in_progress"], owner: person }} />}
    >
      {m.tasks_total === 0 && <p className="text-fg-3">{t("clear_tasks")}</p>}
      <div className="space-y-4">
        {buckets.map(([name, of]) => {
          const some = m.tasks.filter((o) => (of as readonly string[]).includes(o.bucket));
          if (some.length === 0) return null;
          return (
            <section key={name}>
              <h3 className="flex items-center gap-2 text-xs font-medium text-fg-3">
                {name === "days_overdue" ? <Tag tone="bad">{t(name)}</Tag> : t(name)}
                <span className="tnum font-normal">{some.length}</span>
              </h3>
              <ul className="-mx-2 mt-1">
                {some.slice(0, inBucket).map((o) => (
                  <TaskLine key={o.id} o={o} editor={editor} about />
                ))}
              </ul>
            </section>
          );
        })}
      </div>
    </Card>
  );
}

type LineProps = {
  icon: ReactNode;
  to: { to: string; search: Record<string, string> };
  title: string;
  note?: ReactNode;
  aside?: ReactNode;
  action: string;
  onOpen?: () => void;
};
function Line({ icon, to, title, note, aside, action, onOpen }: LineProps) {
  return (
    <li className="flex min-h-9 items-center gap-2.5 rounded-md px-2 py-1 hover:bg-hover">
      {icon}
      <Link {...to} onClick={onOpen} className="min-w-0 flex-1" title={title}>
        <span className="block truncate">{title}</span>
        {note && <span className="block truncate text-xs text-fg-3">{note}</span>}
      </Link>
      {aside && <span className="shrink-0 text-xs">{aside}</span>}
      <Link {...to} onClick={onOpen} aria-label={`${action}: ${title}`} className={buttonClass({ size: "sm" })}>
        {action}
      </Link>
    </li>
  );
}

function Mentions({ m }: { m: Mine }) {
  const { tenant } = useSession();
  if (m.mentions_total === 0) return null;
  const seen = (id: string) =>
    void notification.read({ body: { ids: [id] } }).then(() => {
      void cache.invalidateQueries({ queryKey: ["mywork"] });
      void cache.invalidateQueries({ queryKey: ["notification"] });
    });
  return (
    <Card title={t("mentions")} aside={<All n={m.mentions_total} path="inbox" search={{ show: "unread" }} />}>
      <ul className="-mx-2">
        {m.mentions.slice(0, 8).map((n) => (
          <Line
            key={n.id}
            icon={<StatusIcon s="pending" />}
            to={recordLink(tenant.slug, n.about?.path ?? "inbox")}
            title={withDates(n.title)}
            note={n.body || undefined}
            aside={
              <span className="text-fg-3">
                <DateText value={n.at} />
              </span>
            }
            action={t("read")}
            onOpen={() => seen(n.id)}
          />
        ))}
      </ul>
    </Card>
  );
}

/** Versions of policies that one is asked about; where one reads them, one decides or signs. */
function Policies({ title, of, n, act }: { title: string; of: readonly MyPolicy[]; n: number; act: string }) {
  const { tenant } = useSession();
  if (n === 0) return null;
  return (
    <Card title={title} aside={<All n={n} path="my-policies" search={{}} />}>
      <ul className="-mx-2">
        {of.slice(0, 8).map((p) => (
          <Line
            key={p.version_id + p.request}
            icon={<StatusIcon s={p.overdue ? "overdue" : "pending"} label />}
            to={recordLink(tenant.slug, `my-policies/${p.version_id}`)}
            title={`${p.ref} ${p.title}`}
            note={p.message ? `${t("version", { v: p.number })}, ${p.message}` : t("version", { v: p.number })}
            aside={p.due_on && <DueDay d={p} />}
            action={act}
          />
        ))}
      </ul>
    </Card>
  );
}

/** So many of one's records to look at again stand here before somebody asks for all. */
const first = 10;

function Again({ m }: { m: Mine }) {
  const { tenant } = useSession();
  const [all, setAll] = useState(false);
  if (m.due_total === 0) return null;
  return (
    <Card
      title={t("again")}
      help={t("again_how")}
      aside={
        !all && m.due.length > first ? (
          <button type="button" className="hover:text-fg hover:underline" onClick={() => setAll(true)}>
            {t("all", { n: m.due_total })}
          </button>
        ) : (
          <span className="tnum">{m.due_total}</span>
        )
      }
    >
      <ul className="-mx-2">
        {m.due.slice(0, all ? undefined : first).map((d) => (
          <Line
            key={`${d.kind} ${d.id} ${d.what} ${d.part} ${d.due_on}`}
            icon={<KindIcon kind={d.kind} />}
            to={recordLink(tenant.slug, d.path)}
            title={lineName(d)}
            note={dueName(d)}
            aside={<DueDay d={d} />}
            action={t("look")}
          />
        ))}
      </ul>
    </Card>
  );
}

function Reviews({ m, person }: { m: Mine; person: string }) {
  const { tenant } = useSession();
  if (m.reviews_total === 0) return null;
  return (
    <Card title={t("reviews")} aside={<All n={m.reviews_total} path="evidence" search={{ reviewer: person, review: "pending" }} />}>
      <ul className="-mx-2">
        {m.reviews.slice(0, 8).map((r) => (
          <Line
            key={r.id}
            icon={<StatusIcon s="pending" />}
            to={recordLink(tenant.slug, `evidence?open=${r.evidence}`)}
            title={r.evidence_name}
            note={r.uploaded_by ? `${r.name}, ${t("uploaded_by", { name: r.uploaded_by })}` : r.name}
            aside={
              <span className="text-fg-3">
                <DateText value={r.uploaded_at} />
              </span>
            }
            action={t("review")}
          />
        ))}
      </ul>
    </Card>
  );
}

function Evidence({ m, person }: { m: Mine; person: string }) {
  const { tenant } = useSession();
  if (m.evidence_total === 0) return null;
  return (
    <Card title={t("evidence")} aside={<All n={m.evidence_total} path="evidence" search={{ owner: person, sort: "expires_on" }} />}>
      <ul className="-mx-2">
        {m.evidence.slice(0, 10).map((e) => (
          <Line
            key={e.id}
            icon={<StatusIcon s={e.status} label />}
            to={recordLink(tenant.slug, `evidence?open=${e.id}`)}
            title={e.name}
            aside={
              e.expires_on ? (
                <span className={e.days_left < 0 ? "text-bad-text" : "text-warn-text"}>
                  <DateText value={e.expires_on} />
                </span>
              ) : (
                <span className="text-fg-3">{t("never")}</span>
              )
            }
            action={t("collect")}
          />
        ))}
      </ul>
    </Card>
  );
}

function Controls({ m, person }: { m: Mine; person: string }) {
  const { tenant } = useSession();
  if (m.controls_total === 0) return null;
  return (
    <Card
      title={t("controls")}
      aside={<All n={m.controls_total} path="controls" search={{ owner: person, effective: ["gap", "needs_evidence", "unproven"] }} />}
    >
      <ul className="-mx-2">
        {m.controls.slice(0, 10).map((c) => (
          <Line
            key={c.id}
            icon={<StatusIcon s={effective(c.effective)} label />}
            to={recordLink(tenant.slug, `controls?open=${c.id}`)}
            title={`${c.ref} ${c.title}`}
            note={withDates(c.reason)}
            action={t("look")}
          />
        ))}
      </ul>
    </Card>
  );
}
