import type { Page } from "@playwright/test";
import { enter } from "./door";
import { axe, expect, test } from "./fixture";

test.use({ expected: [/status of (422|403)/], viewport: { width: 1440, height: 900 } });

const list = "/o/northwind/activities";
const record = (page: Page) => page.getByRole("complementary", { name: "Activity" });

for (const colorScheme of ["light", "dark"] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });
    test("activities are looked at as a table, a board and a calendar", async ({ page }) => {
      await enter(page, "ingrid", list);
      const grid = page.getByRole("grid", { name: "Recurring activities" });
      await expect(grid).toContainText("Restore test");
      await axe(page);
      await page.getByRole("button", { name: "Board" }).click();
      await expect(page.getByRole("region", { name: "Overdue" })).toContainText("Restore test");
      await axe(page);
      await page.getByRole("button", { name: "Calendar" }).click();
      await expect(page.getByRole("button", { name: /^Look at the security log: Completed/ }).first()).toBeVisible();
      await axe(page);
      await page.getByRole("button", { name: "Next month" }).click();
      await expect(page).toHaveURL(/month=/);
      await expect(page.getByRole("button", { name: /Planned: its period has not begun/ }).first()).toBeVisible();
    });
  });
}

test("a monthly review is set up, begun, moved and completed with its proof", async ({ page }) => {
  const name = `Badge review ${Date.now().toString(36)}`;
  await enter(page, "dana", list);
  await page.getByRole("button", { name: "New activity" }).first().click();
  const form = page.getByRole("dialog", { name: "New activity" });
  await form.getByRole("button", { name: "Create activity" }).click();
  await expect(form.getByLabel("Name")).toBeFocused(); // it is required, and what was chosen is still there
  await form.getByLabel("Name").fill(name);
  await form.getByLabel("Frequency").selectOption("monthly");
  await form.getByRole("button", { name: "Create activity" }).click();
  await expect(record(page).getByRole("textbox", { name: "Name" })).toHaveValue(name);
  await expect(record(page).getByText("Not started").first()).toBeVisible();

  await record(page).getByRole("combobox", { name: "Add evidence request" }).click();
  await page.getByPlaceholder("Find an evidence request").fill("Visitor log");
  await page
    .getByRole("option", { name: /Visitor log/ })
    .first()
    .click();
  await expect(record(page).getByRole("link", { name: /Visitor log/ })).toBeVisible();

  // On the board its menu does what dragging does.
  await page.getByRole("button", { name: "Board" }).click();
  await page.getByRole("button", { name: `Move to: ${name}` }).click();
  await page.getByRole("menuitem", { name: "In progress" }).click();
  await expect(page.getByRole("region", { name: "In progress" })).toContainText(name);

  await record(page).getByRole("button", { name: "Complete" }).click();
  const done = page.getByRole("dialog", { name: `Complete “${name}”` });
  await done
    .locator("input[type=file]")
    .setInputFiles({ name: "visitors.csv", mimeType: "text/csv", buffer: Buffer.from("day,visitors\n1,3\n") });
  await done.getByLabel(/^Note/).fill("Three visitors, all escorted.");
  await axe(page);
  await done.getByRole("button", { name: "Complete" }).click();
  await expect(record(page).getByRole("list").getByText("Three visitors, all escorted.").first()).toBeVisible();
  await expect(page.getByRole("region", { name: "Completed" })).toContainText(name);
  await record(page).getByRole("link", { name: "visitors.csv" }).click();
  await expect(page.getByRole("complementary", { name: "Evidence request" })).toContainText("visitors.csv");
});

test("one that does not apply this time needs a reason", async ({ page }) => {
  const name = `Drill ${Date.now().toString(36)}`;
  await enter(page, "ingrid", `${list}?new=1`);
  const form = page.getByRole("dialog", { name: "New activity" });
  await form.getByLabel("Name").fill(name);
  await form.getByLabel("Frequency").selectOption("weekly");
  await form.getByRole("button", { name: "Create activity" }).click();
  await record(page)
    .getByRole("button", { name: /^More actions: / })
    .click();
  await page.getByRole("menuitem", { name: "Set aside…" }).click();
  const why = page.getByRole("alertdialog");
  await expect(why.getByRole("button", { name: "Set aside" })).toBeDisabled();
  await why.getByLabel("Why it does not apply this time").fill("The office is closed this week.");
  await why.getByRole("button", { name: "Set aside" }).click();
  await expect(record(page).getByRole("list").getByText("The office is closed this week.").first()).toBeVisible();
  await expect(record(page).getByText("Not applicable").first()).toBeVisible();
  await record(page).getByRole("button", { name: "More actions", exact: true }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete" }).click();
  await expect(record(page)).toHaveCount(0);
});

test("an auditor looks, an executive does not", async ({ page }) => {
  await enter(page, "lena", list);
  await expect(page.getByRole("grid", { name: "Recurring activities" })).toContainText("Restore test");
  await expect(page.getByRole("button", { name: "New activity" })).toHaveCount(0);
  await page.getByRole("grid").getByText("Restore test").click();
  await expect(record(page).getByRole("button", { name: "Complete" })).toHaveCount(0);
  await enter(page, "priya", "/o/northwind");
  await expect(page.getByRole("link", { name: "Recurring activities" })).toHaveCount(0);
});

test.describe("on a phone", () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });
  test("what is due is read and completed", async ({ page }) => {
    await enter(page, "dana", list);
    await page.getByText("Check of the backup jobs").click();
    await expect(record(page)).toBeVisible();
    await axe(page);
    await record(page).getByRole("button", { name: "Complete" }).first().click();
    const done = page.getByRole("dialog");
    await done.getByRole("button", { name: "Complete" }).click();
    await expect(
      record(page)
        .getByText(/Completed by Dana Whitfield/)
        .first(),
    ).toBeVisible();
  });
});
