import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { only, orgRoute } from "#/shell/root";

export type BackupSearch = { day?: string };

/** What is kept outside the organisation's file, and the way back. */
const page = createRoute({
  getParentRoute: () => orgRoute,
  path: "backups",
  beforeLoad: only("admin"),
  validateSearch: (s: { [name: string]: unknown }): BackupSearch => ({
    day: typeof s.day === "string" && /^\d{4}-\d{2}-\d{2}$/.test(s.day) ? s.day : undefined,
  }),
  component: lazyRouteComponent(() => import("./BackupPage"), "BackupPage"),
});

export const backupRoutes = [page] as const;
