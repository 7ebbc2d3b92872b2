import { useEffect } from "react";
import { isOwn, stream } from "#/api/call";
import { cache } from "#/kit/cache";
import { sessionQuery } from "./session";

/** So often at most does a page read again what others change. */
const pace = 2_000;

function seqOf(data: unknown): number {
  return typeof data === "object" && data !== null && "seq" in data && typeof data.seq === "number" ? data.seq : -1;
}
const isSession = (key: readonly unknown[]) => key[0] === sessionQuery.queryKey[0];

/**
 * Keeps what is on screen true while others work: what they change is read again, in place. One's own
 * changes are only marked, because the page has them already and a list must not move under the hand.
 */
export function useLive() {
  useEffect(() => {
    let begun = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let waiting: number[] = [];
    let missed = false;
    const settle = () => {
      timer = undefined;
      const others = missed || waiting.some((seq) => !isOwn(seq));
      waiting = [];
      missed = false;
      void cache.invalidateQueries({ predicate: (q) => !isSession(q.queryKey), refetchType: others ? "active" : "none" });
    };
    const stop = stream("/api/v1/events", ({ event, data }) => {
      if (event === "begin") {
        if (begun)
          missed = true; // the connection was away: anything may have happened
        else {
          begun = true;
          return;
        }
      } else if (event === "changed") waiting.push(seqOf(data));
      else return;
      // Waits a little: the answer to one's own write may come after the news of it.
      timer ??= setTimeout(settle, pace);
    });
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, []);
}
