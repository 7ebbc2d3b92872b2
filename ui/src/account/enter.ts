import { useRouter } from "@tanstack/react-router";
import { account, type Session } from "#/api/api";
import { branchIn } from "#/api/branch";
import { expectTenant } from "#/api/call";
import { asOfIn } from "#/api/past";
import { cache } from "#/kit/cache";
import { orgPath } from "#/shell/nav";
import { sessionQuery, wanted } from "#/shell/session";

/** The short name of the organisation that a path belongs to. */
const slugOf = (path: string) => decodeURIComponent(/^\/o\/([^/?#]+)/.exec(path)?.[1] ?? "");

/** Goes in after signing in: to the page that was asked for, in its organisation, when one belongs to it. */
export function useEnter() {
  const router = useRouter();
  return async (session: Session, next?: string) => {
    const to = wanted(next);
    const slug = slugOf(to);
    let here = session;
    if (slug && slug !== session.tenant.slug && session.tenants.some((o) => o.slug === slug))
      here = await account.switch({ body: { slug } });
    cache.clear();
    expectTenant("");
    cache.setQueryData(sessionQuery.queryKey, here);
    const url = new URL(to, location.origin);
    if (asOfIn(url) || branchIn(url)) return location.replace(to); // a page of the past, or of a branch, is loaded as one
    await router.navigate({ href: to === "/" ? orgPath(here.tenant.slug) : to, replace: true });
  };
}
