import { branch, inBranch } from "./branch";
import { asOf, atTime } from "./past";

/** What the server said when it refused. `fields` has one sentence for each wrong input, under the input's name. */
export class ApiError extends Error {
  constructor(
    /** The HTTP status; 0 when the server could not be reached. */
    readonly status: number,
    /** One word for programs: "invalid", "not_found", "stale" ... */
    readonly kind: string,
    message: string,
    readonly fields: Readonly<Record<string, string>> = {},
    /** The request's id, to be quoted when asking for help. */
    readonly request = "",
    /** Seconds to wait before trying again, when the server says so. */
    readonly after = 0,
  ) {
    super(message);
    this.name = "ApiError";
  }
}

/** What the shell does when the door closes. Set once, by the shell. */
export const door = {
  /** 401: the session has ended. */
  signedOut() {},
  /** 409 tenant_mismatch: another tab of this browser went to another organisation. */
  otherTenant() {},
};

let expected = "";
/** Names the tenant that this page shows. Every request asserts it; the session alone selects it. */
export function expectTenant(id: string) {
  expected = id;
}

type Values = Readonly<Record<string, string | number>>;

export type Sent = {
  path?: Values;
  query?: object;
  body?: unknown;
  /** The version that the change was made on: If-Match. */
  version?: number;
  /** Sends a key of its own, so that the server does the work once, however often the network repeats it. */
  idempotent?: boolean;
  /** It is about now and the organisation itself, also on a page of the past or of a branch; "branch": about now, in the branch. */
  present?: boolean | "branch";
  signal?: AbortSignal;
};

/** The address of an operation: ids in the path, the rest as a query; empty values are left out, lists are joined by commas. */
export function href(path: string, { path: ids = {}, query = {}, present }: Pick<Sent, "path" | "query" | "present"> = {}): string {
  const url = addressOf(path, ids, query);
  if (asOf && !present) return atTime(url, asOf);
  return branch && present !== true ? inBranch(url, branch) : url;
}

function addressOf(path: string, ids: Values, query: object): string {
  const url = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(ids[name] ?? "")));
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    const text = Array.isArray(value) ? value.join(",") : value === undefined || value === null ? "" : String(value);
    if (text !== "") params.set(name, text);
  }
  return params.size > 0 ? `${url}?${params}` : url;
}

function headers(sent: Pick<Sent, "version" | "idempotent" | "present">): Record<string, string> {
  const h: Record<string, string> = { Accept: "application/json" };
  if (asOf && !sent.present) h["Assay-As-Of"] = asOf; // also with what would write: the server refuses it in a sentence
  if (branch && sent.present !== true) h["Assay-Branch"] = branch;
  if (expected) h["Assay-Expect-Tenant"] = expected;
  if (sent.version !== undefined) h["If-Match"] = `"${sent.version}"`;
  if (sent.idempotent) h["Idempotency-Key"] = key();
  return h;
}

/** randomUUID exists only on https and localhost; a program on a plain-http test address still gets a key. */
function key(): string {
  if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");
}

const receipts = new WeakMap<object, number>();
const own = new Set<number>();
/** Whether this page made that change: news of it are no news. */
export const isOwn = (seq: number): boolean => own.has(seq);
/** The number that the audit log gave to the write that answered `out`, or undefined when nothing changed. `POST /api/v1/undo` takes it. */
export function receiptOf(out: unknown): number | undefined {
  return typeof out === "object" && out !== null ? receipts.get(out) : undefined;
}

/** Reads an answer: the record with its receipt, or the refusal as a thrown ApiError. */
function read(status: number, text: string, header: (name: string) => string | null): object {
  const answer = parse(text);
  if (status >= 200 && status < 300) {
    // An answer without content still carries its receipt.
    const out: object = typeof answer === "object" && answer !== null ? answer : {};
    const seqs = (header("Assay-Audit") ?? "").split(",").filter(Boolean).map(Number);
    for (const seq of seqs) own.add(seq);
    const [seq] = seqs;
    if (seq !== undefined && seqs.length === 1) receipts.set(out, seq); // what took several writes is not undone by one
    return out;
  }
  const error = refusal(status, answer, header("Assay-Request") ?? header("X-Request-Id") ?? "", Number(header("Retry-After")) || 0);
  if (status === 401) door.signedOut();
  if (error.kind === "tenant_mismatch") door.otherTenant();
  throw error;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

type Problem = {
  kind?: unknown;
  type?: unknown;
  title?: unknown;
  detail?: unknown;
  request?: unknown;
  fields?: unknown;
  errors?: unknown;
};

/** Turns problem+json (RFC 9457) into an ApiError. */
export function refusal(status: number, answer: unknown, request: string, after = 0): ApiError {
  const p: Problem = typeof answer === "object" && answer !== null ? answer : {};
  const word = (v: unknown) => (typeof v === "string" ? v : "");
  const fields: Record<string, string> = {};
  if (typeof p.fields === "object" && p.fields !== null)
    for (const [name, message] of Object.entries(p.fields)) fields[name] = String(message);
  if (Array.isArray(p.errors))
    for (const e of p.errors as { location?: unknown; message?: unknown }[]) {
      const name = word(e?.location).replace(/^(body|query|path|header)\.?/, "");
      if (name && !(name in fields)) fields[name] = word(e?.message);
    }
  const kind = word(p.kind) || word(p.type).split(/[/:#]/).at(-1) || String(status);
  return new ApiError(
    status,
    kind,
    word(p.detail) || word(p.title) || `The server answered ${status}.`,
    fields,
    word(p.request) || request,
    after,
  );
}

const rest = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const unreachable = () => new ApiError(0, "offline", "The server cannot be reached. Check the connection and try again.");

/** How often, with a second between, a write is sent again while its organisation moves. */
const moves = 5;
const moving = (answer: Response) => answer.status === 503 && answer.headers.get("Retry-After") === "1";

/** Sends one operation and answers its output. Modules call the functions of the generated api.ts, which call this. */
export async function call<Out>(method: string, path: string, sent: Sent = {}): Promise<Out> {
  const h = headers(sent);
  const init: RequestInit = { method, headers: h, credentials: "same-origin" };
  if (sent.body !== undefined) {
    h["Content-Type"] = "application/json";
    init.body = JSON.stringify(sent.body);
  }
  if (sent.signal) init.signal = sent.signal;
  const once = async () => {
    const answer = await fetch(addressOf(path, sent.path ?? {}, sent.query ?? {}), init);
    return { answer, text: await answer.text() };
  };
  let got: Awaited<ReturnType<typeof once>>;
  try {
    // With a key the server does the work once, so a broken connection may be tried again, with the same key.
    got = await (sent.idempotent ? once().catch(() => (sent.signal?.aborted ? once() : rest(400).then(once))) : once());
  } catch (e) {
    if (sent.signal?.aborted) throw e;
    throw unreachable();
  }
  // An organisation that moves to another machine is there again in a moment. With a key nothing is done twice.
  for (let tries = 0; tries < moves && sent.idempotent && moving(got.answer) && !sent.signal?.aborted; tries++) {
    await rest(1000);
    got = await once().catch(() => got);
  }
  const { answer, text } = got;
  return read(answer.status, text, (name) => answer.headers.get(name)) as Out;
}

export type UploadOptions = Pick<Sent, "path" | "query" | "signal" | "version" | "present"> & {
  onProgress?: (sentBytes: number, allBytes: number) => void;
};

/** Sends one file. It uses XMLHttpRequest because fetch does not say how far an upload is. */
export function upload<Out>(path: string, file: File, o: UploadOptions = {}): Promise<Out> {
  return new Promise((resolve, reject) => {
    const form = new FormData();
    form.set("file", file);
    const x = new XMLHttpRequest();
    x.upload.onprogress = (e) => o.onProgress?.(e.loaded, e.lengthComputable ? e.total : file.size);
    x.onload = () => {
      try {
        resolve(read(x.status, x.responseText, (name) => x.getResponseHeader(name)) as Out);
      } catch (e) {
        reject(e);
      }
    };
    x.onerror = () => reject(unreachable());
    x.onabort = () => reject(new DOMException("The upload was cancelled.", "AbortError"));
    o.signal?.addEventListener("abort", () => x.abort());
    x.open("POST", addressOf(path, o.path ?? {}, o.query ?? {}));
    for (const [name, value] of Object.entries(headers({ idempotent: true, ...o }))) x.setRequestHeader(name, value);
    if (o.signal?.aborted) return reject(new DOMException("The upload was cancelled.", "AbortError"));
    x.send(form);
  });
}
export { stream } from "./stream";
