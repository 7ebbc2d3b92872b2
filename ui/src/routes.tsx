import { galleryRoutes } from "#/gallery/routes";
import { homeRoute, orgRoute, rootRoute } from "#/shell/root";

/**
 * The one list of pages. A module gives its `routes` from routes.tsx: pages inside an organisation hang on
 * orgRoute, pages before signing in on rootRoute.
 */
const pages = orgRoute.addChildren([
  // modules, in the order of the menu
  ...(import.meta.env.DEV || import.meta.env.VITE_GALLERY ? galleryRoutes() : []),
]);

export const routeTree = rootRoute.addChildren([homeRoute, pages]);
