import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** Somebody who can sign in to the demo, as `assay demo` printed it. */
export type Account = { email: string; password: string; role: string; at: string };

/**
 * Starts `assay demo` for the walks of a worker, unless BASE_URL names one that runs already, and leaves its address in
 * BASE_URL and its accounts in ACCOUNTS. The binary is ASSAY_BINARY, or what `go run` makes. What it answers ends it.
 */
export async function demo(): Promise<() => void> {
  if (process.env.BASE_URL) return () => {};
  const binary = process.env.ASSAY_BINARY;
  const child = binary
    ? spawn(binary, ["demo", "--listen", "127.0.0.1:0"], { stdio: ["ignore", "pipe", "inherit"] })
    : spawn("go", ["run", ".", "demo", "--listen", "127.0.0.1:0"], { cwd: "..", stdio: ["ignore", "pipe", "inherit"] });
  const { base, accounts } = await started(child);
  process.env.BASE_URL = base;
  process.env.ACCOUNTS = JSON.stringify(accounts);
  return () => {
    child.kill("SIGTERM");
  };
}

async function started(demo: ChildProcess): Promise<{ base: string; accounts: Account[] }> {
  if (!demo.stdout) throw new Error("the demo has no output");
  let base = "";
  const accounts: Account[] = [];
  for await (const line of createInterface({ input: demo.stdout })) {
    base = /^Open (\S+)/.exec(line)?.[1] ?? base;
    const m = /^Sign in as (\S+) with (\S+) \((\w+) at (.+)\)$/.exec(line);
    if (m) accounts.push({ email: m[1] ?? "", password: m[2] ?? "", role: m[3] ?? "", at: m[4] ?? "" });
    if (line.startsWith("Started in")) return { base, accounts };
  }
  throw new Error("the demo ended before it had started");
}

/** The demo's account whose address begins with name: ingrid, dana, lena, priya, mira. */
export function account(name: string): Account {
  const all = JSON.parse(process.env.ACCOUNTS ?? "[]") as Account[];
  const found = all.find((a) => a.email.startsWith(`${name}@`));
  if (!found) throw new Error(`the demo has no account of ${name}; with BASE_URL set, ACCOUNTS must be set too`);
  return found;
}
