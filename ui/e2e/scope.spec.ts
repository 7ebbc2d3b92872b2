import type { Page } from "@playwright/test";
import { enter } from "./door";
import { axe, expect, test } from "./fixture";

// A name that is taken is refused on purpose.
test.use({ expected: [/status of (409|422)/] });

const record = (page: Page) => page.getByRole("complementary", { name: "Control details" });
const undo = async (page: Page) => {
  await page.getByRole("button", { name: "Undo", exact: true }).first().click();
  await expect(page.getByText("Undone").first()).toBeVisible();
};
const choose = async (page: Page, name: string) => {
  await page.getByRole("button", { name: /^Looking at: / }).click();
  await page.getByRole("menuitem", { name }).click();
};

for (const theme of ["light", "dark"] as const)
  test(`products say what they answer to, ${theme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: theme });
    await page.setViewportSize({ width: 1440, height: 900 });
    await enter(page, "ingrid", "/o/northwind/products");
    const list = page.getByRole("list", { name: "In use" });
    await expect(list.getByRole("listitem").filter({ hasText: "Clinic Portal" })).toContainText("ISO 27001");
    await axe(page);
    await page.getByRole("link", { name: "HIPAA" }).first().click();
    await expect(page.getByRole("button", { name: /^Looking at: / })).toBeVisible();
    await expect(page.getByRole("region", { name: "Products" }).getByRole("button")).toHaveCount(4); // three bars, and how they are made
    await axe(page);
  });

test("a product is added, refused when its name is taken, archived and brought back", async ({ page }) => {
  await enter(page, "ingrid", "/o/northwind/products");
  await page.getByRole("button", { name: "Add a product" }).click();
  const dialog = page.getByRole("dialog", { name: "Add a product" });
  await dialog.getByLabel("Name").fill("clinic portal");
  await dialog.getByLabel("Description").fill("The same again");
  await dialog.getByRole("checkbox", { name: "HIPAA" }).click();
  await dialog.getByRole("button", { name: "Add product" }).click();
  await expect(dialog.getByText(/There is a product of this name already/)).toBeVisible();
  await expect(dialog.getByLabel("Description")).toHaveValue("The same again");
  await axe(page);
  await dialog.getByLabel("Name").fill("Walk");
  await dialog.getByRole("button", { name: "Add product" }).click();
  await expect(page.getByText("Walk added")).toBeVisible();
  const row = page.getByRole("list", { name: "In use" }).getByRole("listitem").filter({ hasText: "Walk" });
  await expect(row).toContainText("HIPAA");
  await page.getByRole("button", { name: "More for Walk" }).click();
  await page.getByRole("menuitem", { name: "Archive" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Archive" }).click();
  await expect(page.getByRole("list", { name: "Archived" })).toContainText("Walk");
  await page.getByRole("button", { name: "More for Walk" }).click();
  await page.getByRole("menuitem", { name: "Bring back" }).click();
  await expect(row).toBeVisible();
  await page.getByRole("button", { name: "More for Walk" }).click();
  await page.getByRole("menuitem", { name: "Archive" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Archive" }).click();
  await expect(row).toHaveCount(0);
});

test("a control is tracked per product, and its own status is the worst of them", async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await enter(page, "ingrid", "/o/northwind/controls?q=GOV-01");
  await page.getByRole("row", { name: /GOV-01/ }).click();
  const box = record(page);
  await box.getByRole("button", { name: "Track per product" }).click();
  await expect(page.getByText("GOV-01 has a status in each product")).toBeVisible();
  await box.getByRole("button", { name: /^Status of GOV-01 in Care Mobile/ }).click();
  await page.getByRole("menuitem", { name: "Gap" }).click();
  await expect(page.getByText("GOV-01 in Care Mobile: Gap")).toBeVisible();
  await expect(box.getByRole("button", { name: "Status of GOV-01: Gap" })).toBeVisible();
  await box.getByRole("button", { name: "Status of GOV-01: Gap" }).click();
  await expect(page.getByText(/Set it per product/)).toBeVisible();
  await page.keyboard.press("Escape");
  await axe(page);
  await box.getByRole("button", { name: /^Status of GOV-01 in Care Mobile/ }).click();
  await page.getByRole("menuitem", { name: "Not applicable" }).click();
  const why = page.getByRole("alertdialog", { name: "GOV-01 does not apply to Care Mobile?" });
  await expect(why.getByRole("button", { name: "Set to not applicable" })).toBeDisabled();
  await why.getByRole("textbox").fill("The app has no board of its own.");
  await why.getByRole("button", { name: "Set to not applicable" }).click();
  await expect(box.getByText("The app has no board of its own.").first()).toBeVisible();
  await expect(box.getByRole("button", { name: "Status of GOV-01: Gap" })).toHaveCount(0);

  // The list of one product shows its status.
  await page.goto((await page.url()).replace(/\/controls.*/, "/controls?q=GOV-01"));
  await page.getByRole("button", { name: /^Filter by Product/ }).click();
  await page
    .getByRole("menuitem", { name: "Care Mobile" })
    .or(page.getByRole("option", { name: "Care Mobile" }))
    .first()
    .click();
  await expect(page).toHaveURL(/scope=/);
  await expect(page.getByRole("row", { name: /GOV-01/ })).toContainText("Not applicable");
  await page.getByRole("row", { name: /GOV-01/ }).click();
  await record(page).getByRole("button", { name: "One status for all" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "One status for all" }).click();
  await expect(page.getByText("GOV-01 has one status again")).toBeVisible();
});

test("a baseline leaves out what is outside, and one undo takes it back", async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await enter(page, "ingrid", "/o/northwind/frameworks");
  await page.getByRole("article").filter({ hasText: "SOC 2" }).getByRole("link", { name: "SOC 2" }).click();
  await choose(page, "Clinic Portal");
  const counted = page.getByText(/^\d+ requirements count$/);
  const before = await counted.textContent();
  await page.getByRole("button", { name: /^Baseline/ }).click();
  const dialog = page.getByRole("dialog", { name: "Baseline of SOC 2" });
  await dialog.getByRole("tab", { name: "Add a baseline" }).click();
  await dialog.getByLabel("Name").fill("Common criteria");
  await dialog.getByRole("checkbox", { name: /^CC1/ }).click();
  await axe(page);
  await dialog.getByRole("button", { name: "Add a baseline" }).click();
  await expect(page.getByText("Baseline Common criteria added")).toBeVisible();
  await dialog.getByRole("radio", { name: /Common criteria/ }).check();
  await dialog.getByRole("button", { name: "Apply" }).click();
  await expect(page.getByText("Baseline Common criteria chosen")).toBeVisible();
  await expect(page.getByRole("button", { name: "Baseline: Common criteria" })).toBeVisible();
  const na = page.getByRole("button", { name: /^Not applicable \d+/ });
  await expect(na).not.toHaveText(/Not applicable 0$/);
  await undo(page);
  await expect(page.getByRole("button", { name: /^Baseline: No baseline/ })).toBeVisible();
  await expect(counted).toHaveText(before ?? "");
});

test("an addressable specification asks for the reasoning of the rule", async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await enter(page, "ingrid", "/o/northwind/frameworks");
  await page.getByRole("article").filter({ hasText: "HIPAA" }).getByRole("link", { name: "HIPAA" }).click();
  await page.getByLabel("Search requirements…").fill("clearance");
  await page.getByRole("treeitem", { name: /Workforce clearance/ }).click();
  const pane = page.getByRole("complementary", { name: "Requirement" });
  await pane.getByRole("button", { name: "Document the decision…" }).click();
  const dialog = page.getByRole("dialog", { name: /^Decide on/ });
  await dialog.getByLabel("Why it is not reasonable and appropriate").fill("   ");
  await dialog.getByRole("button", { name: "Save the decision" }).click();
  await expect(dialog.getByText(/Say why it is, or is not/)).toBeVisible();
  await axe(page);
  await dialog
    .getByLabel("Why it is not reasonable and appropriate")
    .fill("All sixty people are vetted by the same agency before they begin.");
  await dialog.getByLabel(/Equivalent alternative measure/).fill("The agency’s report is read and kept for everyone.");
  await dialog.getByRole("button", { name: "Save the decision" }).click();
  await expect(pane.getByText("It is not implemented as written; a documented equivalent alternative stands in its place.")).toBeVisible();
  await undo(page);
  await expect(pane.getByRole("button", { name: "Document the decision…" })).toBeVisible();

  // A required one warns before it is left out.
  await page.getByLabel("Search requirements…").fill("Risk analysis");
  await page.getByRole("treeitem", { name: /Risk analysis/ }).click();
  await pane.getByRole("switch", { name: /Applies to us/ }).click();
  await expect(page.getByRole("alertdialog")).toContainText("The Security Rule requires this specification");
  await page.keyboard.press("Escape");
});

for (const size of [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
])
  test(`the Statement of Applicability is read, edited and taken along, ${size.width} wide`, async ({ page }) => {
    await page.setViewportSize(size);
    await enter(page, "ingrid", "/o/northwind/frameworks");
    await page.getByRole("article").filter({ hasText: "ISO 27001" }).getByRole("link", { name: "ISO 27001" }).click();
    await page.getByRole("link", { name: "Statement of Applicability" }).click();
    await expect(page.getByText("Grace Novak").first()).toBeVisible();
    await axe(page);
    await page.getByLabel("Search requirements…").fill("A.8.25");
    await page.getByText("Secure development life cycle").first().click();
    const box = page.getByRole("complementary", { name: "Requirement" });
    await box.getByRole("checkbox", { name: "Contractual obligation" }).click();
    await expect(box.getByText("These reasons are this requirement's own.")).toBeVisible();
    await axe(page);
    await undo(page);
    await expect(box.getByText(/As the whole statement says/)).toBeVisible();
    const waiting = page.waitForEvent("download");
    await page.keyboard.press("Escape");
    await page.getByRole("link", { name: "PDF" }).click();
    expect((await waiting).suggestedFilename()).toMatch(/^Statement of Applicability ISO 27001 \d{4}-\d\d-\d\d\.pdf$/);
  });

test("the overview narrows to a product; who only reads changes nothing", async ({ page }) => {
  await enter(page, "lena", "/o/northwind");
  await choose(page, "Care Mobile");
  await expect(page).toHaveURL(/scope=/);
  await expect(page.getByRole("link", { name: "HIPAA", exact: true })).toBeVisible();
  await expect(page.getByRole("link", { name: "ISO 27001", exact: true })).toHaveCount(0);
  await axe(page);
  await page.goto((await page.url()).replace(/\?.*/, "").replace(/\/?$/, "/products"));
  await expect(page.getByText("Clinic Portal")).toBeVisible();
  await expect(page.getByRole("button", { name: "Add a product" })).toHaveCount(0);
});
