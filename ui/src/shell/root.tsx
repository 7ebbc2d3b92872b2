import { createRootRoute, createRoute, type ErrorComponentProps, Outlet, redirect } from "@tanstack/react-router";
import { ApiError, expectTenant } from "#/api/call";
import { cache } from "#/kit/cache";
import { daysIn, standAt } from "#/kit/format";
import { ErrorState } from "#/kit/State";
import { BrokenPage, NotFoundPage, OtherTenantPage } from "./doors";
import { orgPath } from "./nav";
import { Shell } from "./Shell";
import { type Role, roleHere, type Session, sessionQuery } from "./session";

/** The session. Without one the browser is on its way to the sign-in page, and nothing more is shown here. */
async function signedIn(): Promise<Session> {
  try {
    return await cache.ensureQueryData(sessionQuery);
  } catch (e) {
    if (e instanceof ApiError && e.status === 401) return new Promise<never>(() => {});
    throw e;
  }
}

export const rootRoute = createRootRoute({ component: Outlet, notFoundComponent: NotFoundPage, errorComponent: Failed });

/** "/" goes to the organisation of the session, or to the sign-in page. */
export const homeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/",
  beforeLoad: async () => {
    const session = await signedIn();
    throw redirect({ to: orgPath(session.tenant.slug), replace: true });
  },
});

/** Everything inside an organisation. Pages of modules hang below it. */
export const orgRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/o/$slug",
  beforeLoad: async () => {
    const session = await signedIn();
    expectTenant(session.tenant.id);
    daysIn(session.tenant.zone);
    if (session.snapshot) standAt(session.snapshot.made_at);
    return { session };
  },
  component: Organisation,
  notFoundComponent: NotFoundPage,
  errorComponent: Failed,
});

/** The address names an organisation; the session decides which one it is. */
function Organisation() {
  const { slug } = orgRoute.useParams();
  const { session } = orgRoute.useRouteContext();
  return session.tenant.slug === slug ? <Shell /> : <OtherTenantPage session={session} slug={slug} />;
}

function Failed({ error, reset }: ErrorComponentProps) {
  if (error instanceof ApiError) {
    if (error.status === 401) return null; // on the way to the sign-in page
    return (
      <main id="main" className="flex h-full min-w-0 flex-1">
        <ErrorState
          error={error}
          onRetry={() => {
            reset();
            location.reload();
          }}
        />
      </main>
    );
  }
  return <BrokenPage error={error} />;
}

/** For a route's beforeLoad: who else comes here goes to the overview. The server refuses too. */
export const only =
  (...roles: Role[]) =>
  ({ context }: { context: { session: Session } }) => {
    if (!roles.includes(roleHere(context.session.role))) throw redirect({ to: orgPath(context.session.tenant.slug), replace: true });
  };
