import { useCallback, useEffect, useRef, useState } from "react";
import { policy, type VersionDetail } from "#/api/api";
import { ApiError } from "#/api/call";
import { cache } from "#/kit/cache";
import { useEvent } from "#/kit/hooks";
import type { Node } from "#/kit/RichText";
import { sentence } from "#/kit/State";
import { detailQuery, versionQuery } from "./data";

/** So long the hand rests before what it wrote is kept. */
const rest = 1_200;

export type Draft = {
  state: "saved" | "waiting" | "saving" | "conflict" | "failed";
  /** Why it could not be kept, in the server's words. */
  why: string;
  /** Changes when the words on screen have to be read anew. */
  epoch: number;
  onChange: (doc: Node) => void;
  save: () => void;
  /** After a conflict: keep what stands here in place of what somebody else wrote, or take theirs. */
  keepMine: () => void;
  takeTheirs: () => void;
};

/**
 * Keeps what is written, a moment after the hand rests and when the page is left. Every write names the version that was read: when
 * somebody else was first nothing is lost, and whoever writes decides whose words stay.
 */
export function useDraft(v: VersionDetail): Draft {
  const [state, setState] = useState<Draft["state"]>("saved");
  const [why, setWhy] = useState("");
  const [epoch, setEpoch] = useState(0);
  const known = useRef({ version: v.version, digest: v.digest });
  const waiting = useRef<Node>(undefined);
  const busy = useRef(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  const keep = (out: VersionDetail) => {
    known.current = { version: out.version, digest: out.digest };
    cache.setQueryData(versionQuery(out.id).queryKey, out);
  };
  const save = useEvent(async () => {
    clearTimeout(timer.current);
    const doc = waiting.current;
    if (!doc || busy.current) return;
    busy.current = true;
    waiting.current = undefined;
    setState("saving");
    try {
      keep(await policy.write({ id: v.id, version: known.current.version, body: { content: doc } }));
      setState(waiting.current ? "waiting" : "saved");
      void cache.invalidateQueries({ queryKey: detailQuery(v.policy).queryKey });
      void cache.invalidateQueries({ queryKey: ["policy", "list"], refetchType: "none" });
    } catch (e) {
      waiting.current ??= doc;
      const late = e instanceof ApiError && e.status === 412;
      setWhy(late ? "" : sentence(e));
      setState(late ? "conflict" : "failed");
      return;
    } finally {
      busy.current = false;
    }
    if (waiting.current) void save();
  });

  const onChange = useCallback(
    (doc: Node) => {
      waiting.current = doc;
      setState((now) => (now === "conflict" ? now : "waiting"));
      clearTimeout(timer.current);
      timer.current = setTimeout(() => void save(), rest);
    },
    [save],
  );

  // What somebody else wrote shows at once where nothing of one's own waits.
  useEffect(() => {
    if (v.version <= known.current.version || waiting.current || busy.current) return;
    if (v.digest !== known.current.digest) setEpoch((n) => n + 1);
    known.current = { version: v.version, digest: v.digest };
  }, [v.version, v.digest]);

  useEffect(() => {
    const leave = () => document.hidden && void save();
    const warn = (e: BeforeUnloadEvent) => {
      if (!waiting.current && !busy.current) return;
      void save();
      e.preventDefault();
    };
    document.addEventListener("visibilitychange", leave);
    addEventListener("beforeunload", warn);
    return () => {
      document.removeEventListener("visibilitychange", leave);
      removeEventListener("beforeunload", warn);
      void save();
    };
  }, [save]);

  const theirs = async () => {
    const out = await policy.version({ id: v.id });
    keep(out);
    return out;
  };
  return {
    state,
    why,
    epoch,
    onChange,
    save: () => void save(),
    keepMine: () => void theirs().then(save, (e: unknown) => setWhy(sentence(e))),
    takeTheirs: () =>
      void theirs().then(
        () => {
          waiting.current = undefined;
          setState("saved");
          setEpoch((n) => n + 1);
        },
        (e: unknown) => setWhy(sentence(e)),
      ),
  };
}
