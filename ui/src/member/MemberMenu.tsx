import { Ban, Ellipsis, Eraser, LogOut, RotateCcw, Send, ShieldOff, Trash2 } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import type { Member } from "#/api/api";
import { Button } from "#/kit/Button";
import { Menu, MenuItem, MenuSep } from "#/kit/Menu";
import { ROLES, roleMay, roleName } from "#/kit/role";
import { propButton } from "#/kit/Sidecar";
import { disable, enable, endSessions, remove, resend, resetMFA, setRole } from "./actions";
import { nameOf } from "./look";
import { t } from "./words";

const Erase = lazy(() => import("./Erase").then((m) => ({ default: m.Erase })));

/** What can be done with a member. What one cannot do to oneself is left out. */
export function MemberMenu({ m, own, onGone }: { m: Member; own: boolean; onGone: () => void }) {
  const size = 14;
  const [erasing, setErasing] = useState(false);
  const items = [
    m.status === "pending" && (
      <MenuItem key="resend" onClick={() => resend(m)}>
        <Send size={size} /> {t("resend")}
      </MenuItem>
    ),
    m.status === "disabled" && (
      <MenuItem key="enable" onClick={() => enable(m)}>
        <RotateCcw size={size} /> {t("enable")}
      </MenuItem>
    ),
    m.status === "active" && !own && (
      <MenuItem key="sessions" onClick={() => endSessions(m)}>
        <LogOut size={size} /> {t("end_sessions")}
      </MenuItem>
    ),
    m.mfa && !own && (
      <MenuItem key="mfa" onClick={() => resetMFA(m)}>
        <ShieldOff size={size} /> {t("reset_mfa")}
      </MenuItem>
    ),
    m.status === "active" && !own && (
      <MenuItem key="disable" onClick={() => disable(m)}>
        <Ban size={size} /> {t("disable")}
      </MenuItem>
    ),
  ].filter(Boolean);
  if (own && items.length === 0) return null;
  return (
    <>
      <Menu
        align="end"
        width={220}
        trigger={
          <Button variant="ghost" icon aria-label={t("actions", { name: nameOf(m) })}>
            <Ellipsis size={15} />
          </Button>
        }
      >
        {items}
        {!own && (
          <>
            {items.length > 0 && <MenuSep />}
            <MenuItem danger onClick={() => remove(m, onGone)}>
              <Trash2 size={size} /> {m.status === "pending" ? t("take_back") : t("remove")}
            </MenuItem>
            <MenuItem danger onClick={() => setErasing(true)}>
              <Eraser size={size} /> {t("erase_menu")}
            </MenuItem>
          </>
        )}
      </Menu>
      {erasing && (
        <Suspense>
          <Erase
            person={m.person}
            name={nameOf(m)}
            onClose={() => setErasing(false)}
            onErased={() => {
              setErasing(false);
              onGone();
            }}
          />
        </Suspense>
      )}
    </>
  );
}

/** The role, changed where it stands. */
export function RoleMenu({ m }: { m: Member }) {
  return (
    <Menu
      width={300}
      trigger={
        <button type="button" className={propButton} aria-label={`${t("role")}: ${roleName(m.role)}`}>
          <span className="truncate">{roleName(m.role)}</span>
        </button>
      }
    >
      {ROLES.map((r) => (
        <MenuItem key={r} selected={r === m.role} onClick={() => setRole(m, r)}>
          <span className="max-w-60 py-1">
            <span className="block font-medium text-fg">{roleName(r)}</span>
            <span className="block text-xs text-pretty text-fg-3">{roleMay(r)}</span>
          </span>
        </MenuItem>
      ))}
    </Menu>
  );
}
