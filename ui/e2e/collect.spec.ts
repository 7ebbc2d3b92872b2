import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { enter } from "./door";
import { axe, expect, test } from "./fixture";

test.use({ viewport: { width: 1440, height: 900 } });

/** A picture as the clipboard gives it, each with another content. */
async function paste(page: Page) {
  await page.evaluate(async () => {
    const canvas = document.createElement("canvas");
    canvas.width = 320;
    canvas.height = 200;
    const g = canvas.getContext("2d");
    if (g) {
      g.fillStyle = "#eef";
      g.fillRect(0, 0, 320, 200);
      g.fillStyle = "#225";
      g.fillText(String(Math.random()), 20, 40);
    }
    const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/png"));
    const data = new DataTransfer();
    data.items.add(new File([blob ?? ""], "image.png", { type: "image/png" }));
    document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
  });
}

/** The request of the demo that a colleague answers late. */
async function lateAsk(page: Page): Promise<{ id: string; name: string }> {
  const read = async (path: string) => (await page.request.get(`/api/v1${path}`)).json();
  const { items } = (await read("/evidence?limit=100&category=Incidents")) as { items: { id: string; name: string }[] };
  for (const e of items) {
    const { asks } = (await read(`/evidence/${e.id}`)) as { asks: { state: string }[] };
    if (asks.some((a) => a.state === "late")) return e;
  }
  throw new Error("nobody is late in the demo");
}

const cycle = (page: Page) => page.locator("[data-cycle]").first();
const latest = (page: Page) => page.getByRole("article").first();

async function upload(page: Page) {
  await expect(page.getByText("Paste a picture or files with")).toBeVisible();
  await paste(page);
  await expect(page.locator("form").getByText(/^screenshot-\d{4}-\d\d-\d\d-\d{6}\.png$/)).toBeVisible();
  await expect(page.locator("form img")).toBeVisible();
  await page.getByRole("button", { name: "Upload 1 file" }).click();
  await expect(latest(page)).toContainText("Waiting for review");
}

/** Opens a request's file in the review queue. */
async function review(page: Page, name: string) {
  await page.getByRole("list", { name: "Review evidence" }).getByRole("button", { name }).last().click();
  await expect(page.getByRole("article").getByRole("heading", { name })).toBeVisible();
  await expect(page.getByRole("article").getByRole("img", { name: /^Preview of screenshot/ })).toBeVisible();
}

test("a colleague answers late by pasting, is rejected, answers again and is accepted", async ({ page }) => {
  await enter(page, "ingrid", "/o/northwind/evidence");
  const e = await lateAsk(page);
  const here = `/o/northwind/evidence/${e.id}`;
  await page.goto(here);
  await expect(page.locator("[data-ask=late]")).toContainText("Dana Whitfield");
  await axe(page);

  // Somebody else is asked too, in vain: they are told that it is wanted no longer.
  await page.getByRole("button", { name: "Ask a colleague…" }).click();
  const dialog = page.getByRole("dialog", { name: "Ask a colleague for this proof" });
  await dialog.getByRole("combobox", { name: /^Colleague/ }).click();
  await page.getByRole("option", { name: /Grace Novak/ }).click();
  await dialog.getByLabel("Message").fill("The one of this month.");
  await axe(page);
  await dialog.getByRole("button", { name: "Ask", exact: true }).click();
  const grace = page.locator("[data-ask]").filter({ hasText: "Grace Novak" });
  await expect(grace).toHaveAttribute("data-ask", "open");
  await grace.getByRole("button", { name: "Withdraw" }).click();
  await expect(grace).toHaveAttribute("data-ask", "withdrawn");

  await enter(page, "dana", here);
  await upload(page);
  await expect(page.locator("[data-ask=answered_late]")).toContainText("Dana Whitfield");

  await enter(page, "ingrid", "/o/northwind/evidence/review");
  await review(page, e.name);
  await axe(page);
  await page.keyboard.press("r");
  const reject = page.getByRole("alertdialog");
  await reject.getByLabel("What is wrong with it").fill("The date range cannot be seen.");
  await reject.getByRole("button", { name: "Reject" }).click();
  await expect(reject).toBeHidden();
  await page.goto(here);
  await expect(latest(page)).toContainText("Rejected");

  await enter(page, "dana", here);
  await expect(latest(page)).toContainText("The date range cannot be seen.");
  await upload(page);
  await enter(page, "ingrid", "/o/northwind/evidence/review");
  await review(page, e.name);
  await page.keyboard.press("a");
  await expect(page.getByText(/^screenshot.* accepted$/)).toBeVisible();
  await page.goto(here);
  await expect(latest(page)).toContainText("Accepted by Ingrid Solberg");
  await expect(page.getByText("Accepted by Ingrid Solberg").last()).toBeVisible();
  await expect(cycle(page).or(page.locator("[data-cycle]").nth(1)).filter({ hasText: "Accepted" }).first()).toBeVisible();
  await axe(page);
});

test("the queue is walked by keyboard, and shows tables and text as such", async ({ page }) => {
  await enter(page, "ingrid", "/o/northwind/evidence/review?all=1");
  const list = page.getByRole("list", { name: "Review evidence" });
  await expect(list.getByRole("button").first()).toHaveAttribute("aria-current", "true");
  await page.keyboard.press("j");
  await expect(list.getByRole("button").nth(1)).toHaveAttribute("aria-current", "true");
  await page.keyboard.press("k");
  await expect(list.getByRole("button").first()).toHaveAttribute("aria-current", "true");
  await list.getByRole("button").filter({ hasText: ".csv" }).first().click();
  await expect(
    page
      .getByRole("region", { name: /^Preview of/ })
      .getByRole("cell")
      .first(),
  ).toBeVisible();
  await axe(page);
  await page.setViewportSize({ width: 390, height: 844 });
  await axe(page);
});

test("periods filter the list, and are managed by administrators", async ({ page }) => {
  await enter(page, "ingrid", "/o/northwind/evidence");
  await page
    .getByRole("button", { name: /^Filter by Period/ })
    .first()
    .click();
  await page.getByRole("menuitem", { name: /SOC 2 audit window/ }).click();
  await expect(page).toHaveURL(/period=/);
  await page.getByRole("button", { name: "More", exact: true }).click();
  await page.getByRole("menuitem", { name: "Compliance periods" }).click();
  const dialog = page.getByRole("dialog", { name: "Compliance periods" });
  await expect(dialog.getByText("SOC 2 audit window")).toBeVisible();
  await expect(dialog.getByText(/^Proposed: /)).toBeVisible();
  await axe(page);
});

test("an auditor makes a package, downloads it and checks it with other tools", async ({ page }) => {
  await enter(page, "lena", "/o/northwind/evidence/packages");
  await page.getByRole("button", { name: "Make package" }).click();
  await expect(page.getByText("Choose at least one framework.")).toBeVisible();
  await page.getByRole("checkbox", { name: "SOC 2" }).check();
  await page.getByLabel("Period").selectOption({ label: "SOC 2 audit window" });
  await page.getByLabel("Sampling").selectOption("sample");
  await page.getByLabel("Files a request").fill("1");
  await page.getByLabel(/^Seed/).fill("walk");
  await axe(page);
  await page.getByRole("button", { name: "Make package" }).click();
  const made = page.locator("[data-package=done]").first();
  await expect(made).toContainText("sample of 1, seed walk", { timeout: 30_000 });
  await axe(page);
  const [download] = await Promise.all([page.waitForEvent("download"), made.getByRole("link", { name: /^Download/ }).click()]);
  expect(download.suggestedFilename()).toMatch(/^auditor-package-soc-2-.*\.zip$/);
  const file = await download.path();
  const script = join(import.meta.dirname, "../../server/evidence/testdata/check_package.py");
  expect(existsSync(script)).toBe(true);
  let python = true;
  try {
    execFileSync("python3", ["--version"]);
  } catch {
    python = false;
  }
  test.skip(!python, "there is no python3 here to check the package with");
  expect(execFileSync("python3", [script, file]).toString()).toMatch(/^\d+ files, \d+ lines, sample of 1/);
});
