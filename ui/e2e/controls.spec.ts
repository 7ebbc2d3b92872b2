import type { Page } from "@playwright/test";
import { enter } from "./door";
import { axe, expect, test } from "./fixture";

// A taken ID is refused on purpose.
test.use({ expected: [/status of 422/] });

const list = "/o/northwind/controls";
const grid = (page: Page) => page.getByRole("grid", { name: "Controls" });
const rowOf = (page: Page, ref: string) => grid(page).getByRole("row").filter({ hasText: ref });
const record = (page: Page) => page.getByRole("complementary", { name: "Control details" });
const undo = async (page: Page) => {
  await page.getByRole("button", { name: "Undo", exact: true }).first().click();
  await expect(page.getByText("Undone").first()).toBeVisible();
};

for (const theme of ["light", "dark"] as const)
  test(`controls are found, filtered and looked at, ${theme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: theme });
    await page.setViewportSize({ width: 1440, height: 900 });
    await enter(page, "ingrid", list);
    await expect(rowOf(page, "AST-01")).toBeVisible();
    await axe(page);
    await page.getByRole("button", { name: "Needs attention" }).click();
    await expect(page).toHaveURL(/effective=needs_evidence,unproven,gap/);
    await expect(page.getByRole("button", { name: "Needs attention" })).toHaveAttribute("aria-pressed", "true");
    await page.getByRole("button", { name: "Filter by Evidence" }).click();
    await page.getByRole("menuitemcheckbox", { name: /Incomplete/ }).click();
    await page.keyboard.press("Escape");
    await expect(page).toHaveURL(/evidence=partial/);
    await page.getByRole("button", { name: "Clear", exact: true }).click();
    await page.getByLabel("Search controls…").fill("backups");
    await expect(page).toHaveURL(/q=backups/);
    await rowOf(page, "BCD-04").getByText("Backups").click();
    await expect(record(page)).toContainText("How it is tested");
    await expect(record(page).getByRole("heading", { name: "Requirements it satisfies" })).toBeVisible();
    await axe(page);
    await page.reload();
    await expect(record(page)).toContainText("BCD-04");
    await page.keyboard.press("Escape");
    await expect(page).not.toHaveURL(/open=/);
  });

test("status and owner are changed in the row, and taken back", async ({ page }) => {
  await enter(page, "ingrid", `${list}?q=AST-02`);
  const row = rowOf(page, "AST-02");
  await row.getByRole("button", { name: /^Status of AST-02/ }).click();
  await page.getByRole("menuitem", { name: "Gap" }).click();
  await expect(row.getByRole("button", { name: "Status of AST-02: Gap" })).toBeVisible();
  await undo(page);
  await expect(row.getByRole("button", { name: "Status of AST-02: Implemented" })).toBeVisible();

  await row.getByRole("button", { name: /^Owner/ }).click();
  await page.getByPlaceholder("Find…").fill("dana");
  await page.getByRole("option", { name: /Dana Whitfield/ }).click();
  await expect(row).toContainText("Dana Whitfield");
  await undo(page);
  await expect(row).not.toContainText("Dana Whitfield");

  await row.getByRole("button", { name: /^Status of AST-02/ }).click();
  await page.getByRole("menuitem", { name: "Not applicable" }).click();
  const dialog = page.getByRole("alertdialog");
  await axe(page);
  await expect(dialog.getByRole("button", { name: "Set to not applicable" })).toBeDisabled();
  await dialog.getByLabel("Justification").fill("We own no hardware.");
  await dialog.getByRole("button", { name: "Set to not applicable" }).click();
  await row.getByText("AST-02").click();
  await expect(record(page).getByText("We own no hardware.").first()).toBeVisible();
  await undo(page);
});

test("all that match are changed at once, but those left out, and one undo takes it back", async ({ page }) => {
  await enter(page, "ingrid", `${list}?q=AST`);
  await expect(rowOf(page, "AST-01")).toBeVisible();
  const before = await page.getByText(/^\d+ controls$/).innerText();
  await page.getByRole("checkbox", { name: /^Select all/ }).check();
  await rowOf(page, "AST-01").getByRole("checkbox").uncheck();
  const bar = page.getByRole("toolbar");
  await bar.getByRole("combobox", { name: "Owner" }).click();
  await page.getByRole("option", { name: /Grace Novak/ }).click();
  await expect(page.getByText(/controls assigned to Grace Novak/)).toBeVisible();
  await expect(rowOf(page, "AST-02")).toContainText("Grace Novak");
  await expect(rowOf(page, "AST-01")).not.toContainText("Grace Novak");
  await undo(page);
  await expect(rowOf(page, "AST-02")).not.toContainText("Grace Novak");
  await expect(page.getByText(before, { exact: true })).toBeVisible();
});

test("a control is made, proven, mapped, followed in its history, and deleted", async ({ page }) => {
  await enter(page, "ingrid", list);
  await page.getByRole("button", { name: "New control" }).click();
  await axe(page);
  await page.getByLabel("What is done").fill("Laptops come back within a week");
  await page.getByLabel("ID", { exact: true }).fill("AST-01");
  await page.getByRole("button", { name: "Create control" }).click();
  await expect(page.getByText(/is taken/)).toBeVisible();
  await page.getByLabel("ID", { exact: true }).fill("OWN-1");
  await page.getByRole("button", { name: "Create control" }).click();
  const side = record(page);
  await expect(side.getByRole("textbox", { name: "Title" })).toHaveValue("Laptops come back within a week");

  await side.getByRole("button", { name: "Ask for new evidence" }).click();
  await page.getByLabel("What to collect").fill("Return slips");
  await page.getByRole("button", { name: "Ask for it" }).click();
  await expect(side.getByRole("link", { name: "Return slips" })).toBeVisible();
  await side
    .locator("input[data-upload]")
    .setInputFiles({ name: "slips.csv", mimeType: "text/csv", buffer: Buffer.from("who,day\nDana,2026-11-02\n") });
  await expect(side.getByText("1 of 1 collected")).toBeVisible();
  await side.getByRole("button", { name: /^Status of OWN-1/ }).click();
  await page.getByRole("menuitem", { name: "Implemented" }).click();
  await expect(side.getByText(/evidence is current/)).toBeVisible();

  await side.getByRole("combobox", { name: "Add requirement" }).click();
  await page.getByPlaceholder("Search requirements…").fill("A.5.11");
  await page.getByRole("option", { name: /A\.5\.11/ }).click();
  await expect(side.getByRole("link", { name: /A\.5\.11/ })).toBeVisible();
  await expect(side.getByText(/mapped a requirement/)).toBeVisible();
  await axe(page);

  await side.getByRole("link", { name: "Open as a page" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "OWN-1" })).toBeVisible();
  await page.getByRole("tab", { name: /History/ }).click();
  await expect(page.getByText("created it")).toBeVisible();
  await expect(page.getByText("asked for evidence")).toBeVisible();
  await axe(page);
  await page.getByRole("button", { name: "More", exact: true }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete" }).click();
  await expect(page.getByText("OWN-1 deleted")).toBeVisible();
  await expect(page).toHaveURL(/\/controls$/);
});

test("a row is reached by keys, and by the palette", async ({ page }) => {
  await enter(page, "ingrid", list);
  await expect(rowOf(page, "AST-01")).toBeVisible();
  await page.keyboard.press("j");
  await page.keyboard.press("x");
  await expect(page.getByRole("toolbar")).toContainText("1 selected");
  await page.keyboard.press("Escape");
  await grid(page).focus();
  await page.keyboard.press("Enter");
  await expect(record(page)).toBeVisible();
  await page.keyboard.press("ControlOrMeta+k");
  await page.getByRole("combobox", { name: /Search or run/ }).fill("restore testing");
  await page.getByRole("option", { name: /BCD-05/ }).click();
  await expect(record(page)).toContainText("BCD-05");
});

test("an auditor reads and exports, and changes nothing", async ({ page }) => {
  await enter(page, "lena", `${list}?q=backups`);
  await expect(rowOf(page, "BCD-04")).toBeVisible();
  await expect(page.getByRole("button", { name: "New control" })).toHaveCount(0);
  await expect(page.getByRole("checkbox")).toHaveCount(0);
  await rowOf(page, "BCD-04").getByText("Backups").click();
  await expect(record(page)).toContainText("How it is tested");
  await expect(record(page).getByRole("textbox")).toHaveCount(0);
  await expect(record(page).getByRole("combobox")).toHaveCount(0);
  await page.getByRole("button", { name: "Export" }).click();
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("menuitem", { name: /CSV/ }).click()]);
  expect(file.suggestedFilename()).toMatch(/\.csv$/);
});

test("on a phone a control is a card, and its record fills the screen", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await enter(page, "ingrid", list);
  await axe(page);
  await rowOf(page, "AST-01").getByText("Hardware inventory").click();
  await expect(record(page)).toBeVisible();
  await axe(page);
  await page.getByRole("button", { name: "Close details" }).last().click();
  await expect(record(page)).toHaveCount(0);
});
