import { QueryClient } from "@tanstack/react-query";
import { ApiError } from "#/api/call";

/** The one cache of what the server said. A refusal is final; only a broken connection is worth a second try. */
export const cache = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      refetchOnWindowFocus: false,
      retry: (count, e) => count < 2 && (!(e instanceof ApiError) || e.status === 0 || e.status === 429 || e.status >= 500),
      networkMode: "always",
    },
    mutations: { networkMode: "always" },
  },
});
