import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test as base, expect, type Page } from "@playwright/test";

import { demo } from "./setup";

export { expect };

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/**
 * Every test fails on a console error, and so on a violation of the content security policy, and on an uncaught
 * exception. A test that provokes a refusal on purpose names it: `test.use({ expected: [/status of 422/] })`.
 */
export const test = base.extend<{ expected: RegExp[]; clean: undefined }, { there: string }>({
  there: [
    // biome-ignore lint/correctness/noEmptyPattern: playwright reads the fixtures' names from the pattern
    async ({}, use) => {
      const end = await demo();
      await use(process.env.BASE_URL ?? "");
      end();
    },
    { scope: "worker", auto: true },
  ],
  baseURL: async ({ there }, use) => use(there),
  expected: [[], { option: true }],
  clean: [
    async ({ context, expected }, use) => {
      const bad: string[] = [];
      const note = (text: string) => {
        if (!expected.some((e) => e.test(text))) bad.push(text);
      };
      context.on("console", (m) => m.type() === "error" && note(m.text()));
      context.on("weberror", (e) => note(e.error().message));
      await use(undefined);
      expect(bad).toEqual([]);
    },
    { auto: true },
  ],
});

type Found = { id: string; impact: string | null; nodes: { target: string[] }[] };

/** Fails on anything that axe finds against WCAG 2.2 AA. Focus guards of an open menu are the library's own. */
export async function axe(page: Page) {
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(axeSource);
  const found = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: { run: (context: object, options: object) => Promise<{ violations: Found[] }> } };
    const r = await axe.run(
      { exclude: [["[data-base-ui-focus-guard]"]] },
      { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], resultTypes: ["violations"] },
    );
    return r.violations.map((v) => `${v.id} (${v.impact}): ${v.nodes.map((n) => n.target.join(" ")).join(", ")}`);
  });
  expect(found).toEqual([]);
}

/** Signs in as an account of the demo. */
export async function signIn(page: Page, email: string, password: string) {
  await page.goto("about:blank"); // a page that is open would go to the door by itself
  await page.goto("/sign-in");
  await page.getByLabel(/e-mail/i).fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: /sign in/i }).click();
  await page.waitForURL("**/o/**");
}

/** Asks the API as whoever is signed in at the page; seq is the number of the audit record that the answer names. */
export const ask = (page: Page, method: string, path: string, body?: object, headers: Record<string, string> = {}) =>
  page.evaluate(
    async ({ method, path, body, headers }) => {
      const answer = await fetch(`/api/v1${path}`, {
        method,
        headers: body ? { "Content-Type": "application/json", ...headers } : headers,
        body: body && JSON.stringify(body),
      });
      return { status: answer.status, seq: Number(answer.headers.get("Assay-Audit")), body: await answer.json().catch(() => undefined) };
    },
    { method, path, body, headers },
  );
