import { queryOptions } from "@tanstack/react-query";
import { scope } from "#/api/api";

/** The products that are in use: what records may belong to. */
export const productsQuery = queryOptions({
  queryKey: ["scope", "list"],
  queryFn: async () => (await scope.list()).items,
  staleTime: 60_000,
});

/** What the server calls the whole organisation where a product could stand. */
export const ORGANISATION = "organisation";
