import { createHmac } from "node:crypto";
import type { Page } from "@playwright/test";
import { expect } from "./fixture";
import { account } from "./setup";

const kept = new Map<string, Awaited<ReturnType<ReturnType<Page["context"]>["cookies"]>>>();

/**
 * Comes in as an account of the demo, at a page of its organisation. All walks of a run share one session for each
 * account: an installation lets twenty sign-ins a minute through from one address. Who was there before is gone.
 */
export async function enter(page: Page, name: string, path: string) {
  await page.goto("about:blank"); // a page that is open would go to the door by itself
  await page.context().clearCookies();
  const cookies = kept.get(name);
  if (cookies) await page.context().addCookies(cookies);
  else {
    // Signed in at that page: somebody of two organisations comes into the right one.
    const { email, password } = account(name);
    await page.goto(`/sign-in?next=${encodeURIComponent(path)}`);
    await page.getByLabel("E-mail address").fill(email);
    await page.getByLabel("Password", { exact: true }).fill(password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.waitForURL("**/o/**");
    kept.set(name, await page.context().cookies());
  }
  await page.goto(path);
}

/** The link in the newest mail to somebody, from the demo's outbox. */
export async function mailedLink(page: Page, to: string, kind: string): Promise<string> {
  let link = "";
  await expect
    .poll(async () => {
      const answer = await page.request.get("/demo/outbox.json");
      const { items } = (await answer.json()) as { items: { to: string; kind: string; text: string }[] };
      link = /https?:\/\/\S+#\S+/.exec(items.find((m) => m.to.includes(to) && m.kind === kind)?.text ?? "")?.[0] ?? "";
      return link;
    })
    .not.toBe("");
  return link;
}

/** The code that an authenticator app would show (RFC 6238). */
export function totp(secret: string, at = Date.now()): string {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...secret.replace(/\s/g, "")].map((c) => letters.indexOf(c).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)));
  const hash = createHmac("sha1", key).update(step).digest();
  const from = (hash.at(-1) ?? 0) & 15;
  return String((hash.readUInt32BE(from) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

/** An address that nobody has yet. */
export const someone = (name: string) => `${name}.${Date.now().toString(36)}@northwind.example`;
