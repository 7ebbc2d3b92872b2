import { Building2, CircleAlert, Compass } from "lucide-react";
import { useState, useSyncExternalStore } from "react";
import { door } from "#/api/call";
import { Button } from "#/kit/Button";
import { cache } from "#/kit/cache";
import { Dialog } from "#/kit/Dialog";
import { EmptyState } from "#/kit/State";
import { toast } from "#/kit/Toast";
import { type Place, type Session, sessionQuery, switchTenant, useSession } from "./session";
import { t } from "./words";

let other = false;
const listeners = new Set<() => void>();
function setOther(v: boolean) {
  other = v;
  for (const l of listeners) l();
}

/** Tells the client what to do when the server closes the door. */
export function watchDoors() {
  door.signedOut = () => {
    if (!location.pathname.startsWith("/o/") && location.pathname !== "/") return; // the sign-in page says it itself
    const next = location.pathname + location.search;
    const asked = new URLSearchParams();
    if (next !== "/") asked.set("next", next);
    if (cache.getQueryData(sessionQuery.queryKey)) asked.set("ended", "true"); // somebody was in: say why the page is gone
    location.assign(`/sign-in${asked.size > 0 ? `?${asked}` : ""}`);
  };
  door.otherTenant = () => setOther(true);
}

/** Two tabs of one browser share one session. When the other tab went elsewhere, this one says so instead of failing. */
export function OtherTenantDialog() {
  const { tenant, tenants } = useSession();
  const open = useSyncExternalStore(
    (tell) => {
      listeners.add(tell);
      return () => listeners.delete(tell);
    },
    () => other,
  );
  const mine = tenants.find((o) => o.id === tenant.id);
  return (
    <Dialog
      open={open}
      onOpenChange={setOther}
      title={t("another_tab")}
      description={t("another_tab_more", { name: tenant.name })}
      footer={
        <>
          <Button onClick={() => location.assign("/")}>{t("load_again")}</Button>
          {mine && <Switch to={mine} path={location.pathname + location.search} label={t("back_to", { name: mine.name })} />}
        </>
      }
    >
      {null}
    </Dialog>
  );
}

function Switch({ to, path, label }: { to: Place; path: string; label: string }) {
  const [pending, setPending] = useState(false);
  return (
    <Button
      variant="primary"
      pending={pending}
      onClick={() => {
        setPending(true);
        switchTenant(to, path).catch((e) => {
          setPending(false);
          toast.failed(e);
        });
      }}
    >
      {label}
    </Button>
  );
}

/** The address names an organisation that is not the one the session is in. */
export function OtherTenantPage({ session, slug }: { session: Session; slug: string }) {
  const to = session.tenants.find((o) => o.slug === slug);
  const here = session.tenant;
  return (
    <main className="flex h-full bg-bg">
      {to ? (
        <EmptyState
          icon={<Building2 />}
          title={t("other_tenant", { name: to.name })}
          actions={
            <>
              <Switch to={to} path={location.pathname + location.search} label={t("switch_to", { name: to.name })} />
              <Button onClick={() => location.assign(`/o/${here.slug}`)}>{t("stay", { name: here.name })}</Button>
            </>
          }
        >
          {t("other_tenant_more", { current: here.name })}
        </EmptyState>
      ) : (
        <EmptyState
          icon={<Building2 />}
          title={t("no_access")}
          actions={<Button onClick={() => location.assign(`/o/${here.slug}`)}>{t("back_to", { name: here.name })}</Button>}
        >
          {t("no_access_more")}
        </EmptyState>
      )}
    </main>
  );
}

export function NotFoundPage() {
  return (
    <main id="main" className="flex h-full min-w-0 flex-1">
      <EmptyState icon={<Compass />} title={t("not_found")} actions={<Button onClick={() => location.assign("/")}>{t("go_home")}</Button>}>
        {t("not_found_more")}
      </EmptyState>
    </main>
  );
}

/** What a page shows when it throws: never a white screen. A file of an older build that is gone loads the page again by itself, once. */
export function BrokenPage({ error }: { error: unknown }) {
  return (
    <main id="main" role="alert" className="flex h-full min-w-0 flex-1">
      <EmptyState
        icon={<CircleAlert />}
        title={t("broken")}
        actions={
          <Button
            variant="primary"
            onClick={() => {
              cache.removeQueries({ queryKey: sessionQuery.queryKey });
              location.reload();
            }}
          >
            {t("load_again")}
          </Button>
        }
      >
        {t("broken_more")}
        {error instanceof Error && <p className="mt-2 text-xs break-words">{error.message}</p>}
      </EmptyState>
    </main>
  );
}
