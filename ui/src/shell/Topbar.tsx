import { type ReactNode, useEffect } from "react";
import { branch } from "#/api/branch";
import { JobTray } from "#/kit/JobTray";
import { Bell } from "./Bell";
import { PastControl } from "./Past";
import { useSession } from "./session";
import { t } from "./words";

type TopbarProps = {
  /** The page's name: the h1, and the tab's title. */
  title: string;
  icon?: ReactNode;
  /** What the page is a part of: a link back. */
  parent?: ReactNode;
  /** At most two actions, one of them primary. */
  children?: ReactNode;
};

/** The 44 px bar of every page. It names the document; a change of route brings the focus to its heading. */
export function Topbar({ title, icon, parent, children }: TopbarProps) {
  const { snapshot } = useSession();
  useEffect(() => {
    document.title = `${title} · ${t("app")}`;
  }, [title]);
  return (
    <header className="flex h-11 shrink-0 items-center gap-2 border-b border-line ps-4 pe-3">
      {icon && (
        <span aria-hidden className="text-fg-3 [&>svg]:size-[15px]">
          {icon}
        </span>
      )}
      {parent && (
        <>
          <span className="shrink-0 text-fg-3 [&_a:hover]:text-fg">{parent}</span>
          <span aria-hidden className="text-line-2">
            /
          </span>
        </>
      )}
      <h1 tabIndex={-1} className="truncate text-sm font-semibold outline-none">
        {title}
      </h1>
      <div data-noprint className="ms-auto flex shrink-0 items-center gap-1.5">
        <JobTray />
        {children}
        {!snapshot && !branch && <PastControl />}
        <Bell />
      </div>
    </header>
  );
}

/** The body of a page inside the sheet: a column under the Topbar. A Sidecar stands beside it. */
export function Page({ children }: { children: ReactNode }) {
  return (
    <main id="main" tabIndex={-1} data-print="flow" className="relative flex min-w-0 flex-1 flex-col outline-none">
      {children}
    </main>
  );
}
