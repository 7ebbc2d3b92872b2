import { Dialog } from "@base-ui/react/dialog";
import { Outlet, useNavigate, useRouterState } from "@tanstack/react-router";
import clsx from "clsx";
import { Menu as MenuIcon, Search, WifiOff } from "lucide-react";
import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { Button } from "#/kit/Button";
import { AskHost } from "#/kit/Dialog";
import { useMedia, useOnline } from "#/kit/hooks";
import { setHotkeys, useHotkeys } from "#/kit/hotkeys";
import { BranchBanner } from "./BranchBanner";
import { OtherTenantDialog } from "./doors";
import { Keys } from "./Keys";
import { TenantLogo } from "./Logo";
import { useLive } from "./live";
import { navFor, orgPath } from "./nav";
import { PastBanner } from "./Past";
import { Sidebar } from "./Sidebar";
import { SnapshotBar } from "./Snapshot";
import { prefer, useSession } from "./session";
import { setBrand, setTheme, toggleTheme } from "./theme";
import { t } from "./words";

const loadPalette = () => import("./Palette");
const CommandPalette = lazy(loadPalette);
const Leaving = lazy(() => import("./Leaving").then((m) => ({ default: m.Leaving })));

/** Everything around the pages of an organisation. */
export function Shell() {
  const { tenant, role, account, past, snapshot, draft } = useSession();
  const go = useNavigate();
  const [palette, setPalette] = useState(false);
  const [everOpen, setEverOpen] = useState(false);
  const [keys, setKeys] = useState(false);
  const [drawer, setDrawer] = useState(false);
  const wide = useMedia("(min-width: 900px)");
  const search = () => {
    setEverOpen(true);
    setDrawer(false);
    setPalette(true);
  };
  useEffect(() => setBrand(tenant.color), [tenant.color]);
  const { theme, hotkeys } = account.preferences;
  useEffect(() => {
    if (theme) setTheme(theme);
    if (hotkeys) setHotkeys(hotkeys === "on");
  }, [theme, hotkeys]);
  useEffect(() => {
    // Nobody should wait for the palette who opens it, and no page for the palette.
    const timer = setTimeout(() => void loadPalette().catch(() => {}), 2_000);
    return () => clearTimeout(timer);
  }, []);
  useFocusOnRoute();
  useLive(snapshot !== undefined);

  const chords = Object.fromEntries(
    navFor(role, snapshot).flatMap((g) => g.items.map((i) => [i.keys, () => void go({ to: orgPath(tenant.slug, i.path) })])),
  );
  useHotkeys({
    ...chords,
    "mod+k": search,
    "/": () => document.querySelector<HTMLInputElement>("[data-search]")?.focus(),
    "?": () => setKeys(true),
    "shift+d": () => prefer({ theme: toggleTheme() }),
  });

  return (
    <div data-print="flow" className="flex h-full bg-bg">
      <a
        href="#main"
        className="sr-only focus:not-sr-only focus:absolute focus:z-50 focus:m-2 focus:rounded-md focus:bg-accent focus:px-3 focus:py-1.5 focus:text-accent-fg"
      >
        {t("skip")}
      </a>
      {wide && (
        <div data-noprint className="w-[232px] shrink-0">
          <Sidebar onSearch={search} onKeys={() => setKeys(true)} />
        </div>
      )}
      <div data-print="flow" className={clsx("flex min-w-0 flex-1 flex-col", wide && "py-2 pe-2")}>
        {!wide && (
          <div data-noprint className="flex h-12 shrink-0 items-center gap-2 px-3">
            <Button variant="ghost" icon aria-label={t("menu")} onClick={() => setDrawer(true)}>
              <MenuIcon size={18} />
            </Button>
            <TenantLogo name={tenant.name} logo={tenant.logo} />
            <span className="truncate font-semibold">{tenant.name}</span>
            <Button variant="ghost" icon aria-label={t("search_or_jump")} className="ms-auto" onClick={search}>
              <Search size={17} />
            </Button>
          </div>
        )}
        <Offline />
        <PastBanner />
        <SnapshotBar />
        <BranchBanner />
        {tenant.goes_at && (
          <Suspense>
            <Leaving />
          </Suspense>
        )}
        <div
          data-print="flow"
          className={clsx(
            "relative flex min-h-0 flex-1 overflow-hidden",
            wide ? "sheet" : "border-t border-line bg-surface",
            (past || draft) && "past",
          )}
        >
          <Outlet />
        </div>
      </div>
      {!wide && (
        <Dialog.Root open={drawer} onOpenChange={setDrawer}>
          <Dialog.Portal>
            <Dialog.Backdrop className="fade-anim fixed inset-0 z-40 bg-scrim" />
            <Dialog.Popup
              aria-label={t("navigation")}
              className="fixed inset-y-0 start-0 z-40 w-[272px] max-w-[85vw] bg-bg shadow-3 outline-none transition-[translate,opacity] duration-150 data-ending-style:-translate-x-6 data-ending-style:opacity-0 data-starting-style:-translate-x-6 data-starting-style:opacity-0"
            >
              <Sidebar
                onSearch={search}
                onKeys={() => {
                  setDrawer(false);
                  setKeys(true);
                }}
                onNavigate={() => setDrawer(false)}
              />
            </Dialog.Popup>
          </Dialog.Portal>
        </Dialog.Root>
      )}
      {everOpen && (
        <Suspense>
          <CommandPalette open={palette} onOpenChange={setPalette} onKeys={() => setKeys(true)} />
        </Suspense>
      )}
      <Keys open={keys} onOpenChange={setKeys} />
      <OtherTenantDialog />
      <AskHost />
    </div>
  );
}

function Offline() {
  const online = useOnline();
  return (
    <div aria-live="polite" data-noprint>
      {!online && (
        <div className="mb-2 flex items-center gap-2 rounded-lg bg-warn-soft px-3 py-1.5 text-warn-text max-[899px]:mx-3">
          <WifiOff size={14} className="shrink-0" /> {t("offline")}
        </div>
      )}
    </div>
  );
}

/** After going to another page the focus stands on its heading, as after a page load; not when only the filter or the open record changed. */
function useFocusOnRoute() {
  const path = useRouterState({ select: (s) => s.resolvedLocation?.pathname ?? s.location.pathname });
  const before = useRef(path);
  useEffect(() => {
    if (before.current === path) return;
    before.current = path;
    const frame = requestAnimationFrame(() => {
      if (document.activeElement?.closest("[role=dialog][data-open], [role=alertdialog][data-open]")) return; // opened before the page was there
      document.querySelector<HTMLElement>("#main h1")?.focus({ preventScroll: true });
    });
    return () => cancelAnimationFrame(frame);
  }, [path]);
}
