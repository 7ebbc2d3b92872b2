import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useRouter } from "@tanstack/react-router";
import { ChevronLeft, ChevronRight, Search as SearchIcon, SearchX } from "lucide-react";
import type { MouseEvent } from "react";
import type { Group, Hit } from "#/api/api";
import { here } from "#/api/branch";
import { Avatar } from "#/kit/Avatar";
import { Button } from "#/kit/Button";
import { num } from "#/kit/format";
import { Crumbs, FOUND_KINDS, find, KindIcon, kindName, Marked } from "#/kit/found";
import { SearchBox } from "#/kit/SearchBox";
import { EmptyState, ErrorState, Skeleton } from "#/kit/State";
import { type View, ViewTabs } from "#/kit/Views";
import { orgPath } from "#/shell/nav";
import { Page, Topbar } from "#/shell/Topbar";
import type { Search } from "./routes";
import { t } from "./words";

const route = getRouteApi("/o/$slug/search");

/** So many hits of a kind stand on a page; of each kind when all are shown. */
const onPage = 20;
const ofEach = 5;
/** So many hits of a kind can be paged to. */
const most = 1000;

/** Everything that was found, by kind, with the place in the text. */
export function SearchPage() {
  const search = route.useSearch();
  const go = route.useNavigate();
  const q = (search.q ?? "").trim();
  const page = search.page ?? 1;
  const all = useQuery({
    queryKey: ["search", "all", q],
    queryFn: ({ signal }) => find({ q, limit: ofEach }, signal),
    enabled: q !== "",
    placeholderData: keepPreviousData,
  });
  const one = useQuery({
    queryKey: ["search", "kind", q, search.kind, page],
    queryFn: ({ signal }) => find({ q, kinds: search.kind && [search.kind], limit: onPage, page }, signal),
    enabled: q !== "" && search.kind !== undefined,
    placeholderData: keepPreviousData,
  });
  const shown = search.kind ? one : all;
  const counts = all.data?.groups ?? [];
  const total = counts.reduce((n, g) => n + g.total, 0);
  const views: View<Search>[] = [
    { id: "all", name: t("all"), search: { q: search.q }, count: q === "" ? undefined : total },
    ...FOUND_KINDS.filter((k) => k === search.kind || counts.some((g) => g.kind === k)).map((kind) => ({
      id: kind,
      name: kindName(kind),
      icon: <KindIcon kind={kind} size={13} />,
      search: { q: search.q, kind },
      count: counts.find((g) => g.kind === kind)?.total ?? 0,
    })),
  ];
  const groups = shown.data?.groups ?? [];
  return (
    <Page>
      <Topbar title={t("search")} icon={<SearchIcon />}>
        <SearchBox
          value={search.q ?? ""}
          name={t("everything")}
          autoFocus={q === ""}
          onChange={(text) => void go({ search: (s) => ({ ...s, q: text || undefined, page: undefined }), replace: true })}
        />
      </Topbar>
      <ViewTabs<Search> views={views} search={{ q: search.q, kind: search.kind }} onView={(s) => void go({ search: s })} />
      <div className="min-h-0 flex-1 overflow-y-auto">
        {q === "" ? (
          <EmptyState icon={<SearchIcon />} title={t("start")}>
            {t("hint")}
          </EmptyState>
        ) : shown.isError ? (
          <ErrorState error={shown.error} onRetry={() => void shown.refetch()} />
        ) : shown.isPending ? (
          <Skeleton lines={8} className="mx-auto max-w-3xl p-6" />
        ) : groups.length === 0 ? (
          <EmptyState icon={<SearchX />} title={t("no_match", { q })}>
            {t("no_match_more")}
          </EmptyState>
        ) : (
          <div className="mx-auto max-w-3xl space-y-6 px-4 py-5" aria-busy={shown.isPlaceholderData}>
            {groups.map((g) => (
              <Section key={g.kind} g={g} search={search} page={page} />
            ))}
          </div>
        )}
      </div>
    </Page>
  );
}

/** What was found of one kind. */
function Section({ g, search, page }: { g: Group; search: Search; page: number }) {
  const { slug } = route.useParams();
  const kind = FOUND_KINDS.find((k) => k === g.kind);
  const pages = Math.ceil(g.total / onPage);
  return (
    <section aria-label={kindName(g.kind)}>
      <h2 className="flex items-baseline gap-2 pb-1.5 text-sm font-semibold">
        {kindName(g.kind)}
        <span className="tnum text-xs font-normal text-fg-3">
          {num(g.total)}
          {g.more && "+"}
        </span>
        {!search.kind && kind && g.total > g.hits.length && (
          <Link
            from="/o/$slug/search"
            search={{ q: search.q, kind }}
            className="ms-auto text-xs font-normal text-accent-text hover:underline"
          >
            {t("see_all", { count: `${num(g.total)}${g.more ? "+" : ""}` })}
          </Link>
        )}
      </h2>
      <ul className="overflow-hidden rounded-lg border border-line">
        {g.hits.map((h) => (
          <li key={h.id} className="border-b border-line last:border-b-0">
            <Result h={h} href={here(orgPath(slug, h.path))} />
          </li>
        ))}
      </ul>
      {search.kind && pages > 1 && <Pages page={page} pages={pages} />}
      {search.kind && g.more && page >= pages && <p className="pt-2 text-xs text-fg-3">{t("limited", { count: num(most) })}</p>}
    </section>
  );
}

function Result({ h, href }: { h: Hit; href: string }) {
  const router = useRouter();
  // The server says where a record is shown: an address, not a route and its parameters.
  const open = (e: MouseEvent) => {
    if (e.button !== 0 || e.metaKey || e.ctrlKey || e.shiftKey || e.altKey) return;
    e.preventDefault();
    void router.navigate({ href });
  };
  return (
    <a href={href} onClick={open} className="flex gap-3 px-3 py-2.5 hover:bg-hover">
      <span className="flex h-5 shrink-0 items-center text-fg-3">
        {h.kind === "person" ? <Avatar name={h.title} size={16} /> : <KindIcon kind={h.kind} />}
      </span>
      <span className="min-w-0 flex-1">
        <span className="flex items-baseline gap-2">
          {h.ref && <span className="ref shrink-0 text-fg-3">{h.ref}</span>}
          <Marked parts={h.marked} className="truncate font-medium" />
        </span>
        <Crumbs hit={h} className="block text-xs text-fg-3" />
        {h.snippet.length > 0 && <Marked parts={h.snippet} className="mt-1 line-clamp-2 text-sm text-fg-2" />}
      </span>
    </a>
  );
}

function Pages({ page, pages }: { page: number; pages: number }) {
  const go = route.useNavigate();
  const to = (n: number) => void go({ search: (s) => ({ ...s, page: n > 1 ? n : undefined }) });
  return (
    <nav aria-label={t("pages")} className="flex items-center gap-2 pt-3 text-xs text-fg-3">
      <Button size="sm" disabled={page <= 1} onClick={() => to(page - 1)}>
        <ChevronLeft size={13} /> {t("previous")}
      </Button>
      <span className="tnum">{t("page_of", { page, pages: Math.max(page, pages) })}</span>
      <Button size="sm" disabled={page >= pages} onClick={() => to(page + 1)}>
        {t("next")} <ChevronRight size={13} />
      </Button>
    </nav>
  );
}
