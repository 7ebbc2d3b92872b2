import { Autocomplete } from "@base-ui/react/autocomplete";
import { Dialog } from "@base-ui/react/dialog";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { CornerDownLeft, GitBranch, History, Keyboard, LogOut, Moon, Search, ShieldCheck, UserRound } from "lucide-react";
import { type KeyboardEvent, type ReactNode, useMemo, useState } from "react";
import type { Hit } from "#/api/api";
import { branch, goToBranch } from "#/api/branch";
import { asOf, goToTime } from "#/api/past";
import { commands, recent, recordActions } from "#/commands";
import { Avatar } from "#/kit/Avatar";
import { cache } from "#/kit/cache";
import { Crumbs, FOUND_KINDS, find, KindIcon, kindName, Marked } from "#/kit/found";
import { useDebounced } from "#/kit/hooks";
import { keyLabel } from "#/kit/hotkeys";
import { peopleQuery } from "#/kit/people";
import { toast } from "#/kit/Toast";
import type { Choice, RecordAction } from "./commands";
import { navFor, orgPath } from "./nav";
import { momentName, openPast } from "./Past";
import { read } from "./sentence";
import { prefer, signOut, switchTenant, useSession } from "./session";
import { toggleTheme } from "./theme";
import { t } from "./words";

type Item = {
  id: string;
  label: string;
  hint?: ReactNode;
  icon: ReactNode;
  /** What stands in place of the label, and below it. */
  shown?: ReactNode;
  more?: ReactNode;
  /** The palette stays open: a step, not the end. */
  stays?: boolean;
  run: () => void;
};
type Group = { value: string; items: Item[] };
type PaletteProps = { open: boolean; onOpenChange: (open: boolean) => void; onKeys: () => void };

/** Ctrl/⌘ K: records, actions and pages in one list. */
export default function CommandPalette({ open, onOpenChange, onKeys }: PaletteProps) {
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fade-anim fixed inset-0 z-50 bg-scrim" />
        <Dialog.Popup
          aria-label={t("search_or_run")}
          className="fixed top-[13vh] left-1/2 z-50 w-[620px] max-w-[calc(100vw-24px)] -translate-x-1/2 overflow-hidden rounded-xl bg-pop shadow-3 outline-none transition-[opacity,scale] duration-100 data-ending-style:scale-[.98] data-ending-style:opacity-0 data-starting-style:scale-[.98] data-starting-style:opacity-0 max-sm:top-3"
        >
          <Body close={() => onOpenChange(false)} onKeys={onKeys} />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** What is found for the words, as they are typed. */
function useFound(q: string, kinds: readonly Hit["kind"][] | undefined, on: boolean) {
  const asked = useDebounced(q, 90);
  const wanted = FOUND_KINDS.filter((k) => !kinds || kinds.includes(k));
  const found = useQuery({
    queryKey: ["search", "palette", asked, wanted.join()],
    queryFn: ({ signal }) => find({ q: asked, kinds: kinds && wanted, limit: kinds ? 8 : 5 }, signal),
    enabled: on && asked !== "",
    placeholderData: keepPreviousData,
    staleTime: 15_000,
  });
  const groups = on && q !== "" ? (found.data?.groups ?? []) : [];
  return { groups, searching: on && (found.isFetching || asked !== q) };
}

function Body({ close, onKeys }: { close: () => void; onKeys: () => void }) {
  const session = useSession();
  const router = useRouter();
  const [q, setQ] = useState("");
  /** The steps that were taken: an action's verb, and the record it is for. */
  const [verb, setVerb] = useState<string>();
  const [record, setRecord] = useState<Hit>();
  const slug = session.tenant.slug;
  const words = q.trim();
  const actions = useMemo(() => recordActions.filter((a) => a.may(session)), [session]);
  const verbs = useMemo(() => [...new Set(actions.map((a) => a.verb))], [actions]);
  const said = verb || record ? undefined : read(words, verbs);
  const doing = verb ?? said?.verb;
  const able = actions.filter((a) => a.verb === doing);
  const reads = session.role !== "executive";
  const { groups: found, searching } = useFound(
    said ? said.record : words,
    doing ? able.map((a) => a.kind) : undefined,
    reads && !record && said?.record !== "",
  );
  const people = useQuery({ ...peopleQuery, enabled: able.some((a) => a.choices === "people") });

  const hits = (text: string, label: string) =>
    text
      .toLocaleLowerCase()
      .split(/\s+/)
      .every((w) => label.toLocaleLowerCase().includes(w));
  const go = (path: string) => void router.navigate({ href: orgPath(slug, path) });
  const size = 15;
  const step = (next: { verb?: string; record?: Hit }) => {
    setVerb(next.verb);
    setRecord(next.record);
    setQ("");
  };
  const choicesOf = (a: RecordAction): readonly Choice[] =>
    a.choices === "people"
      ? [
          ...(people.data ?? [])
            .filter((p) => p.active)
            .sort((x, y) => Number(y.id === session.person) - Number(x.id === session.person))
            .map((p) => ({ id: p.id, label: p.name })),
          { id: "", label: t("nobody") },
        ]
      : a.choices;
  const perform = (a: RecordAction, hit: Hit, choice: Choice) => void a.run(hit, choice).catch((e) => toast.failed(e));
  const nameOf = (h: Hit) => h.ref || h.title;

  const shownAs = (h: Hit, run: () => void, stays = false): Item => ({
    id: `${h.kind}/${h.id}`,
    label: h.ref ? `${h.ref} ${h.title}` : h.title,
    icon: h.kind === "person" ? <Avatar name={h.title} size={16} /> : <KindIcon kind={h.kind} size={size} />,
    shown: (
      <>
        {h.ref && <span className="ref me-2 text-fg-3">{h.ref}</span>}
        <Marked parts={h.marked} />
      </>
    ),
    hint: <Crumbs hit={h} className="max-sm:hidden" />,
    more: h.snippet.some((p) => p.hit) && !h.marked.some((p) => p.hit) && !h.exact ? <Marked parts={h.snippet} /> : undefined,
    stays,
    run,
  });

  /** The answers to what an action asks of its record. */
  const answers = (hit: Hit, text: string): Group[] =>
    able
      .filter((a) => a.kind === hit.kind)
      .map((a) => ({
        value: t(a.choices === "people" ? "answer_whom" : "answer_what", { verb: a.verb, record: nameOf(hit) }),
        items: choicesOf(a)
          .filter((c) => hits(text, c.label))
          .sort((x, y) => Number(begins(y.label, text)) - Number(begins(x.label, text)))
          .slice(0, 50)
          .map((c) => ({
            id: `${a.id}/${hit.id}/${c.id}`,
            label: said ? t("do_it", { verb: a.verb, record: nameOf(hit), choice: c.label }) : c.label,
            icon: a.choices === "people" ? <Avatar name={c.id && c.label} size={16} /> : <a.icon size={size} />,
            hint: said ? hit.title : undefined,
            run: () => perform(a, hit, c),
          })),
      }));

  const all = found.flatMap((g) => g.hits);
  const groups = (): Group[] => {
    if (record) return answers(record, words);
    if (doing) {
      const answer = said?.choice;
      const done =
        answer === undefined ? [] : all.slice(0, 3).flatMap((h) => answers(h, answer).map((g) => ({ ...g, items: g.items.slice(0, 4) })));
      if (done.some((g) => g.items.length > 0)) return done;
      if (words === "")
        return [
          {
            value: t("recent"),
            items: recently()
              .filter((h) => able.some((a) => a.kind === h.kind))
              .map((h) => shownAs(h, () => step({ verb: doing, record: h }), true)),
          },
        ];
      return found.map((g) => ({
        value: kindName(g.kind),
        items: g.hits.map((h) => shownAs(h, () => step({ verb: doing, record: h }), true)),
      }));
    }
    return overview();
  };

  const overview = (): Group[] => {
    const exact = all.filter((h) => h.exact);
    const total = found.reduce((n, g) => n + g.total, 0);
    const capped = found.some((g) => g.more);
    const records: Group[] = [
      { value: t("exact"), items: exact.map((h) => shownAs(h, () => go(h.path))) },
      ...found.map((g) => ({
        value: kindName(g.kind),
        items: g.hits.filter((h) => !h.exact).map((h) => shownAs(h, () => go(h.path))),
      })),
      {
        value: t("search_all"),
        items:
          total > 0
            ? [
                {
                  id: "search/all",
                  label: capped ? t("see_more", { n: total, q: words }) : t("see_all", { n: total, q: words }),
                  icon: <Search size={size} />,
                  run: () => go(`search?q=${encodeURIComponent(words)}`),
                },
              ]
            : [],
      },
    ];
    const own: Item[] = [
      ...(asOf ? [{ id: "past/back", label: t("past_back"), icon: <History size={size} />, run: () => goToTime(undefined) }] : []),
      ...(branch
        ? [
            {
              id: "branch/leave",
              label: t("branch_leave"),
              icon: <GitBranch size={size} />,
              run: () => goToBranch(location.pathname + location.search),
            },
          ]
        : session.snapshot
          ? []
          : [
              {
                id: "past",
                label: t("past_palette"),
                hint: asOf && t("past_at", { at: momentName(asOf) }),
                icon: <History size={size} />,
                run: openPast,
              },
            ]),
      { id: "theme", label: t("theme_toggle"), hint: "⇧D", icon: <Moon size={size} />, run: () => prefer({ theme: toggleTheme() }) },
      { id: "keys", label: t("keys"), hint: "?", icon: <Keyboard size={size} />, run: onKeys },
      ...(session.snapshot
        ? []
        : [
            { id: "profile", label: t("profile"), icon: <UserRound size={size} />, run: () => go("profile") },
            { id: "sign-out", label: t("sign_out"), icon: <LogOut size={size} />, run: () => void signOut().catch((e) => toast.failed(e)) },
          ]),
    ];
    const doable: Group = {
      value: t("actions"),
      items: [
        ...verbs.map((v) => ({
          id: `do/${v}`,
          label: t("records_of", { verb: v }),
          icon: iconOf(actions, v, size),
          stays: true,
          run: () => step({ verb: v }),
        })),
        ...commands
          .filter((c) => !session.snapshot && (!c.may || c.may(session)))
          .map((c) => ({
            id: c.id,
            label: c.label,
            hint: c.keys && keyLabel(c.keys),
            icon: <c.icon size={size} />,
            run: () => c.run({ slug, session, go }),
          })),
        ...own,
      ].filter((c) => hits(words, c.label)),
    };
    // Who types what an action is called wants the action: it stands before what merely contains the words.
    const meant = words.length > 2 && doable.items.some((i) => begins(i.label, words));
    return [
      ...(words === "" && reads ? [{ value: t("recent"), items: recently().map((h) => shownAs(h, () => go(h.path))) }] : []),
      ...(meant ? [doable, ...records] : [...records, doable]),
      {
        value: t("navigation"),
        items: navFor(session.role, session.snapshot)
          .flatMap((g) => g.items)
          .map((i) => ({
            id: `nav/${i.path}`,
            label: t("go_to", { name: i.label }),
            hint: keyLabel(i.keys),
            icon: <i.icon size={size} />,
            run: () => go(i.path),
          }))
          .filter((i) => hits(words, i.label)),
      },
      {
        value: t("organisations"),
        items: session.tenants
          .filter((o) => o.id !== session.tenant.id)
          .map((o) => ({
            id: o.id,
            label: t("switch_to", { name: o.name }),
            icon: <ShieldCheck size={size} />,
            run: () => void switchTenant(o).catch((e) => toast.failed(e)),
          }))
          .filter((i) => hits(words, i.label)),
      },
    ];
  };
  const items = groups().filter((g) => g.items.length > 0);

  const asks = record
    ? t(able.some((a) => a.choices === "people") ? "answer_whom" : "answer_what", { verb: verb ?? "", record: nameOf(record) })
    : verb
      ? t("record_first", { verb })
      : t("search_or_run");
  const back = (e: KeyboardEvent) => {
    if (e.key !== "Backspace" || q !== "" || !verb) return;
    e.preventDefault();
    step(record ? { verb } : {});
  };

  return (
    <Autocomplete.Root
      items={items}
      filter={null}
      value={q}
      onValueChange={(v, d) => d.reason !== "item-press" && setQ(v)}
      open
      inline
      autoHighlight="always"
      keepHighlight
      itemToStringValue={(c: Item) => c.label}
    >
      <div className="flex items-center gap-2.5 border-b border-line px-4">
        <Search size={16} className="shrink-0 text-fg-3" aria-hidden />
        {verb && (
          <span className="max-w-[45%] shrink-0 truncate rounded-md bg-accent-soft px-1.5 py-0.5 text-xs font-medium text-accent-text">
            {record ? t("done_to", { verb, record: nameOf(record) }) : verb}
          </span>
        )}
        <Autocomplete.Input
          aria-label={asks}
          placeholder={record ? t("choose") : asks}
          onKeyDown={back}
          className="h-12 min-w-0 flex-1 bg-transparent text-base outline-none pointer-coarse:text-lg"
        />
        <kbd className="kbd">esc</kbd>
      </div>
      <Autocomplete.Empty className="empty:hidden">
        {words === "" && verb ? null : (
          <p className="px-4 py-8 text-center text-fg-3">{searching ? t("searching") : t("nothing_matches", { q })}</p>
        )}
      </Autocomplete.Empty>
      <Autocomplete.List aria-label={asks} className="max-h-[min(420px,60dvh)] scroll-py-2 overflow-y-auto p-1.5 empty:p-0">
        {(g: Group) => (
          <Autocomplete.Group key={g.value} items={g.items} className="pb-1">
            <Autocomplete.GroupLabel className="px-2.5 pt-2 pb-1 text-2xs font-medium text-fg-3">{g.value}</Autocomplete.GroupLabel>
            <Autocomplete.Collection>
              {(c: Item) => (
                <Autocomplete.Item
                  key={c.id}
                  value={c}
                  onClick={() => {
                    if (!c.stays) close();
                    c.run();
                  }}
                  className="flex min-h-9 items-center gap-3 rounded-md px-2.5 py-1.5 text-sm text-fg-2 outline-none data-highlighted:bg-pop-hover data-highlighted:text-fg pointer-coarse:min-h-11 [&>svg]:shrink-0 [&>svg]:text-fg-3"
                >
                  {c.icon}
                  <span className="min-w-0 flex-1">
                    <span className="flex items-baseline gap-3">
                      <span className="truncate">{c.shown ?? c.label}</span>
                      {c.hint && <span className="ms-auto flex max-w-[45%] shrink-0 text-xs text-fg-3">{c.hint}</span>}
                    </span>
                    {c.more && <span className="line-clamp-2 text-xs text-fg-3">{c.more}</span>}
                  </span>
                </Autocomplete.Item>
              )}
            </Autocomplete.Collection>
          </Autocomplete.Group>
        )}
      </Autocomplete.List>
      <div className="flex items-center gap-4 border-t border-line bg-surface-2 px-4 py-2 text-xs text-fg-3">
        <span className="flex items-center gap-1.5">
          <CornerDownLeft size={12} aria-hidden /> {t("open")}
        </span>
        <span>↑↓ {t("move")}</span>
        {verb && <span>⌫ {t("keys_back")}</span>}
        <span className="ms-auto flex items-center gap-1.5 max-sm:hidden">
          <ShieldCheck size={12} aria-hidden /> {t("only_yours")}
        </span>
      </div>
    </Autocomplete.Root>
  );
}

const begins = (label: string, text: string) => text !== "" && label.toLocaleLowerCase().startsWith(text.toLocaleLowerCase());

function iconOf(actions: readonly RecordAction[], verb: string, size: number): ReactNode {
  const Icon = actions.find((a) => a.verb === verb)?.icon ?? Search;
  return <Icon size={size} />;
}

/** The records that this page read last, newest first, as if they had been found. */
function recently(): Hit[] {
  return recent
    .flatMap((r) =>
      cache
        .getQueryCache()
        .findAll({ queryKey: [r.module, "get"] })
        .map((entry) => ({ at: entry.state.dataUpdatedAt, kind: r.kind, record: r.show(entry.state.data) })),
    )
    .sort((a, b) => b.at - a.at)
    .flatMap(({ kind, record }) =>
      record ? [{ ...record, kind, marked: [{ text: record.title, hit: false }], snippet: [], page: 0, crumbs: [], exact: false }] : [],
    )
    .slice(0, 5);
}
