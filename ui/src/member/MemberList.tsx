import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import clsx from "clsx";
import { ListFilter, Shield, ShieldCheck, UserPlus, UserRoundX, Users } from "lucide-react";
import { lazy, Suspense, useCallback, useEffect, useMemo, useState } from "react";
import { type Member, member } from "#/api/api";
import { Avatar } from "#/kit/Avatar";
import { Button } from "#/kit/Button";
import { type Column, DataTable } from "#/kit/DataTable";
import { DisplayMenu, useDisplay } from "#/kit/Display";
import { ExportMenu } from "#/kit/ExportMenu";
import { Facet, FilterBar } from "#/kit/Filters";
import { num } from "#/kit/format";
import { useHotkeys } from "#/kit/hotkeys";
import { ROLES, roleName } from "#/kit/role";
import { SearchBox } from "#/kit/SearchBox";
import { EmptyState } from "#/kit/State";
import { Tag } from "#/kit/Tag";
import { useWindow } from "#/kit/useWindow";
import { DateText } from "#/kit/When";
import { useSession } from "#/shell/session";
import { Page, Topbar } from "#/shell/Topbar";
import { Invite } from "./Invite";
import { MemberStatus, nameOf, STATUSES, StatusSign } from "./look";
import { RoleMenu } from "./MemberMenu";
import { MemberPage } from "./MemberPage";
import { type MemberSearch, memberSearch } from "./search";
import { t } from "./words";

const Left = lazy(() => import("./Left").then((m) => ({ default: m.Left })));

const grey = (v: string) => (v ? <span className="text-fg-2">{v}</span> : <span className="text-fg-3">–</span>);

function columnsFor(me: string): readonly Column<Member>[] {
  return [
    {
      id: "name",
      header: t("name"),
      width: 200,
      grow: true,
      priority: 0,
      sort: "name",
      cell: (m) => (
        <span className="flex min-w-0 items-center gap-2.5">
          <Avatar name={nameOf(m)} size={22} />
          <span className="truncate font-medium">{nameOf(m)}</span>
          {m.person === me && <Tag>{t("you")}</Tag>}
        </span>
      ),
    },
    { id: "email", header: t("email"), width: 220, grow: true, priority: 3, sort: "email", cell: (m) => grey(m.email) },
    { id: "role", header: t("role"), width: 136, priority: 0, sort: "role", cell: (m) => <RoleMenu m={m} /> },
    { id: "status", header: t("status"), width: 112, priority: 1, sort: "status", cell: (m) => <MemberStatus s={m.status} /> },
    {
      id: "mfa",
      header: t("mfa_short"),
      width: 96,
      priority: 4,
      cell: (m) => (m.mfa ? <Tag tone="ok">{t("on")}</Tag> : <Tag tone="mute">{t("off")}</Tag>),
    },
    { id: "title", header: t("title"), width: 168, priority: 6, sort: "title", cell: (m) => grey(m.title) },
    { id: "department", header: t("department"), width: 136, priority: 5, sort: "department", cell: (m) => grey(m.department) },
    {
      id: "last_sign_in_at",
      header: t("last_sign_in"),
      width: 104,
      priority: 2,
      sort: "last_sign_in_at",
      align: "right",
      cell: (m) => (
        <span className="text-fg-3">
          <DateText value={m.last_sign_in_at} empty={t("never")} />
        </span>
      ),
    },
    {
      id: "invited_at",
      header: t("invited_at"),
      width: 104,
      priority: 7,
      sort: "invited_at",
      align: "right",
      hidden: true,
      cell: (m) => (
        <span className="text-fg-3">
          <DateText value={m.invited_at} />
        </span>
      ),
    },
  ];
}

const card = (m: Member) => (
  <div className="flex items-center gap-3">
    <Avatar name={nameOf(m)} size={30} />
    <div className="min-w-0 flex-1">
      <div className="truncate font-medium">{nameOf(m)}</div>
      <div className="truncate text-xs text-fg-3">
        {roleName(m.role)} · {m.email}
      </div>
    </div>
    <span className="text-xs">
      <MemberStatus s={m.status} />
    </span>
  </div>
);

/** Who belongs to the organisation, and as what. */
export function MemberList() {
  const { open, invite, ...filter }: MemberSearch = useSearch({ from: "/o/$slug/members" });
  const go = useNavigate({ from: "/o/$slug/members" });
  const { person, tenant } = useSession();
  const columns = useMemo(() => columnsFor(person), [person]);
  const { sort, ...asked } = filter;
  const query = { ...asked, sort };
  const words = JSON.stringify(query);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the words of the filter are what counts
  const key = useMemo(() => ["member", "list", query], [words]);
  const list = useWindow<Member>(key, (page, limit, signal) => {
    signal.throwIfAborted();
    return member.list({ ...query, page, limit });
  });
  const { data: facets } = useQuery({
    queryKey: ["member", "facets", filter.q ?? ""],
    queryFn: () => member.facets({ q: filter.q }),
    placeholderData: (before) => before,
  });
  const display = useDisplay("member", columns);
  const [active, setActive] = useState(0);
  const [left, setLeft] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another result begins at its top
  useEffect(() => setActive(0), [key]);
  const patch = useCallback((p: Partial<MemberSearch>) => void go({ search: (s) => ({ ...s, ...p }), replace: true }), [go]);
  const clear = () => void go({ search: { sort } });
  useHotkeys({ c: () => patch({ invite: true }) });

  const filtered = Boolean(filter.q || filter.role || filter.status || filter.department || filter.mfa);
  const count = (facet: string, value: string) => facets?.[facet]?.find((f) => f.value === value)?.count ?? 0;
  const at = open ? list.indexOf(open) : -1;
  const openAt = (i: number) => {
    const r = list.row(i);
    if (!r) return;
    setActive(i);
    patch({ open: r.id });
  };
  const inviteButton = (
    <Button variant="primary" onClick={() => patch({ invite: true })}>
      <UserPlus size={14} /> {t("invite")}
    </Button>
  );
  return (
    <>
      <Page>
        <Topbar title={t("members")} icon={<Users />}>
          <ExportMenu href={(format) => member.export({ ...query, format })} />
          <Button onClick={() => setLeft(true)}>
            <UserRoundX size={14} /> <span className="max-sm:sr-only">{t("left")}</span>
          </Button>
          {inviteButton}
        </Topbar>
        <Cards
          name={tenant.name}
          value={filter.status}
          counts={facets && { ...Object.fromEntries(STATUSES.map((s) => [s, count("status", s)])) }}
          onChange={(status) => patch({ status })}
        />
        <FilterBar
          active={filtered}
          onClear={clear}
          aside={
            <>
              <span aria-live="polite" className={clsx("tnum text-xs whitespace-nowrap text-fg-3 max-sm:sr-only", open && "sr-only")}>
                {list.pending ? "" : t("count", { n: list.total })}
              </span>
              <DisplayMenu display={display} columns={columns} />
            </>
          }
        >
          <SearchBox name={t("members").toLocaleLowerCase()} value={filter.q ?? ""} onChange={(q) => patch({ q: q || undefined })} />
          <Facet
            label={t("role")}
            icon={<Shield />}
            value={filter.role}
            options={ROLES.map((r) => ({ value: r, label: roleName(r), count: count("role", r) }))}
            onChange={(v) => patch({ role: v && ROLES.filter((r) => v.includes(r)) })}
          />
          <Facet
            single
            label={t("department")}
            icon={<Users />}
            value={filter.department ? [filter.department] : undefined}
            options={(facets?.department ?? []).filter((f) => f.value).map((f) => ({ value: f.value, label: f.value, count: f.count }))}
            onChange={(v) => patch({ department: v?.[0] })}
          />
          <Facet
            single
            label={t("mfa_short")}
            icon={<ShieldCheck />}
            value={filter.mfa ? [filter.mfa] : undefined}
            options={(["on", "off"] as const).map((v) => ({ value: v, label: t(v), count: count("mfa", v) }))}
            onChange={(v) => patch({ mfa: (["on", "off"] as const).find((o) => o === v?.[0]) })}
          />
        </FilterBar>
        <div className="relative flex min-h-0 flex-1 flex-col">
          <DataTable
            label={t("members")}
            columns={display.columns}
            rowHeight={display.rowHeight}
            list={list}
            rowLabel={nameOf}
            sort={sort}
            onSort={(to) => patch(memberSearch({ ...filter, open, sort: to }))}
            openId={open}
            onOpen={(r) => patch({ open: r.id })}
            active={active}
            onActive={setActive}
            card={card}
            empty={
              filtered ? (
                <EmptyState icon={<ListFilter />} title={t("no_match")} actions={<Button onClick={clear}>{t("clear")}</Button>}>
                  {t("no_match_more")}
                </EmptyState>
              ) : (
                <EmptyState icon={<Users />} title={t("empty")} actions={inviteButton}>
                  {t("empty_more")}
                </EmptyState>
              )
            }
          />
        </div>
      </Page>
      {open && (
        <MemberPage
          id={open}
          position={at >= 0 ? `${num(at + 1)} / ${num(list.total)}` : ""}
          onPrev={at > 0 ? () => openAt(at - 1) : undefined}
          onNext={at >= 0 && at < list.total - 1 ? () => openAt(at + 1) : undefined}
          onClose={() => patch({ open: undefined })}
        />
      )}
      {left && (
        <Suspense>
          <Left onClose={() => setLeft(false)} />
        </Suspense>
      )}
      {invite && <Invite onClose={() => patch({ invite: undefined })} onInvited={(m) => patch({ invite: undefined, open: m.id })} />}
    </>
  );
}

type Status = Member["status"];
type CardsProps = {
  name: string;
  value: readonly Status[] | undefined;
  counts: { [status: string]: number } | undefined;
  onChange: (status: Status[] | undefined) => void;
};

/** The four figures of the list. Each is a filter. */
function Cards({ name, value, counts, onChange }: CardsProps) {
  const all = STATUSES.reduce((sum, s) => sum + (counts?.[s] ?? 0), 0);
  const one = value?.length === 1 ? value[0] : undefined;
  const cards: { id: Status | "total"; note: string; n: number; on: boolean; set: Status[] | undefined }[] = [
    { id: "total", note: t("total_note", { name }), n: all, on: !value, set: undefined },
    ...STATUSES.map((s) => ({ id: s, note: t(`${s}_note`), n: counts?.[s] ?? 0, on: one === s, set: one === s ? undefined : [s] })),
  ];
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would bring a border and a legend
    <div role="group" aria-label={t("filter_status")} className="@container shrink-0 border-b border-line bg-surface-2 p-3">
      <div className="grid grid-cols-4 gap-2 @xl:gap-3">
        {cards.map((c) => (
          <button
            key={c.id}
            type="button"
            aria-pressed={c.on}
            onClick={() => onChange(c.set)}
            className={clsx(
              "min-w-0 rounded-lg border bg-surface px-2.5 py-2 text-start transition-colors duration-75 @xl:px-3.5 @xl:py-2.5",
              c.on ? "border-accent shadow-[0_0_0_1px_var(--accent)]" : "border-line hover:border-line-2 hover:bg-hover",
            )}
          >
            <span className="flex items-center gap-1.5 text-fg-3 max-[480px]:text-xs max-[480px]:[&>svg]:hidden">
              {c.id === "total" ? <Users size={14} aria-hidden /> : <StatusSign s={c.id} />}
              {t(c.id)}
            </span>
            <span className="mt-0.5 flex items-baseline gap-2">
              <span className="tnum text-xl font-semibold tracking-[-0.022em]">{counts ? num(c.n) : "–"}</span>
              <span className="hidden truncate text-xs text-fg-3 @xl:block">{c.note}</span>
            </span>
          </button>
        ))}
      </div>
    </div>
  );
}
