import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test } from "./fixture";

/** A program of a walk's own, for what must not happen to the demo that all walks share. */
export type Own = {
  base: string;
  setup: string;
  said: string;
  accounts: Map<string, { email: string; password: string }>;
  stop: () => Promise<void>;
};

let built = "";
/** What ASSAY_BINARY names, or what Go builds of the tree. */
function binary(): string {
  if (process.env.ASSAY_BINARY) return process.env.ASSAY_BINARY;
  if (!built) {
    built = join(folder(), "assay");
    execFileSync("go", ["build", "-o", built, "."], { cwd: "..", env: { ...process.env, CGO_ENABLED: "0" } });
  }
  return built;
}

/** An empty folder for data. */
export const folder = (): string => mkdtempSync(join(tmpdir(), "assay-walk-"));

/** Starts `assay demo` or `assay serve` on a folder, with more settings, and answers when it listens. */
export const start = (command: "demo" | "serve", data: string, ...settings: string[]): Promise<Own> =>
  run(command, "--listen", "127.0.0.1:0", "--data", data, ...settings);

/** Opens an auditor snapshot with `assay view`, and answers when its pages are there; said is what it printed before. */
export const view = (file: string, ...settings: string[]): Promise<Own> => run("view", file, "--no-browser", ...settings);

/** Starts the program and answers when it listens. */
export async function run(...args: string[]): Promise<Own> {
  const child = spawn(binary(), args, { stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise<void>((done) => child.once("exit", () => done()));
  const own: Own = {
    base: "",
    setup: "",
    said: "",
    accounts: new Map(),
    stop: async () => {
      child.kill("SIGTERM");
      await ended;
    },
  };
  child.stderr.resume();
  await new Promise<void>((ready, broken) => {
    void ended.then(() => broken(new Error(`assay ${args[0]} ended`)));
    createInterface({ input: child.stdout }).on("line", (line) => {
      own.said += `${line}\n`;
      own.base = /^Open (\S+)/.exec(line)?.[1] ?? /serves (\S+) from/.exec(line)?.[1] ?? own.base;
      own.setup = /^\s+(http\S+#\S+)/.exec(line)?.[1] ?? own.setup;
      const [, email = "", password = ""] = /^Sign in as (\S+) with (\S+)/.exec(line) ?? [];
      if (email) own.accounts.set(email.split("@")[0] ?? "", { email, password });
      if (line.startsWith("Started in") || (own.setup && own.base) || line.startsWith("No mail server is set")) ready();
    });
  });
  return own;
}

/** A test at a program of its own: the addresses that its page goes to are there. */
export const testAt = (command: "demo" | "serve") =>
  test.extend<{ own: Own }>({
    // biome-ignore lint/correctness/noEmptyPattern: playwright reads the fixtures' names from the pattern
    own: async ({}, use) => {
      const data = folder();
      const own = await start(command, data);
      await use(own);
      await own.stop();
      rmSync(data, { recursive: true, force: true }); // ten thousand rows of everything take some room
    },
    baseURL: async ({ own }, use) => use(own.base),
  });
