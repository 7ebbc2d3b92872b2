import { branch } from "./branch";

/** One event of a stream: its name, its JSON content. */
export type StreamEvent = { event: string; data: unknown };
type Listener = (e: StreamEvent) => void;

const open = new Map<string, { listeners: Set<Listener>; close: () => void }>();

/**
 * Listens to a stream of events until the answered function is called. All tabs of a browser share one
 * connection: HTTP/1.1 allows six to a server, and eight open tabs must still load pages. The tab that holds
 * the lock reads, and hands what it reads to the others; when it closes, the next tab takes over.
 */
export function stream(path: string, onEvent: Listener): () => void {
  let shared = open.get(path);
  if (!shared) {
    const listeners = new Set<Listener>();
    shared = {
      listeners,
      close: share(path, (e) => {
        for (const l of listeners) l(e);
      }),
    };
    open.set(path, shared);
  }
  const { listeners, close } = shared;
  listeners.add(onEvent);
  return () => {
    listeners.delete(onEvent);
    if (listeners.size > 0 || open.get(path)?.listeners !== listeners) return;
    open.delete(path);
    close();
  };
}

function share(path: string, tell: Listener): () => void {
  const stop = new AbortController();
  // Web Locks need a secure context: without them each tab reads for itself.
  if (!navigator.locks || typeof BroadcastChannel === "undefined") {
    void follow(path, tell, stop.signal);
    return () => stop.abort();
  }
  const name = `assay.stream ${path}${branch ? ` ${branch}` : ""}`; // a branch has events of its own
  const channel = new BroadcastChannel(name);
  channel.onmessage = (m: MessageEvent<StreamEvent>) => tell(m.data);
  navigator.locks
    .request(name, { signal: stop.signal }, () =>
      follow(
        path,
        (e) => {
          channel.postMessage(e);
          tell(e);
        },
        stop.signal,
      ),
    )
    .catch(() => {}); // stopped while it waited for the lock
  return () => {
    stop.abort();
    channel.close();
  };
}

/** Reads a stream and reads it again when it breaks, ever more slowly, until it is stopped or refused. */
async function follow(path: string, tell: Listener, signal: AbortSignal) {
  let last = "";
  for (let fails = 0; !signal.aborted; ) {
    try {
      const headers: Record<string, string> = { Accept: "text/event-stream" };
      if (last) headers["Last-Event-ID"] = last;
      if (branch) headers["Assay-Branch"] = branch;
      const answer = await fetch(path, { headers, signal, cache: "no-store" });
      if (answer.status >= 400 && answer.status < 500 && answer.status !== 429) return; // asking again will not help
      if (answer.ok && answer.body) {
        fails = 0;
        for await (const e of events(answer.body)) {
          if (e.id) last = e.id;
          tell({ event: e.event, data: e.data });
        }
      }
    } catch {
      // The network went away, or the stream was stopped: the loop sees which.
    }
    fails++;
    await pause(Math.min(30_000, 500 * 2 ** Math.min(fails, 6)), signal);
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done);
  });
}

/** Splits a body into server-sent events. */
export async function* events(body: ReadableStream<Uint8Array>) {
  const reader = body.getReader();
  const text = new TextDecoder();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const blocks = (rest + text.decode(value, { stream: true })).split(/\r?\n\r?\n/);
      rest = blocks.pop() ?? "";
      for (const block of blocks) {
        const e = { event: "message", id: "", data: "" };
        for (const line of block.split(/\r?\n/)) {
          const [, name = "", value = ""] = /^(\w+): ?(.*)$/.exec(line) ?? [];
          if (name === "data") e.data += (e.data ? "\n" : "") + value;
          else if (name === "event") e.event = value;
          else if (name === "id") e.id = value;
        }
        if (e.data) yield { ...e, data: json(e.data) };
      }
    }
  } finally {
    reader.releaseLock();
  }
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
