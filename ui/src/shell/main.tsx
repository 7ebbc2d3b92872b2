import "./app.css";
import { CSPProvider } from "@base-ui/react/csp-provider";
import { Tooltip } from "@base-ui/react/tooltip";
import { QueryClientProvider } from "@tanstack/react-query";
import { createRouter, RouterProvider } from "@tanstack/react-router";
import { createRoot } from "react-dom/client";
import { cache } from "#/kit/cache";
import { parseSearch, stringifySearch } from "#/kit/search";
import { Toaster } from "#/kit/Toast";
import { routeTree } from "#/routes";
import { watchDoors } from "./doors";
import { PendingPage } from "./PendingPage";

const router = createRouter({
  routeTree,
  parseSearch,
  stringifySearch,
  search: { strict: true }, // a word that a page does not know (a newsletter's utm_source) is no filter
  defaultPreload: "intent",
  defaultPreloadStaleTime: 0,
  defaultPendingMs: 200,
  defaultPendingMinMs: 0,
  defaultPendingComponent: PendingPage,
  scrollRestoration: false,
});
declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}

watchDoors();

// The server has a newer build, and the file asked for went with the older one: load the page again, once.
addEventListener("vite:preloadError", (e) => {
  const key = "assay.reloaded";
  if (Date.now() - Number(sessionStorage.getItem(key) ?? 0) < 20_000) return;
  e.preventDefault();
  sessionStorage.setItem(key, String(Date.now()));
  location.reload();
});

const root = document.getElementById("root");
if (root)
  createRoot(root).render(
    <CSPProvider disableStyleElements>
      <QueryClientProvider client={cache}>
        <Tooltip.Provider delay={500}>
          <RouterProvider router={router} />
          <Toaster />
        </Tooltip.Provider>
      </QueryClientProvider>
    </CSPProvider>,
  );
