import { useEffect } from "react";
import { isOwn, stream } from "#/api/call";
import { asOf } from "#/api/past";
import { cache } from "#/kit/cache";
import { sessionQuery } from "./session";

/** So often at most does a page read again what others change. */
const pace = 2_000;

/** Tables whose rows few queries show. A change in any other may move lists and figures everywhere. */
const shownBy: Readonly<Record<string, readonly string[]>> = {
  readiness_day: ["dashboard", "audit"],
  notification: ["notification", "mywork", "dashboard"],
  comment: ["comment", "audit", "dashboard"],
  record_link: ["link", "history", "audit", "dashboard"],
  saved_view: ["view", "audit"],
  view_default: ["view", "audit"],
};
/** Tables that say who is here and where: the session repeats them. */
const named = new Set(["organisation", "person"]);

type News = { seq: number; tables: readonly string[] };

/** What an event tells. An executive's tells nothing but that something changed. */
function newsOf(data: unknown): News {
  const d: { seq?: unknown; rows?: unknown } = typeof data === "object" && data !== null ? data : {};
  const rows: readonly unknown[] = Array.isArray(d.rows) ? d.rows : [];
  return {
    seq: typeof d.seq === "number" ? d.seq : -1,
    tables: rows.flatMap((r) => (typeof r === "object" && r !== null && "table" in r ? [String(r.table)] : [])),
  };
}

/** Which queries the news are about. News that name no table, and a connection that was away, are about all. */
export function concerns(news: readonly News[], missed: boolean): (key: readonly unknown[]) => boolean {
  const tables = new Set(news.flatMap((n) => n.tables));
  const all = missed || news.some((n) => n.tables.length === 0) || [...tables].some((table) => !(table in shownBy));
  const few = new Set([...tables].flatMap((table) => shownBy[table] ?? []));
  const who = missed || [...tables].some((table) => named.has(table));
  return (key) => (key[0] === sessionQuery.queryKey[0] ? who : all || few.has(String(key[0])));
}

/**
 * Keeps what is on screen true while others work: what they change is read again, in place, so that lists keep
 * their scroll and their selection. One's own changes are only marked, because the page has them already and a
 * list must not move under the hand. A page that nobody sees waits until somebody does.
 */
export function useLive(still = false) {
  useEffect(() => {
    if (asOf || still) return; // the past does not change, nor does a snapshot
    let begun = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let news: News[] = [];
    let missed = false;
    const settle = () => {
      timer = undefined;
      if (document.hidden) return;
      const about = concerns(news, missed);
      const others = missed || news.some((n) => !isOwn(n.seq));
      news = [];
      missed = false;
      void cache.invalidateQueries({ predicate: (q) => about(q.queryKey), refetchType: others ? "active" : "none" });
    };
    const seen = () => {
      if (!document.hidden && (missed || news.length > 0)) timer ??= setTimeout(settle);
    };
    const stop = stream("/api/v1/events", ({ event, data }) => {
      if (event === "begin") {
        if (begun)
          missed = true; // the connection was away: anything may have happened
        else {
          begun = true;
          return;
        }
      } else if (event === "changed") news.push(newsOf(data));
      else return;
      // Waits a little: the answer to one's own write may come after the news of it.
      timer ??= setTimeout(settle, pace);
    });
    document.addEventListener("visibilitychange", seen);
    return () => {
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", seen);
      stop();
    };
  }, [still]);
}
