import { spawn } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { type ClientRequest, createServer, request, type Server } from "node:http";
import { type AddressInfo, createServer as listen } from "node:net";
import { homedir } from "node:os";
import { join } from "node:path";
import { folder, type Own, run } from "./own";

/** The S3 server that the gate builds; empty where there is none. */
export const gateway =
  [process.env.ASSAY_VERSITYGW ?? "", join(homedir(), ".cache/assay-tools/versitygw")].find((p) => p && existsSync(p)) ?? "";

const freePort = (): Promise<number> =>
  new Promise((found) => {
    const l = listen().listen(0, "127.0.0.1", () => {
      const { port } = l.address() as AddressInfo;
      l.close(() => found(port));
    });
  });

const keys = { S3_KEY: "walk", S3_SECRET: "walk-secret" };

/** Processes that share one installation on a real S3 server, behind a balancer that sends requests to any of them. */
export async function share() {
  const port = await freePort();
  const dir = folder();
  for (const bucket of ["keys", "objects", "backup"]) mkdirSync(join(dir, bucket));
  const store = spawn(
    gateway,
    ["--port", `127.0.0.1:${port}`, "--access", keys.S3_KEY, "--secret", keys.S3_SECRET, "--quiet", "posix", dir],
    {
      stdio: "ignore",
      env: { PATH: process.env.PATH, HOME: dir, TMPDIR: dir },
    },
  );
  const bucket = (name: string) => `http://127.0.0.1:${port}/${name}`;
  const cells: { port: number; own: Own }[] = [];
  const balancer = balance(() => cells.map((c) => c.port));
  const base = await new Promise<string>((ready) =>
    balancer.listen(0, "127.0.0.1", () => ready(`http://127.0.0.1:${(balancer.address() as AddressInfo).port}`)),
  );
  return {
    base,
    /** Starts one more on an empty disk. */
    add: async () => {
      const [web, cell] = [await freePort(), await freePort()];
      const own = await run(
        "serve",
        "--data",
        join(folder(), "data"),
        "--listen",
        `127.0.0.1:${web}`,
        "--base-url",
        base,
        "--cell",
        `127.0.0.1:${cell}`,
        "--cell-lease",
        "3s",
        "--keys",
        bucket("keys"),
        "--s3",
        bucket("objects"),
        "--backup",
        bucket("backup"),
        "--s3-key",
        keys.S3_KEY,
        "--s3-secret",
        keys.S3_SECRET,
        "--durability",
        "sync",
        "--master-key",
        "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
      );
      cells.push({ port: web, own });
      return own;
    },
    /** Asks the oldest to end, as an update does. */
    end: async () => {
      await cells[0]?.own.stop();
      cells.shift();
    },
    stop: async () => {
      for (const c of cells) await c.own.stop();
      balancer.closeAllConnections();
      balancer.close();
      store.kill();
    },
  };
}

/** Sends each request to another one in turn, and to the next when nobody answers there. */
function balance(ports: () => number[]): Server {
  let turn = 0;
  return createServer((q, a) => {
    const parts: Buffer[] = [];
    q.on("data", (b: Buffer) => parts.push(b));
    q.on("end", () => {
      const all = ports();
      const first = turn++;
      const send = (tries: number) => {
        const to: ClientRequest = request(
          { host: "127.0.0.1", port: all[(first + tries) % all.length], method: q.method, path: q.url, headers: q.headers, agent: false },
          (r) => {
            a.writeHead(r.statusCode ?? 502, r.headers);
            r.pipe(a);
            r.on("error", () => a.destroy());
          },
        );
        to.on("error", (e: NodeJS.ErrnoException) => {
          if (e.code === "ECONNREFUSED" && tries + 1 < all.length) send(tries + 1);
          else a.destroy();
        });
        a.on("close", () => to.destroy());
        to.end(Buffer.concat(parts));
      };
      send(0);
    });
  });
}
