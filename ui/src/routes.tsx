import { accountRoutes, doorRoutes } from "#/account/routes";
import { activityRoutes } from "#/activity/routes";
import { applicationRoutes } from "#/application/routes";
import { assetRoutes } from "#/asset/routes";
import { auditRoutes } from "#/auditlog/routes";
import { backupRoutes } from "#/backup/routes";
import { biaRoutes } from "#/bia/routes";
import { branchRoutes } from "#/branch/routes";
import { controlRoutes } from "#/control/routes";
import { dashboardRoutes } from "#/dashboard/routes";
import { evidenceRoutes } from "#/evidence/routes";
import { frameworkRoutes } from "#/framework/routes";
import { galleryRoutes } from "#/gallery/routes";
import { importRoutes } from "#/imports/routes";
import { memberRoutes } from "#/member/routes";
import { workRoutes } from "#/mywork/routes";
import { inboxRoutes } from "#/notification/routes";
import { personnelRoutes } from "#/personnel/routes";
import { policyRoutes } from "#/policy/routes";
import { riskRoutes } from "#/risk/routes";
import { scopeRoutes } from "#/scope/routes";
import { searchRoutes } from "#/search/routes";
import { settingsRoutes } from "#/settings/routes";
import { homeRoute, orgRoute, rootRoute } from "#/shell/root";
import { snapshotRoutes } from "#/snapshot/routes";
import { taskRoutes } from "#/task/routes";
import { trashRoutes } from "#/trash/routes";
import { vendorRoutes } from "#/vendor/routes";

/**
 * The one list of pages. A module gives its `routes` from routes.tsx: pages inside an organisation hang on
 * orgRoute, pages before signing in on rootRoute.
 */
const pages = orgRoute.addChildren([
  // modules, in the order of the menu
  ...dashboardRoutes,
  ...workRoutes,
  ...frameworkRoutes,
  ...controlRoutes,
  ...evidenceRoutes,
  ...policyRoutes,
  ...activityRoutes,
  ...riskRoutes,
  ...assetRoutes,
  ...biaRoutes,
  ...vendorRoutes,
  ...personnelRoutes,
  ...applicationRoutes,
  ...scopeRoutes,
  ...importRoutes,
  ...taskRoutes,
  ...branchRoutes,
  ...inboxRoutes,
  ...memberRoutes,
  ...auditRoutes,
  ...trashRoutes,
  ...backupRoutes,
  ...snapshotRoutes,
  ...searchRoutes,
  ...settingsRoutes,
  ...accountRoutes,
  ...(import.meta.env.DEV || import.meta.env.VITE_GALLERY ? galleryRoutes() : []),
]);

export const routeTree = rootRoute.addChildren([homeRoute, ...doorRoutes, pages]);
