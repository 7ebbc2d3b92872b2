import { type InfiniteData, infiniteQueryOptions } from "@tanstack/react-query";
import { type NotificationPage, notification } from "#/api/api";
import { cache } from "#/kit/cache";
import { toast } from "#/kit/Toast";
import { unreadQuery } from "#/shell/Bell";

const size = 50;

/** The inbox, page by page, newest first. */
export const inboxQuery = (show: "all" | "unread") =>
  infiniteQueryOptions({
    queryKey: ["notification", "list", show],
    queryFn: ({ pageParam }) => notification.list({ show, page: pageParam, limit: size }),
    initialPageParam: 1,
    getNextPageParam: (last: NotificationPage) => (last.page * last.limit < last.total ? last.page + 1 : undefined),
    staleTime: 5_000,
  });

/** Marks notifications at once; what the server says of the count follows. */
export async function mark(ids: string[], unread: boolean) {
  paint((id) => ids.includes(id), !unread);
  await send(() => notification.read({ body: { ids, unread } }));
}

export async function markAll() {
  paint(() => true, true);
  await send(() => notification.read({ body: { all: true } }));
}

function paint(which: (id: string) => boolean, read: boolean) {
  cache.setQueriesData<InfiniteData<NotificationPage>>(
    { queryKey: ["notification", "list"] },
    (d) => d && { ...d, pages: d.pages.map((p) => ({ ...p, items: p.items.map((n) => (which(n.id) ? { ...n, read } : n)) })) },
  );
}

async function send(work: () => Promise<{ unread: number }>) {
  try {
    cache.setQueryData(unreadQuery.queryKey, await work());
  } catch (e) {
    toast.failed(e);
    void cache.invalidateQueries({ queryKey: ["notification"] });
  }
  // A list of what is unread keeps its rows until somebody looks again: nothing moves under the hand.
  void cache.invalidateQueries({ queryKey: ["notification", "list"], refetchType: "none" });
  void cache.invalidateQueries({ queryKey: ["mywork"] });
}
