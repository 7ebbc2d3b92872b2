import { useMemo, useSyncExternalStore } from "react";
import { sentence } from "./State";

export type JobState = "waiting" | "running" | "processing" | "done" | "failed" | "cancelled";
export type Job = {
  readonly id: number;
  /** Where it was begun: "evidence/<id>". A screen shows its own, the tray shows all. */
  readonly scope: string;
  readonly title: string;
  readonly state: JobState;
  /** 0 to 1, when it is known. */
  readonly progress: number | undefined;
  /** What is going on, or what went wrong. */
  readonly note: string;
  readonly size?: number;
  /** Where the result is. */
  readonly link?: string;
};
type Report = (progress: number | undefined, note?: string, state?: "running" | "processing") => void;
type Work = {
  scope: string;
  title: string;
  size?: number;
  run: (report: Report, signal: AbortSignal) => Promise<{ link?: string; note?: string } | undefined>;
};

/** So many uploads go at once; the others wait for their turn. */
const atOnce = 3;

let jobs: readonly Job[] = [];
let next = 1;
const works = new Map<number, { work: Work; stop: AbortController }>();
const listeners = new Set<() => void>();

function publish(list: readonly Job[]) {
  jobs = list;
  for (const l of listeners) l();
}
const change = (id: number, c: Partial<Job>) => publish(jobs.map((j) => (j.id === id ? { ...j, ...c } : j)));
const active = (j: Job) => j.state === "running" || j.state === "processing";
export const isOver = (j: Job) => j.state === "done" || j.state === "failed" || j.state === "cancelled";

function pump() {
  while (jobs.filter(active).length < atOnce) {
    const waiting = jobs.find((j) => j.state === "waiting");
    if (!waiting) return;
    void go(waiting.id);
  }
}

async function go(id: number) {
  const it = works.get(id);
  if (!it) return;
  change(id, { state: "running", progress: 0, note: "" });
  try {
    const out = await it.work.run(
      (progress, note, state) => change(id, { progress, ...(note !== undefined && { note }), ...(state && { state }) }),
      it.stop.signal,
    );
    change(id, { state: "done", progress: 1, note: out?.note ?? "", link: out?.link });
  } catch (e) {
    if (it.stop.signal.aborted) change(id, { state: "cancelled", progress: undefined, note: "" });
    else change(id, { state: "failed", progress: undefined, note: sentence(e) });
  }
  pump();
}

/** Work that takes its time and goes on while people walk through the product. */
export const jobQueue = {
  start(work: Work): number {
    const id = next++;
    works.set(id, { work, stop: new AbortController() });
    publish([...jobs, { id, scope: work.scope, title: work.title, size: work.size, state: "waiting", progress: undefined, note: "" }]);
    pump();
    return id;
  },
  /** Something that failed before it began: a file that is too big. */
  refuse(scope: string, title: string, note: string, size?: number) {
    publish([...jobs, { id: next++, scope, title, size, state: "failed", progress: undefined, note }]);
  },
  cancel(id: number) {
    works.get(id)?.stop.abort();
    if (jobs.find((j) => j.id === id)?.state === "waiting") change(id, { state: "cancelled" });
  },
  retry(id: number) {
    const it = works.get(id);
    if (!it) return;
    it.stop = new AbortController();
    change(id, { state: "waiting", progress: undefined, note: "" });
    pump();
  },
  canRetry: (id: number) => works.has(id),
  remove(id: number) {
    works.delete(id);
    publish(jobs.filter((j) => j.id !== id));
  },
  clearOver() {
    for (const j of jobs) if (isOver(j)) works.delete(j.id);
    publish(jobs.filter((j) => !isOver(j)));
  },
};

/** The jobs of one scope, or all of them. */
export function useJobs(scope?: string): readonly Job[] {
  const all = useSyncExternalStore(
    (tell) => {
      listeners.add(tell);
      return () => listeners.delete(tell);
    },
    () => jobs,
  );
  return useMemo(() => (scope === undefined ? all : all.filter((j) => j.scope === scope)), [all, scope]);
}
