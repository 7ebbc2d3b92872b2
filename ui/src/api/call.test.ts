import { afterEach, expect, test, vi } from "vitest";
import { ApiError, call, door, expectTenant, href, receiptOf } from "./call";
import { events } from "./stream";

afterEach(() => {
  vi.unstubAllGlobals();
  expectTenant("");
});
function answer(status: number, body: unknown, headers: Record<string, string> = {}) {
  const fetch = vi.fn(
    async (_url: string, _init: RequestInit) => new Response(status === 204 ? null : JSON.stringify(body), { status, headers }),
  );
  vi.stubGlobal("fetch", fetch);
  return fetch;
}

test("the address: ids in the path, lists by commas, nothing empty", () => {
  expect(href("/api/v1/controls/{id}", { path: { id: "a/b" } })).toBe("/api/v1/controls/a%2Fb");
  expect(href("/api/v1/controls", { query: { status: ["gap", "implemented"], q: "", owner: undefined, page: 2 } })).toBe(
    "/api/v1/controls?status=gap%2Cimplemented&page=2",
  );
});

test("a write says what it was made on, and answers with its receipt", async () => {
  const fetch = answer(200, { id: "x", version: 8 }, { "Assay-Audit": "41" });
  expectTenant("t1");
  const out = await call<{ id: string }>("PATCH", "/api/v1/controls/{id}", {
    path: { id: "x" },
    body: { title: "New" },
    version: 7,
    idempotent: true,
  });
  const sent = new Headers(fetch.mock.calls[0]?.[1].headers);
  expect(sent.get("If-Match")).toBe('"7"');
  expect(sent.get("Assay-Expect-Tenant")).toBe("t1");
  expect(sent.get("Idempotency-Key")).toMatch(/.{20}/);
  expect(receiptOf(out)).toBe(41);
});

test("an answer without content carries its receipt too; a write that changed nothing has none", async () => {
  answer(204, null, { "Assay-Audit": "7" });
  expect(receiptOf(await call<void>("DELETE", "/x"))).toBe(7);
  answer(200, { id: "x" });
  expect(receiptOf(await call<object>("PATCH", "/x"))).toBeUndefined();
});

test("a refusal has a sentence for each field", async () => {
  answer(422, {
    kind: "invalid",
    detail: "Please correct the marked fields.",
    request: "r1",
    errors: [{ location: "body.title", message: "This field is required." }],
  });
  const e = await call("POST", "/x", { body: {} }).catch((e: unknown) => e);
  expect(e).toBeInstanceOf(ApiError);
  expect(e).toMatchObject({ status: 422, kind: "invalid", request: "r1", fields: { title: "This field is required." } });
});

test("a session that ended and a tab that stayed behind are told to the shell", async () => {
  const told: string[] = [];
  door.signedOut = () => told.push("out");
  door.otherTenant = () => told.push("other");
  answer(401, { kind: "unauthenticated" });
  await call("GET", "/x").catch(() => {});
  answer(409, { kind: "tenant_mismatch" });
  await call("GET", "/x").catch(() => {});
  expect(told).toEqual(["out", "other"]);
});

test("a write waits for an organisation that moves, with the same key; without a key it is refused at once", async () => {
  vi.useFakeTimers();
  try {
    const gone = () => new Response(JSON.stringify({ kind: "unavailable" }), { status: 503, headers: { "Retry-After": "1" } });
    const fetch = vi.fn(async (_url: string, _init: RequestInit) => (fetch.mock.calls.length < 3 ? gone() : Response.json({ id: "x" })));
    vi.stubGlobal("fetch", fetch);
    const done = call<{ id: string }>("POST", "/x", { idempotent: true });
    await vi.advanceTimersByTimeAsync(5000);
    expect(await done).toEqual({ id: "x" });
    const keys = fetch.mock.calls.map(([, init]) => new Headers(init.headers).get("Idempotency-Key"));
    expect(keys.length).toBe(3);
    expect(new Set(keys).size).toBe(1);
    fetch.mockClear();
    await expect(call("POST", "/x")).rejects.toMatchObject({ status: 503, after: 1 });
    expect(fetch).toHaveBeenCalledTimes(1);
  } finally {
    vi.useRealTimers();
  }
});

test("a broken connection is tried again only when the server would do the work once, with the same key", async () => {
  const keys: (string | null)[] = [];
  vi.stubGlobal("fetch", async (_: string, init: RequestInit) => {
    keys.push(new Headers(init.headers).get("Idempotency-Key"));
    if (keys.length === 1) throw new TypeError("network");
    return new Response("{}", { status: 200 });
  });
  vi.useFakeTimers();
  const done = call("POST", "/x", { idempotent: true });
  await vi.runAllTimersAsync();
  await done;
  vi.useRealTimers();
  expect(keys).toHaveLength(2);
  expect(keys[0]).toBe(keys[1]);

  vi.stubGlobal("fetch", async () => {
    throw new TypeError("network");
  });
  await expect(call("PATCH", "/x")).rejects.toMatchObject({ status: 0, kind: "offline" });
});

test("events of a stream, also when they arrive in pieces", async () => {
  const pieces = [":\n\nevent: cha", 'nge\nid: 4\ndata: {"seq":', "4}\n", "\ndata: plain\n\n"];
  const body = new ReadableStream<Uint8Array>({
    start(c) {
      for (const p of pieces) c.enqueue(new TextEncoder().encode(p));
      c.close();
    },
  });
  const got = [];
  for await (const e of events(body)) got.push(e);
  expect(got).toEqual([
    { event: "change", id: "4", data: { seq: 4 } },
    { event: "message", id: "", data: "plain" },
  ]);
});
