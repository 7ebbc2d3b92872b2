import { registerRoutes } from "#/kit/register/routes";

export const biaRoutes = registerRoutes("bia", () => import("./BiaList"), "BiaList", "BiaPage");
