import { createRoute, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { orgPath } from "#/shell/nav";
import { only, orgRoute } from "#/shell/root";
import type { Session } from "#/shell/session";

/** Where snapshots are made. */
const make = createRoute({
  getParentRoute: () => orgRoute,
  path: "snapshots",
  beforeLoad: only("admin", "auditor"),
  component: lazyRouteComponent(() => import("./SnapshotsPage"), "SnapshotsPage"),
});

/** Pages that only a snapshot has: whoever comes here otherwise goes to the overview. */
const inside = ({ context }: { context: { session: Session } }) => {
  if (!context.session.snapshot) throw redirect({ to: orgPath(context.session.tenant.slug), replace: true });
};

const about = createRoute({
  getParentRoute: () => orgRoute,
  path: "snapshot",
  beforeLoad: inside,
  component: lazyRouteComponent(() => import("./AboutPage"), "AboutPage"),
});

const compare = createRoute({
  getParentRoute: () => orgRoute,
  path: "compare",
  beforeLoad: inside,
  component: lazyRouteComponent(() => import("./ComparePage"), "ComparePage"),
});

export const snapshotRoutes = [make, about, compare] as const;
