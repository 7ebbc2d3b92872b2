import clsx from "clsx";
import { Moon } from "lucide-react";
import { type ReactNode, useEffect } from "react";
import { Button } from "#/kit/Button";
import { Logo } from "#/shell/Logo";
import { toggleTheme } from "#/shell/theme";
import { t } from "./words";

type DoorProps = {
  title: string;
  lead?: ReactNode;
  children?: ReactNode;
  /** Links under the card: other ways. */
  foot?: ReactNode;
  /** A sign in place of the mark: what the page has to say is more than a form. */
  icon?: ReactNode;
  tone?: "accent" | "ok" | "bad";
};

const tones = {
  accent: "bg-accent-soft text-accent-text",
  ok: "bg-ok-soft text-ok-text",
  bad: "bg-bad-soft text-bad-text",
};

/** A page in front of the product: the mark, one card with one thing to do, and other ways below. On a phone the card is the page. */
export function DoorPage({ title, lead, children, foot, icon, tone = "accent" }: DoorProps) {
  useEffect(() => {
    document.title = `${title} · ${t("app")}`;
  }, [title]);
  return (
    <div className="h-full overflow-y-auto bg-bg bg-[radial-gradient(1000px_520px_at_50%_-160px,color-mix(in_oklab,var(--accent)_13%,transparent),color-mix(in_oklab,var(--accent)_5%,transparent)_45%,transparent)] bg-no-repeat">
      <div className="flex min-h-full flex-col px-5 py-8 sm:px-6">
        <header className="flex items-center justify-center gap-2.5 max-sm:justify-start sm:mt-[max(0px,7dvh)]">
          <Logo size={32} />
          <span className="text-xl font-semibold tracking-[-0.02em]">{t("app")}</span>
        </header>
        <main
          id="main"
          className="mt-8 w-full self-center text-base sm:mt-7 sm:max-w-[420px] sm:rounded-xl sm:border sm:border-line sm:bg-surface sm:p-8 sm:shadow-2 [&_.input]:h-11 [&_.input]:text-base [&_.input]:pointer-coarse:text-lg"
        >
          {icon && (
            <span aria-hidden className={clsx("mb-4 flex size-11 items-center justify-center rounded-xl [&>svg]:size-5", tones[tone])}>
              {icon}
            </span>
          )}
          <h1 className="text-xl font-semibold tracking-[-0.02em] text-balance outline-none" tabIndex={-1}>
            {title}
          </h1>
          {lead && <div className="mt-1.5 text-pretty text-fg-2">{lead}</div>}
          {children && <div className="mt-6">{children}</div>}
        </main>
        {foot && (
          <nav
            aria-label={t("app")}
            className="mt-5 flex flex-wrap justify-center gap-x-5 gap-y-1 self-center text-fg-2 max-sm:justify-start max-sm:self-start [&_a]:inline-flex [&_a]:min-h-8 [&_a]:items-center [&_a]:rounded-md [&_a:hover]:text-fg [&_a:hover]:underline"
          >
            {foot}
          </nav>
        )}
        <footer className="mt-auto flex justify-center pt-8 max-sm:justify-start">
          <Button variant="ghost" icon aria-label={t("theme_toggle")} onClick={toggleTheme}>
            <Moon size={15} />
          </Button>
        </footer>
      </div>
    </div>
  );
}
