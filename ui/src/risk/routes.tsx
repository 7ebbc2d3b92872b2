import { registerRoutes } from "#/kit/register/routes";

export const riskRoutes = registerRoutes("risks", () => import("./RiskList"), "RiskList", "RiskPage");
