import { Autocomplete } from "@base-ui/react/autocomplete";
import { Dialog } from "@base-ui/react/dialog";
import { useQueries } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { CornerDownLeft, Keyboard, LogOut, Moon, Search, ShieldCheck, UserRound } from "lucide-react";
import { type ReactNode, useMemo, useState } from "react";
import { commands, searches } from "#/commands";
import { useDebounced } from "#/kit/hooks";
import { keyLabel } from "#/kit/hotkeys";
import { toast } from "#/kit/Toast";
import { navFor, orgPath } from "./nav";
import { prefer, signOut, switchTenant, useSession } from "./session";
import { toggleTheme } from "./theme";
import { t } from "./words";

type Item = { id: string; label: string; hint?: string; icon: ReactNode; run: () => void };
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

function Body({ close, onKeys }: { close: () => void; onKeys: () => void }) {
  const session = useSession();
  const router = useRouter();
  const [q, setQ] = useState("");
  const asked = useDebounced(q.trim(), 120);
  const slug = session.tenant.slug;
  const mine = useMemo(() => searches.filter((s) => s.may(session)), [session]);
  const found = useQueries({
    queries: mine.map((s) => ({
      queryKey: [s.id, "palette", asked],
      queryFn: ({ signal }: { signal: AbortSignal }) => s.find(asked, signal),
      enabled: asked.length > 1,
      staleTime: 30_000,
    })),
  });
  const searching = asked.length > 1 && found.some((f) => f.isFetching);

  const words = q.trim().toLocaleLowerCase().split(/\s+/);
  const hit = (label: string) => words.every((w) => label.toLocaleLowerCase().includes(w));
  const go = (path: string) => void router.navigate({ href: orgPath(slug, path) });
  const size = 15;
  const own: Item[] = [
    { id: "theme", label: t("theme_toggle"), hint: "⇧D", icon: <Moon size={size} />, run: () => prefer({ theme: toggleTheme() }) },
    { id: "keys", label: t("keys"), hint: "?", icon: <Keyboard size={size} />, run: onKeys },
    { id: "profile", label: t("profile"), icon: <UserRound size={size} />, run: () => go("profile") },
    { id: "sign-out", label: t("sign_out"), icon: <LogOut size={size} />, run: () => void signOut().catch((e) => toast.failed(e)) },
  ];
  const groups: Group[] = [
    ...mine.map((s, i) => ({
      value: s.label,
      items:
        asked.length > 1
          ? (found[i]?.data ?? []).slice(0, 6).map((h) => ({
              id: `${s.id}/${h.id}`,
              label: h.label,
              hint: h.hint,
              icon: h.icon ?? <Search size={size} />,
              run: () => go(h.path),
            }))
          : [],
    })),
    {
      value: t("actions"),
      items: [
        ...commands
          .filter((c) => !c.may || c.may(session))
          .map((c) => ({
            id: c.id,
            label: c.label,
            hint: c.keys && keyLabel(c.keys),
            icon: <c.icon size={size} />,
            run: () => c.run({ slug, session, go }),
          })),
        ...own,
      ].filter((c) => hit(c.label)),
    },
    {
      value: t("navigation"),
      items: navFor(session.role)
        .flatMap((g) => g.items)
        .map((i) => ({
          id: `nav/${i.path}`,
          label: t("go_to", { name: i.label }),
          hint: keyLabel(i.keys),
          icon: <i.icon size={size} />,
          run: () => go(i.path),
        }))
        .filter((i) => hit(i.label)),
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
        .filter((i) => hit(i.label)),
    },
  ].filter((g) => g.items.length > 0);

  return (
    <Autocomplete.Root
      items={groups}
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
        <Search size={16} className="text-fg-3" aria-hidden />
        <Autocomplete.Input
          aria-label={t("search_or_run")}
          placeholder={t("search_or_run")}
          className="h-12 min-w-0 flex-1 bg-transparent text-base outline-none pointer-coarse:text-lg"
        />
        <kbd className="kbd">esc</kbd>
      </div>
      <Autocomplete.Empty className="empty:hidden">
        <p className="px-4 py-8 text-center text-fg-3">{searching ? t("searching") : t("nothing_matches", { q })}</p>
      </Autocomplete.Empty>
      <Autocomplete.List aria-label={t("search_or_run")} className="max-h-[min(380px,60dvh)] scroll-py-2 overflow-y-auto p-1.5 empty:p-0">
        {(g: Group) => (
          <Autocomplete.Group key={g.value} items={g.items} className="pb-1">
            <Autocomplete.GroupLabel className="px-2.5 pt-2 pb-1 text-2xs font-medium text-fg-3">{g.value}</Autocomplete.GroupLabel>
            <Autocomplete.Collection>
              {(c: Item) => (
                <Autocomplete.Item
                  key={c.id}
                  value={c}
                  onClick={() => {
                    close();
                    c.run();
                  }}
                  className="flex h-9 items-center gap-3 rounded-md px-2.5 text-sm text-fg-2 outline-none data-highlighted:bg-pop-hover data-highlighted:text-fg pointer-coarse:h-11 [&>svg]:shrink-0 [&>svg]:text-fg-3"
                >
                  {c.icon}
                  <span className="truncate">{c.label}</span>
                  {c.hint && <span className="ref ms-auto shrink-0 ps-3 text-xs text-fg-3">{c.hint}</span>}
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
        <span className="ms-auto flex items-center gap-1.5">
          <ShieldCheck size={12} aria-hidden /> {t("only_yours")}
        </span>
      </div>
    </Autocomplete.Root>
  );
}
