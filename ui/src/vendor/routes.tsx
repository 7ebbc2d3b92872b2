import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { registerRoutes } from "#/kit/register/routes";
import { only, orgRoute } from "#/shell/root";

const at = { getParentRoute: () => orgRoute, beforeLoad: only("admin", "user", "auditor") };

export const vendorRoutes = [
  ...registerRoutes("vendors", () => import("./VendorList"), "VendorList", "VendorPage"),
  createRoute({ ...at, path: "vendor-assessments/$id", component: lazyRouteComponent(() => import("./AssessmentPage"), "AssessmentPage") }),
  createRoute({
    ...at,
    path: "vendor-questionnaires/$id",
    component: lazyRouteComponent(() => import("./QuestionnairePage"), "QuestionnairePage"),
  }),
] as const;
