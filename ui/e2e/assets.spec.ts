import type { Page } from "@playwright/test";
import { enter } from "./door";
import { ask, axe, expect, test } from "./fixture";

test.use({ expected: [/status of 422/] });

const stamp = Date.now().toString(36);
const payload = '<img src=x onerror="alert(1)">';
const record = (page: Page) => page.getByRole("complementary", { name: "Asset details" });
const grid = (page: Page) => page.getByRole("grid", { name: "Assets" });

test("a data store is added, its gaps are closed one by one, and it is found again", async ({ page }) => {
  test.setTimeout(120_000);
  await page.setViewportSize({ width: 1440, height: 900 });
  await enter(page, "ingrid", "/o/northwind/assets");
  await expect(page.getByRole("heading", { name: "Assets" })).toBeVisible();
  await axe(page);

  // A name and a kind are enough.
  const name = `Lab results ${stamp}`;
  await page.getByRole("button", { name: "New asset" }).first().click();
  const form = page.getByRole("dialog", { name: "New asset" });
  await form.getByRole("button", { name: "Create asset" }).click();
  await form.getByLabel("Name").fill(name);
  await form.getByLabel("Kind").selectOption("Database");
  await axe(page);
  await form.getByRole("button", { name: "Create asset" }).click();
  await expect(record(page).getByText(/^AST-\d{4}$/)).toBeVisible();
  await expect(record(page).getByText("Gaps of this data store: unclassified, encryption unknown, no backup, and no owner.")).toBeVisible();
  await axe(page);

  // Each answer closes its gap, there and in the figures.
  const choose = async (label: string, value: string) => {
    await record(page)
      .getByRole("button", { name: `${label}: Unknown`, exact: true })
      .click();
    await page.getByRole("menuitem", { name: value, exact: true }).click();
    await expect(record(page).getByRole("button", { name: `${label}: ${value}`, exact: true })).toBeVisible();
  };
  await choose("Classification", "Restricted");
  await choose("At rest", "Encrypted");
  await expect(record(page).getByText("encryption unknown")).toBeVisible(); // in transit is not known yet
  await choose("In transit", "Encrypted");
  await choose("Backup", "Every day");
  await expect(record(page).getByText("Gaps of this data store: no owner.")).toBeVisible();
  await record(page)
    .getByRole("combobox", { name: /^Owner/ })
    .click();
  await page.getByPlaceholder("Find…").fill("Dana");
  await page.keyboard.press("Enter");
  await expect(record(page).getByText(/^Gaps of this data store/)).toHaveCount(0);

  // What was said can be unsaid.
  await record(page).getByRole("button", { name: "Backup: Every day" }).click();
  await page.getByRole("menuitem", { name: "Unknown" }).click();
  await expect(record(page).getByText("Gaps of this data store: no backup.")).toBeVisible();

  // A figure shows what it counts.
  const card = page.getByRole("button", { name: /^No backup/ });
  await card.click();
  await expect(card).toHaveAttribute("aria-pressed", "true");
  await expect(page).toHaveURL(/gap=backup/);
  await expect(async () => {
    const counted = (await card.textContent())?.replace("No backup", ""); // it is counted anew after a change
    await expect(page.getByText(`${counted} assets`, { exact: true })).toBeVisible({ timeout: 500 });
  }).toPass();
  await expect(grid(page).getByRole("row", { name: new RegExp(name) })).toBeVisible();
  await card.click();

  // Nobody has said: a filter of its own.
  await page.goto("/o/northwind/assets?classification=none&kind=database");
  await expect(page.getByRole("button", { name: "Filter by Classification Unknown" })).toBeVisible();
  await expect(grid(page).getByRole("row", { name: /Reporting warehouse/ })).toBeVisible();
});

test("the table is edited where it stands, many at once, and undone", async ({ page }) => {
  test.setTimeout(120_000);
  await page.setViewportSize({ width: 1440, height: 900 });
  await enter(page, "ingrid", "/o/northwind/assets?sort=ref");
  const row = (ref: string) => grid(page).getByRole("row", { name: new RegExp(ref) });
  const undo = async () => {
    await page.getByRole("button", { name: "Undo", exact: true }).first().click();
    await expect(page.getByText("Undone").first()).toBeVisible();
  };
  await row("AST-0016").getByRole("button", { name: "Status: Active" }).click();
  await page.getByRole("menuitem", { name: "Retiring" }).click();
  await expect(row("AST-0016").getByRole("button", { name: "Status: Retiring" })).toBeVisible();
  await expect(page).not.toHaveURL(/open=/);
  await undo();
  await expect(row("AST-0016").getByRole("button", { name: "Status: Active" })).toBeVisible();
  await row("AST-0015").getByRole("checkbox").check({ force: true });
  await row("AST-0018").getByRole("checkbox").check({ force: true });
  await page.getByRole("button", { name: "Classification", exact: true }).last().click();
  await page.getByRole("menuitem", { name: "Internal" }).click();
  await expect(page.getByText("2 changed").first()).toBeVisible();
  await expect(row("AST-0018")).toContainText("Internal");
  await undo();
  await expect(row("AST-0018")).not.toContainText("Internal");
});

test("what falls when an asset falls: on the record, in the picture, as a table, by keys", async ({ page }) => {
  test.setTimeout(120_000);
  await page.setViewportSize({ width: 1440, height: 900 });
  await enter(page, "ingrid", "/o/northwind/assets?q=Patient%20database");
  await grid(page).getByText("Patient database").click();
  const falls = record(page)
    .locator("section")
    .filter({ has: page.getByRole("heading", { name: /^What falls with it/ }) });
  for (const name of ["Portal API", "Clinic Portal", "Appointment booking"])
    await expect(falls.getByText(name, { exact: true })).toBeVisible();
  await expect(falls.getByText("through AST-0010 Portal API").first()).toBeVisible();

  await page.goto("/o/northwind/assets/graph");
  const picture = page.getByRole("group", { name: "Dependency graph" });
  const box = (name: RegExp) => picture.getByRole("link", { name });
  await expect(box(/^Portal API/)).toBeVisible();
  await axe(page);
  // What depends stands left of what it depends on.
  const x = async (name: RegExp) => (await box(name).boundingBox())?.x ?? 0;
  expect(await x(/^Clinic Portal/)).toBeLessThan(await x(/^Portal API/));
  expect(await x(/^Portal API/)).toBeLessThan(await x(/^Patient database/));

  await page.getByRole("button", { name: "Filter by Environment", exact: true }).click();
  await page.getByRole("menuitemcheckbox", { name: /Staging/ }).click();
  await page.keyboard.press("Escape");
  await expect(page).toHaveURL(/environment=staging/);
  await expect(box(/^Staging cluster/)).toBeVisible();
  await expect(box(/^Portal API/)).toHaveCount(0);

  await page.getByRole("switch", { name: "As a table" }).click();
  const table = page.getByRole("table", { name: "Dependency graph" });
  await expect(table.getByRole("row", { name: /Staging cluster.*Staging network/ })).toBeVisible();
  await axe(page);
  await page.getByRole("switch", { name: "As a table" }).click();
  await box(/^Staging cluster/).focus();
  await page.keyboard.press("Enter");
  await expect(record(page).getByText("AST-0016", { exact: true })).toBeVisible();
});

test("whatever is written is text", async ({ page }) => {
  test.setTimeout(120_000);
  let dialogs = 0;
  page.on("dialog", (d) => {
    dialogs++;
    void d.dismiss();
  });
  await page.setViewportSize({ width: 1440, height: 900 });
  await enter(page, "ingrid", "/o/northwind/assets");
  const text = ["name", "identifier", "provider", "account_id", "region", "description", "custodian", "retention"];
  const body = Object.fromEntries(text.map((f) => [f, `${payload} ${stamp}`]));
  const made: { status: number; body: { id: string } }[] = [];
  for (const kind of ["bucket", "server"]) made.push(await ask(page, "POST", "/assets", { ...body, kind }));
  const [a, b] = made;
  expect([a?.status, b?.status]).toEqual([200, 200]);
  await ask(page, "POST", `/records/asset/${a?.body.id}/links`, { type: "depends_on", kind: "asset", record: b?.body.id, note: payload });
  const columns = `/o/northwind/assets?q=${stamp}&open=${a?.body.id}`;
  for (const at of [columns, `/o/northwind/assets/${a?.body.id}`, `/o/northwind/assets/graph?q=${stamp}`]) {
    await page.goto(at);
    await expect(page.getByText(payload).first()).toBeVisible();
    await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
    await expect(page.locator("img[src=x]")).toHaveCount(0);
  }
  expect(dialogs).toBe(0);
  for (const m of made) await ask(page, "DELETE", `/assets/${m.body.id}`);
});

for (const colorScheme of ["light", "dark"] as const)
  test(`every screen, ${colorScheme}, at a desk and on a phone`, async ({ page }) => {
    test.setTimeout(120_000);
    await page.emulateMedia({ colorScheme });
    await enter(page, "ingrid", "/o/northwind/assets");
    for (const width of [1440, 390]) {
      await page.setViewportSize({ width, height: 844 });
      for (const path of ["assets", "assets?q=reporting%20warehouse", "assets/graph"]) {
        await page.goto(`/o/northwind/${path}`);
        await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
        if (path.includes("?")) await page.getByText("Reporting warehouse", { exact: true }).first().click();
        await axe(page);
        expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
      }
    }
  });

test.describe("refusals", () => {
  test.use({ expected: [/status of 40[34]/] });
  test("an executive has figures and no assets; an auditor reads", async ({ page }) => {
    await enter(page, "priya", "/o/northwind");
    await expect(page.getByRole("heading", { name: "Data stores" })).toBeVisible();
    await expect(page.getByRole("navigation").getByRole("link", { name: "Assets" })).toHaveCount(0);
    for (const path of ["/assets", "/assets/graph", "/assets/export"]) expect((await ask(page, "GET", path)).status).toBe(403);
    await enter(page, "lena", "/o/northwind/assets?q=identity");
    await grid(page).getByText("Identity provider").click();
    await expect(record(page).getByText("Portal API").first()).toBeVisible();
    await expect(page.getByRole("button", { name: "New asset" })).toHaveCount(0);
    await expect(record(page).getByRole("button", { name: /^Classification/ })).toHaveCount(0);
    expect((await ask(page, "POST", "/assets", { name: "x" })).status).toBe(403);
  });
});
