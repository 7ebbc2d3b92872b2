import { Link, useNavigate, useRouterState } from "@tanstack/react-router";
import clsx from "clsx";
import { ChevronsUpDown, Moon, Search } from "lucide-react";
import { Avatar } from "#/kit/Avatar";
import { Button } from "#/kit/Button";
import { keyLabel } from "#/kit/hotkeys";
import { Menu, MenuItem, MenuLabel, MenuSep } from "#/kit/Menu";
import { Tip } from "#/kit/Tip";
import { toast } from "#/kit/Toast";
import { TenantLogo } from "./Logo";
import { isHere, navFor, orgPath } from "./nav";
import { prefer, signOut, switchTenant, useSession } from "./session";
import { setTheme, toggleTheme, useTheme } from "./theme";
import { t } from "./words";

type SidebarProps = { onSearch: () => void; onKeys: () => void; onNavigate?: () => void };

export function Sidebar({ onSearch, onKeys, onNavigate }: SidebarProps) {
  const path = useRouterState({ select: (s) => s.location.pathname });
  const { tenant, tenants, role, roleToday, account, admin, snapshot } = useSession();
  const go = useNavigate();
  const theme = useTheme();
  const name = account.name || account.email;
  const failed = (e: unknown) => toast.failed(e);
  return (
    <div className="flex h-full flex-col">
      <div className="flex h-12 items-center px-2.5">
        <Menu
          width={220}
          trigger={
            <button
              type="button"
              className="flex min-w-0 flex-1 items-center gap-2 rounded-md p-1.5 text-start font-semibold hover:bg-active data-popup-open:bg-active"
            >
              <TenantLogo name={tenant.name} logo={tenant.logo} />
              <span className="truncate">{tenant.name}</span>
              <ChevronsUpDown size={13} className="ms-auto shrink-0 text-fg-3" aria-hidden />
            </button>
          }
        >
          <MenuLabel>{t("organisations")}</MenuLabel>
          {tenants.map((o) => (
            <MenuItem key={o.id} selected={o.id === tenant.id} onClick={() => o.id !== tenant.id && void switchTenant(o).catch(failed)}>
              <span className="truncate">{o.name}</span>
            </MenuItem>
          ))}
          {admin && (
            <>
              <MenuSep />
              <MenuItem onClick={() => void go({ to: orgPath(tenant.slug, "settings") })}>{t("settings")}</MenuItem>
            </>
          )}
        </Menu>
      </div>
      <div className="px-2.5 pb-2">
        <button
          type="button"
          onClick={onSearch}
          className="flex h-7 w-full items-center gap-2 rounded-md border border-line-2 bg-surface px-2 text-fg-3 shadow-1 hover:text-fg-2 pointer-coarse:h-9"
        >
          <Search size={14} aria-hidden /> {t("search_or_jump")}{" "}
          <kbd className="kbd ms-auto pointer-coarse:hidden">{keyLabel("mod+k")}</kbd>
        </button>
      </div>
      <nav aria-label={t("main")} className="flex-1 overflow-y-auto px-2.5 pt-0.5 pb-3">
        {navFor(role, snapshot).map((g) => (
          <div key={g.group ?? "top"} className="mb-3">
            {g.group && <h2 className="px-2 pb-1 text-2xs font-medium text-fg-3">{g.group}</h2>}
            <ul className="space-y-px">
              {g.items.map((i) => {
                if (i.under) return null;
                const to = orgPath(tenant.slug, i.path);
                const parts = g.items.filter((x) => x.under === i.path);
                const here = isHere(path, to, i.path === "") || parts.some((x) => isHere(path, orgPath(tenant.slug, x.path), false));
                return (
                  <li key={i.path}>
                    <Link
                      to={to}
                      onClick={onNavigate}
                      aria-current={here ? "page" : undefined}
                      className={clsx(
                        "flex h-7 items-center gap-2 rounded-md px-2 text-sm font-medium pointer-coarse:h-10",
                        here ? "bg-active text-fg" : "text-fg-2 hover:bg-hover hover:text-fg",
                      )}
                    >
                      <i.icon size={15} strokeWidth={1.9} className={here ? "text-accent-text" : "text-fg-3"} aria-hidden />
                      {i.label}
                    </Link>
                  </li>
                );
              })}
            </ul>
          </div>
        ))}
      </nav>
      <div className="flex items-center gap-1 px-2.5 py-2">
        <Menu
          side="top"
          width={220}
          trigger={
            <button
              type="button"
              className="flex min-w-0 flex-1 items-center gap-2 rounded-md p-1.5 text-start hover:bg-active data-popup-open:bg-active"
            >
              <Avatar name={name} size={20} />
              <span className="truncate font-medium">{name}</span>
              <span className="sr-only">{t("user_menu")}</span>
            </button>
          }
        >
          <div className="px-2 pt-1.5 pb-2">
            <div className="truncate font-medium">{name}</div>
            <div className="truncate text-xs text-fg-3">{[account.email, t(`role_${roleToday}`)].filter(Boolean).join(" · ")}</div>
          </div>
          <MenuSep />
          {!snapshot && <MenuItem onClick={() => void go({ to: orgPath(tenant.slug, "profile") })}>{t("profile")}</MenuItem>}
          <MenuItem hint="?" onClick={onKeys}>
            {t("keys")}
          </MenuItem>
          <MenuSep />
          <MenuLabel>{t("theme")}</MenuLabel>
          {(["light", "dark", "system"] as const).map((one) => (
            <MenuItem
              key={one}
              selected={theme === one}
              closeOnClick={false}
              onClick={() => {
                setTheme(one);
                prefer({ theme: one });
              }}
            >
              {t(`theme_${one}`)}
            </MenuItem>
          ))}
          <MenuSep />
          <MenuItem onClick={() => window.open("/notices")}>{t("notices")}</MenuItem>
          {!snapshot && <MenuItem onClick={() => void signOut().catch(failed)}>{t("sign_out")}</MenuItem>}
        </Menu>
        <Tip label={t("theme_toggle")} keys="⇧D" side="top">
          <Button variant="ghost" icon aria-label={t("theme_toggle")} onClick={() => prefer({ theme: toggleTheme() })}>
            <Moon size={15} />
          </Button>
        </Tip>
      </div>
    </div>
  );
}
