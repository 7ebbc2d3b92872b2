import { readFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { enter } from "./door";
import { axe, expect, test } from "./fixture";

const home = "/o/northwind";
const page_ = `${home}/readiness`;
const table = (page: Page) => page.getByRole("table", { name: /^Readiness by/ });
/** The row of a group by its name. */
const row = (page: Page, name: string) => table(page).getByRole("row", { name: new RegExp(`^${name}`) });

/** Opens the list behind a figure, and holds the figure against the rows that the list counts. */
async function opens(page: Page, figure: ReturnType<Page["getByRole"]>, url: RegExp, rows: RegExp) {
  const n = /\d[\d,]*/.exec(await figure.innerText())?.[0];
  await figure.click();
  await expect(page).toHaveURL(url);
  const said = page.getByText(rows).filter({ visible: true }).first();
  await expect(said).toHaveText(new RegExp(`^${n} `));
  await page.goBack();
  await expect(table(page)).toBeVisible();
}

for (const theme of ["light", "dark"] as const)
  for (const width of [1440, 390])
    test(`readiness reads well by framework, product, family and owner, ${theme}, ${width} px`, async ({ page }) => {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme: theme });
      await enter(page, "ingrid", page_);
      for (const [tab, first] of [
        ["Framework", "HIPAA"],
        ["Product", "Care Mobile"],
        ["Family", "Access"],
        ["Owner", "Ben Lindqvist"],
      ] as const) {
        await page.getByRole("tab", { name: tab }).click();
        await expect(row(page, first)).toBeVisible();
        await expect(row(page, "The whole program")).toBeVisible();
        expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
        await axe(page);
      }
    });

test("every figure opens the list behind it", async ({ page }) => {
  await enter(page, "ingrid", page_);
  const controls = /^\d[\d,]* controls?$/;
  for (const [tab, name] of [
    ["Framework", "ISO 27001"],
    ["Product", "Care Mobile"],
    ["Family", "Compliance"],
    ["Owner", "Omar Haddad"],
    ["Owner", "Nobody"],
    ["Owner", "The whole program"],
  ] as const) {
    await page.getByRole("tab", { name: tab }).click();
    for (const [figure, counts] of [
      ["the controls that need attention", "needing"],
      ["the effective controls", "effective"],
    ] as const) {
      const link = row(page, name).getByTitle(`${name}: ${figure}`);
      if ((await link.innerText()) !== "0") await opens(page, link, new RegExp(`/controls\\?.*counts=${counts}`), controls);
    }
    await opens(page, row(page, name).getByTitle(`${name}: the controls that count`).first(), /counts=controls/, controls);
  }
  await page.getByRole("tab", { name: "Framework" }).click();
  for (const state of ["Needs attention", "Not started", "Not applicable"]) {
    const link = row(page, "ISO 27001").getByTitle(`ISO 27001: ${state}`, { exact: true });
    const n = Number((await link.innerText()).match(/\d+/)?.[0]);
    await link.click();
    await expect(page).toHaveURL(/frameworks\/\w+\?state=/);
    const chip = page.getByRole("button", { name: new RegExp(`^${state} ?${n}$`) });
    await expect(chip).toHaveAttribute("aria-pressed", "true");
    await page.goBack();
  }
  await page.getByRole("tab", { name: "Product" }).click();
  await row(page, "Care Mobile").getByTitle("Care Mobile: the requirements that are met").click();
  await expect(page).toHaveURL(/readiness\?scope=/);
  await expect(page.getByRole("button", { name: "Looking at: Care Mobile" })).toBeVisible();
});

test("a group shows how it moved, a shorter time, another order, and what changed in a week", async ({ page }) => {
  await enter(page, "ingrid", `${page_}?by=owner`);
  await page.getByRole("button", { name: "Omar Haddad" }).click();
  await expect(page).toHaveURL(/show=/);
  await expect(page.getByRole("img", { name: /^Readiness over time, Omar Haddad\. The whole program: 0% → \d+%/ })).toBeVisible();
  await page.getByRole("button", { name: "Shown: All time" }).click();
  await page.getByRole("menuitem", { name: "3 months" }).click();
  await expect(page).toHaveURL(/span=13/);
  const names = () => table(page).getByRole("row").getByRole("button").filter({ visible: true }).allInnerTexts();
  const head = page.getByRole("columnheader", { name: /^Need attention/ });
  await head.getByRole("button", { name: "Need attention", exact: true }).click();
  await expect(head).toHaveAttribute("aria-sort", "descending");
  const needing = await table(page)
    .getByTitle(/: the controls that need attention$/)
    .allInnerTexts();
  expect(needing.slice(0, -1).map(Number)).toEqual(
    needing
      .slice(0, -1)
      .map(Number)
      .toSorted((a, b) => b - a),
  );
  expect((await names()).at(-1)).toBe("The whole program");
  await page.getByRole("img", { name: /^Readiness over time, Omar Haddad\./ }).focus();
  await page.keyboard.press("ArrowLeft");
  await expect(page.getByText("Click for this week: as it was, or what changed in it")).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/audit\?from=\d{4}-\d\d-\d\d&to=\d{4}-\d\d-\d\d/);
  await expect(page.getByRole("heading", { name: "Audit log" })).toBeVisible();
});

test("figures go out as CSV, Excel and on paper", async ({ page }) => {
  await enter(page, "lena", `${page_}?by=family`); // an auditor exports
  const whole = await row(page, "The whole program").getByTitle("The whole program: the effective controls").innerText();
  const file = async (item: string) => {
    await page.getByRole("button", { name: "Export" }).click();
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("menuitem", { name: item, exact: true }).click()]);
    return readFile(await download.path());
  };
  const today = (await file("CSV, for any program")).toString("utf8").trim().split(/\r?\n/);
  expect(today[0]).toMatch(/Name,Requirements,Met,/);
  expect(today.at(-1)?.split(",")[0]).toBe("Whole program");
  expect(today.at(-1)?.split(",")[9]).toBe(whole);
  expect(today.length).toBe(await table(page).getByRole("row").count());
  const weeks = (await file("Weeks as CSV")).toString("utf8").trim().split(/\r?\n/);
  expect(weeks.length).toBeGreaterThan(500);
  expect(weeks.at(-1)).toMatch(/^\d{4}-\d\d-\d\d,Whole program,[\d.]+,[\d.]+,[\d.]+$/);
  expect((await file("Weeks as Excel")).subarray(0, 2).toString()).toBe("PK");
  await page.emulateMedia({ media: "print" });
  await expect(page.getByRole("heading", { name: "Readiness by family" })).toBeVisible();
  await expect(page.getByRole("navigation")).toBeHidden();
  await expect(row(page, "Access")).toBeVisible();
  const paper = (await page.pdf({ preferCSSPageSize: true })).toString("latin1");
  expect(paper.match(/\/Type\s*\/Page\b/g)?.length).toBeGreaterThanOrEqual(2);
});

test("an executive sees the figures, opens nothing, and is not shown people", async ({ page }) => {
  await enter(page, "priya", page_);
  await expect(row(page, "SOC 2")).toBeVisible();
  await expect(page.getByRole("tab")).toHaveText(["Framework", "Product", "Family"]);
  await expect(table(page).getByRole("link")).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Export" })).toHaveCount(0);
  await page.getByRole("button", { name: "Looking at: Whole organisation" }).click();
  await page.getByRole("menuitem", { name: "Care Mobile" }).click();
  await expect(page).toHaveURL(/scope=/);
  await axe(page);
});
