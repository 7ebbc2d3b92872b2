import type { Page } from "@playwright/test";
import { enter } from "./door";
import { axe, expect, test } from "./fixture";

// A broken file and a second copy are refused on purpose.
test.use({ expected: [/status of (409|422)/] });

const list = "/o/northwind/frameworks";
const pane = (page: Page) => page.getByRole("complementary", { name: "Requirement" });
const undo = async (page: Page) => {
  await page.getByRole("button", { name: "Undo", exact: true }).first().click();
  await expect(page.getByText("Undone").first()).toBeVisible();
};
const catalog = (id: string, title: string) =>
  JSON.stringify({
    catalog: {
      uuid: id,
      metadata: { title, version: "1", "oscal-version": "1.1.2" },
      groups: [
        {
          id: "a",
          title: "Access",
          controls: [
            { id: "a-1", title: "Doors are locked", parts: [{ name: "statement", prose: "Lock the doors." }] },
            { id: "a-2", title: "Keys are counted", parts: [{ name: "statement", prose: "Count the keys." }] },
          ],
        },
      ],
    },
  });
const json = (name: string, text: string) => ({ name, mimeType: "application/json", buffer: Buffer.from(text) });

for (const theme of ["light", "dark"] as const)
  test(`frameworks show how far they are, and their requirements why, ${theme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: theme });
    await page.setViewportSize({ width: 1440, height: 900 });
    await enter(page, "ingrid", list);
    const card = page.getByRole("article").filter({ hasText: "SOC 2" });
    await expect(card.getByRole("img", { name: /SOC 2: Progress: \d+%/ })).toBeVisible();
    await expect(card.getByText(/\d+ of \d+ met/)).toBeVisible();
    await axe(page);
    await card.getByRole("button", { name: /^Control readiness/ }).hover();
    await expect(page.getByText(/claim times proof/).first()).toBeVisible();
    await page.keyboard.press("Escape");
    await card.getByRole("link", { name: "SOC 2" }).click();
    const tree = page.getByRole("tree", { name: "Requirements" });
    await page.getByLabel("Search requirements…").fill("CC6.1");
    await tree.getByRole("treeitem", { name: /CC6\.1/ }).click();
    await expect(pane(page).getByRole("heading", { name: "Controls that serve it" })).toBeVisible();
    await axe(page);
    await page.getByRole("button", { name: "Clear", exact: true }).click();
    await page.getByRole("button", { name: /^Needs attention/ }).click();
    await expect(page).toHaveURL(/state=attention/);
    await tree.focus();
    await page.keyboard.press("Home");
    await page.keyboard.press("ArrowDown");
    await expect(pane(page)).toContainText("Needs attention");
  });

test("a framework is turned on, which says what it brings, and one undo takes it back", async ({ page }) => {
  await enter(page, "ingrid", `${list}?add=library`);
  await page.getByRole("button", { name: "Turn on GDPR" }).click();
  const dialog = page.getByRole("dialog", { name: "Turn on GDPR" });
  await expect(dialog).toContainText("110 requirements, of which 40 count");
  await axe(page);
  await dialog.getByRole("button", { name: "Turn on" }).click();
  await expect(page.getByText("GDPR is on")).toBeVisible();
  await expect(page.getByRole("article").filter({ hasText: "GDPR" })).toBeVisible();
  await undo(page);
  await expect(page.getByRole("article").filter({ hasText: "GDPR" })).toHaveCount(0);
});

test("an OSCAL file is imported with a report, turned off, on again, and deleted", async ({ page }) => {
  await enter(page, "ingrid", `${list}?add=import`);
  const dialog = page.getByRole("dialog", { name: "Import OSCAL" });
  await expect(dialog).toBeVisible();
  await axe(page);
  const choose = dialog.locator("input[data-upload]");
  await choose.setInputFiles(json("cut.json", '{"catalog":{"metadata":{"title":"Cut"},"groups":['));
  await dialog.getByRole("button", { name: "Import", exact: true }).click();
  await expect(dialog.getByRole("alert")).toContainText("ends too early");
  await dialog.getByRole("button", { name: "Remove cut.json" }).click();

  // A profile comes with the catalog it selects from.
  const uuid = "74c8ba1e-5cd4-4ad1-bbfd-d888e2f6c724";
  const profile = {
    profile: {
      uuid: "f0b02e9f-5c1e-4f0b-9a52-6a8d9f5f4a11",
      metadata: { title: "House rules, small", version: "1", "oscal-version": "1.1.2" },
      imports: [{ href: "house.json", "include-controls": [{ "with-ids": ["a-1"] }] }],
    },
  };
  await choose.setInputFiles([json("house.json", catalog(uuid, "House rules")), json("small.json", JSON.stringify(profile))]);
  await dialog.getByLabel(/^Short name/).fill("House");
  await dialog.getByRole("button", { name: "Import", exact: true }).click();
  await expect(dialog.getByText("House rules, small is imported and in use.")).toBeVisible();
  await expect(dialog.getByText("1 requirement", { exact: true })).toBeVisible();
  await axe(page);
  await dialog.getByRole("link", { name: "Open House" }).click();
  await page.getByRole("treeitem", { name: /Doors are locked/ }).click();
  await expect(pane(page).getByText("No control serves it yet.")).toBeVisible();

  await pane(page).getByRole("button", { name: "Create a control from it" }).click();
  await page.getByRole("button", { name: "Create and map" }).click();
  await expect(pane(page).getByRole("link", { name: /Doors are locked/ })).toBeVisible();
  await pane(page).getByRole("switch", { name: "Applies to us" }).click();
  const ask = page.getByRole("alertdialog");
  await ask.getByLabel("Why it does not apply").fill("We have no doors.");
  await ask.getByRole("button", { name: "Does not apply" }).click();
  await expect(pane(page).getByText("We have no doors.").first()).toBeVisible();
  await undo(page);
  await expect(pane(page).getByRole("switch", { name: "Applies to us" })).toBeChecked();

  const more = page.getByRole("button", { name: "More for House" });
  await more.click();
  await page.getByRole("menuitem", { name: "Turn off" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Turn off" }).click();
  await expect(page.getByText("House is off")).toBeVisible();
  await more.click();
  await page.getByRole("menuitem", { name: "Turn on again" }).click();
  await expect(page.getByText("House is on again")).toBeVisible();
  await more.click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete" }).click();
  await expect(page).toHaveURL(/\/frameworks$/);
  await expect(page.getByText("House deleted")).toBeVisible();
});

test("many requirements are decided about at once", async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await enter(page, "ingrid", list);
  await page.getByRole("article").filter({ hasText: "ISO 27001" }).getByRole("link", { name: "ISO 27001", exact: true }).click();
  await page.getByLabel("Search requirements…").fill("A.7");
  const heading = page.getByRole("treeitem", { name: /^Collapse A\.7|A\.7 Physical/ }).first();
  await expect(page.getByRole("treeitem", { name: /A\.5 / })).toHaveCount(0); // the search has taken hold
  await expect(async () => {
    await heading.hover();
    await heading.getByRole("checkbox").check({ timeout: 2_000 });
  }).toPass();
  const bar = page.getByRole("toolbar");
  await expect(bar).toContainText(/14/);
  await bar.getByRole("button", { name: "Not applicable…" }).click();
  await page.getByRole("alertdialog").getByLabel("Why it does not apply").fill("Everybody works from home.");
  await page.getByRole("alertdialog").getByRole("button", { name: "Does not apply" }).click();
  await expect(page.getByText("14 requirements changed")).toBeVisible();
  await undo(page);
});

test("nobody decides about the requirement that still shows while another one is on its way", async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await enter(page, "ingrid", list);
  await page.getByRole("article").filter({ hasText: "SOC 2" }).getByRole("link", { name: "SOC 2" }).click();
  const tree = page.getByRole("tree", { name: "Requirements" });
  await page.getByLabel("Search requirements…").fill("CC6.");
  await tree.getByRole("treeitem", { name: /CC6\.1 / }).click();
  await expect(pane(page).getByRole("heading", { name: "Controls that serve it" })).toBeVisible();
  let release = () => {};
  const held = new Promise<void>((done) => {
    release = done;
  });
  await page.route(/\/api\/v1\/requirements\/\w+(\?.*)?$/, async (r) => {
    await held;
    await r.continue();
  });
  await tree.getByRole("treeitem", { name: /CC6\.2 / }).click();
  const body = pane(page).locator("[inert]");
  await expect(body).toBeVisible(); // dimmed, and out of reach of pointer and keys
  release();
  await expect(body).toHaveCount(0);
  await pane(page).getByRole("switch", { name: "Applies to us" }).click();
  await expect(page.getByRole("alertdialog", { name: /CC6\.2/ })).toBeVisible();
  await page.keyboard.press("Escape");
});

test("an auditor reads frameworks and turns nothing on", async ({ page }) => {
  await enter(page, "lena", list);
  await expect(page.getByRole("article").first()).toBeVisible();
  await expect(page.getByRole("button", { name: /Turn on|Import/ })).toHaveCount(0);
  await page.getByRole("article").filter({ hasText: "HIPAA" }).getByRole("link", { name: "HIPAA", exact: true }).click();
  await page.getByRole("treeitem").nth(2).click();
  await expect(pane(page)).toBeVisible();
  await expect(pane(page).getByRole("switch")).toHaveCount(0);
});

test("on a phone the requirement lies over the outline", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await enter(page, "ingrid", list);
  await axe(page);
  await page.getByRole("article").filter({ hasText: "SOC 2" }).getByRole("link", { name: "SOC 2", exact: true }).click();
  await page.getByRole("treeitem", { name: /CC1\.1/ }).click();
  await expect(pane(page)).toBeVisible();
  await axe(page);
  await pane(page).getByRole("button", { name: "Close" }).click();
  await expect(pane(page)).toHaveCount(0);
});
