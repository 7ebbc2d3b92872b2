import { useQuery } from "@tanstack/react-query";
import { Link, Navigate, useLocation } from "@tanstack/react-router";
import { Unlink } from "lucide-react";
import type { ReactNode } from "react";
import { account, type LinkView } from "#/api/api";
import { ApiError } from "#/api/call";
import { Button, buttonClass } from "#/kit/Button";
import { Skeleton, sentence } from "#/kit/State";
import { DoorPage } from "./DoorPage";
import { t } from "./words";

type Kind = LinkView["kind"];
const pages: { [K in Kind]: "/setup" | "/reset" | "/join" } = { setup: "/setup", reset: "/reset", invitation: "/join" };

/**
 * A page that a mailed link leads to. Its secret stands behind the #, which the browser keeps to itself. Looking at
 * a link does not use it up; one that no longer works says why, and what to do instead.
 */
export function LinkPage({ kind, children }: { kind: Kind; children: (link: LinkView, token: string) => ReactNode }) {
  const token = useLocation({ select: (l) => l.hash.replace(/^#/, "") });
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ["link", token],
    queryFn: () => account.link({ token }),
    enabled: token !== "",
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  if (token && isPending)
    return (
      <DoorPage title={t("link_loading")}>
        <Skeleton lines={4} />
      </DoorPage>
    );
  if (!data) return <BadLink kind={kind} error={token ? error : undefined} onRetry={() => void refetch()} />;
  if (data.kind !== kind) return <Navigate to={pages[data.kind]} hash={token} replace />;
  return (
    <div key={token} className="contents">
      {children(data, token)}
    </div>
  );
}

function BadLink({ kind, error, onRetry }: { kind: Kind; error: unknown; onRetry: () => void }) {
  const again = error instanceof ApiError && (error.status === 0 || error.status === 429 || error.status >= 500);
  const look = buttonClass({ variant: "primary", size: "lg" }, "w-full");
  return (
    <DoorPage
      icon={<Unlink />}
      tone="bad"
      title={t("link_bad")}
      lead={<p role="alert">{error ? sentence(error) : t("link_missing")}</p>}
      foot={kind === "reset" && !again && <Link to="/sign-in">{t("back_to_sign_in")}</Link>}
    >
      {again ? (
        <Button variant="primary" size="lg" className="w-full" onClick={onRetry}>
          {t("continue")}
        </Button>
      ) : kind === "reset" ? (
        <Link to="/forgot" className={look}>
          {t("link_new")}
        </Link>
      ) : (
        <Link to="/sign-in" className={look}>
          {t("sign_in")}
        </Link>
      )}
    </DoorPage>
  );
}

/** The account's address for password managers: they keep the new password under it. */
export const ForManagers = ({ email }: { email: string }) => (
  <input className="hidden" type="email" name="username" autoComplete="username" value={email} readOnly tabIndex={-1} aria-hidden />
);
