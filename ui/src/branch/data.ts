import { queryOptions } from "@tanstack/react-query";
import { branch } from "#/api/api";
import { cache } from "#/kit/cache";

export const listQuery = queryOptions({ queryKey: ["branch", "list"], queryFn: () => branch.list() });

/** The branch beside the organisation. Both may be at work, so it is counted anew each time. */
export const compareQuery = (id: string) =>
  queryOptions({ queryKey: ["branch", "compare", id], queryFn: () => branch.compare({ id }), staleTime: 0, retry: false });

/** How many changed rows stand on a page. */
export const pageSize = 50;

export const changesQuery = (id: string, table: string, page: number) =>
  queryOptions({
    queryKey: ["branch", "changes", id, table, page],
    queryFn: () => branch.changes({ id, table: table || undefined, page, limit: pageSize }),
    staleTime: 0,
  });

export const refresh = () => cache.invalidateQueries({ queryKey: ["branch"] });
