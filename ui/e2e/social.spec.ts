import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { enter } from "./door";
import { axe, expect, test } from "./fixture";

// A link to the record itself, or drawn twice, is refused on purpose.
test.use({ expected: [/status of 422/] });

const list = "/o/northwind/controls";
const grid = (page: Page) => page.getByRole("grid", { name: "Controls" });
const record = (page: Page) => page.getByRole("complementary", { name: "Control details" });
const rowOf = (page: Page, ref: string) => grid(page).getByRole("row").filter({ hasText: ref });
const open = async (page: Page, ref: string) => {
  await page.goto(`${list}?q=${ref}`);
  await rowOf(page, ref).getByText(ref).click();
  await expect(record(page)).toContainText(ref);
};
/** The part of a record that people add to it, under its heading. */
const part = (page: Page, name: string) =>
  record(page)
    .locator("section")
    .filter({ has: page.getByRole("heading", { name, exact: true }) });

test("two people talk under a control: named, answered, settled, taken back", async ({ page, browser }) => {
  await enter(page, "ingrid", list);
  await open(page, "CHG-01");
  await part(page, "Comments").getByRole("button", { name: "Write a comment" }).click();
  const box = page.getByRole("textbox", { name: "Your comment" });
  await box.pressSequentially("Who approves **urgent** changes at night, @da");
  await expect(page.getByRole("option", { name: /Dana Whitfield/ })).toBeVisible();
  await axe(page);
  await page.keyboard.press("Enter");
  await expect(box).toHaveValue("Who approves **urgent** changes at night, @Dana Whitfield ");
  await box.pressSequentially("? <img src=x onerror=alert(1)> [here](javascript:alert(1))");
  await page.keyboard.press("ControlOrMeta+Enter");
  const said = part(page, "Comments").getByRole("article").filter({ hasText: "urgent" });
  await expect(said.getByText("urgent", { exact: true })).toHaveCSS("font-weight", "600");
  await expect(said.getByText("@Dana Whitfield")).toBeVisible();
  await expect(said.locator("img")).toHaveCount(0); // what is written is text, whatever it looks like
  await expect(said.getByRole("link")).toHaveCount(0);

  const other = await (await browser.newContext()).newPage();
  await enter(other, "dana", list);
  await open(other, "CHG-01");
  const there = part(other, "Comments").getByRole("article").filter({ hasText: "urgent" });
  await there.getByRole("button", { name: "Reply" }).click();
  await other.getByRole("textbox", { name: "Reply to Ingrid Solberg" }).fill("Whoever is on call, and I look at it the next morning.");
  await there.getByRole("button", { name: "Reply" }).click();
  await expect(there).toContainText("the next morning");
  // The first browser is told, and reads the answer by itself.
  await expect(said).toContainText("the next morning", { timeout: 10_000 });

  await there.getByRole("button", { name: "More about this comment" }).last().click();
  await other.getByRole("menuitem", { name: "Edit" }).click();
  await other.getByRole("textbox", { name: "Your comment" }).fill("Whoever is on call; I read it the next day.");
  await other.getByRole("button", { name: "Save", exact: true }).click();
  await expect(there).toContainText("edited");
  await said.getByRole("button", { name: "Settle" }).click();
  await expect(said).toHaveCount(0);
  await part(page, "Comments")
    .getByRole("button", { name: /settled thread/ })
    .click();
  await expect(said).toContainText("Settled by Ingrid Solberg");
  await said.getByRole("button", { name: "More about this comment" }).first().click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete" }).click();
  await expect(part(page, "Comments").getByText("This comment was taken back.")).toBeVisible();
  await other.context().close();
});

test("an auditor asks where the proof is, and changes nothing else", async ({ page }) => {
  await enter(page, "lena", list);
  await open(page, "CHG-01");
  await part(page, "Comments").getByRole("button", { name: "Write a comment" }).click();
  await page.getByRole("textbox", { name: "Your comment" }).fill("Which of these changes were urgent?");
  await part(page, "Comments").getByRole("button", { name: "Comment", exact: true }).click();
  await expect(part(page, "Comments")).toContainText("Which of these changes were urgent?");
  await expect(record(page).getByRole("button", { name: "Link a record" })).toHaveCount(0);
  await expect(record(page).getByRole("combobox", { name: "Add tag" })).toHaveCount(0);
});

test("a control is linked, and looked at with its neighbours", async ({ page }) => {
  await enter(page, "ingrid", list);
  await open(page, "CHG-01");
  const add = async (way: string, q: string, name: RegExp) => {
    await part(page, "Links").getByRole("button", { name: "Link a record" }).click();
    await page.getByLabel("How it is linked").selectOption({ label: way });
    await page.getByRole("combobox", { name: "Record" }).click();
    await page.getByPlaceholder("Search records…").fill(q);
    await page.getByRole("option", { name }).click();
    await page.getByRole("button", { name: "Add", exact: true }).click();
  };
  await add("is needed by", "CHG-02", /CHG-02/);
  await expect(part(page, "Links").getByRole("link", { name: /CHG-02/ })).toBeVisible();
  await add("is needed by", "CHG-02", /CHG-02/);
  await expect(page.getByText("These two are linked like this already.")).toBeVisible();
  await page.getByRole("button", { name: "Cancel" }).click();

  await record(page).getByRole("link", { name: "Open as a page" }).click();
  await page.getByRole("tab", { name: /Links/ }).click();
  const graph = page.getByRole("group", { name: /What CHG-01/ });
  await expect(graph.getByText("Controls · is needed by")).toBeVisible();
  await expect(graph.getByText(/Requirements · implements/)).toBeVisible();
  await axe(page);
  await graph.getByRole("button", { name: /CHG-02/ }).focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("group", { name: /What CHG-02/ })).toBeVisible();
  await page.getByText("Also neighbours of neighbours").click();
  await expect(page.getByRole("group", { name: /What CHG-02/ }).getByRole("button", { name: /CHG-01/ })).toBeVisible();
  await page.getByText("As a list").click();
  await expect(page.getByRole("button", { name: "Look from here CHG-01 Change management" })).toBeVisible();
  await axe(page);
  await page.getByRole("button", { name: "Back to CHG-01" }).click();
  await page.getByRole("button", { name: /^Remove the link with CHG-02/ }).click();
  await expect(page.getByText("Link with CHG-02 removed")).toBeVisible();
  await page.getByRole("button", { name: "Undo", exact: true }).first().click();
  await expect(page.getByRole("button", { name: /^Remove the link with CHG-02/ })).toBeVisible();
});

test("a tag is made on a record, given to many, filtered by, and merged", async ({ page }) => {
  await enter(page, "ingrid", list);
  await open(page, "CHG-01");
  await record(page).getByRole("combobox", { name: "Add tag" }).click();
  await page.getByPlaceholder("Find or make a tag…").fill("Walk one");
  await page.getByRole("option", { name: /New tag “Walk one”/ }).click();
  await page.keyboard.press("Escape");
  await expect(record(page).getByRole("button", { name: "Remove the tag Walk one" })).toBeVisible();
  await page.goto(`${list}?q=CHG-02`);
  await page.getByRole("checkbox", { name: "Select CHG-02" }).click();
  await page.getByRole("toolbar").getByRole("combobox", { name: "Add tag" }).click();
  await page.getByPlaceholder("Find or make a tag…").fill("walk ONE");
  await page.getByRole("option", { name: "Walk one" }).click();
  await expect(page.getByText("1 record tagged Walk one")).toBeVisible();
  await page.goto(list);
  await page.getByRole("button", { name: "Filter by Tags" }).click();
  await page.getByRole("menuitemcheckbox", { name: /Walk one/ }).click();
  await page.keyboard.press("Escape");
  await expect(page.getByText("2 controls", { exact: true })).toBeVisible();
  await expect(rowOf(page, "CHG-01")).toBeVisible();

  await page.goto("/o/northwind/settings/tags");
  await axe(page);
  await page.getByRole("button", { name: "New tag" }).click();
  await page.getByLabel("Name").fill("walk one");
  await page.getByRole("button", { name: "Create tag" }).click();
  await expect(page.getByText(/There is a tag of this name already/)).toBeVisible();
  await page.getByLabel("Name").fill("Walk two");
  await page.getByText("Green").click();
  await page.getByRole("button", { name: "Create tag" }).click();
  await page.getByRole("button", { name: "More about Walk one" }).click();
  await page.getByRole("menuitem", { name: "Merge into another" }).click();
  await page.getByLabel("Tag that stays").selectOption({ label: "Walk two" });
  await page.getByRole("button", { name: "Merge into another" }).click();
  await expect(page.getByText("Walk one merged into Walk two")).toBeVisible();
  await expect(page.getByText("2 records", { exact: true })).toBeVisible();
});

test("a field is defined, filled in, shown as a column, filtered by and exported", async ({ page }) => {
  await enter(page, "ingrid", "/o/northwind/settings/fields");
  await page.getByRole("button", { name: "New field for Controls" }).click();
  await page.getByLabel("Name", { exact: true }).fill("Walk tier");
  await page.getByLabel("Type", { exact: true }).selectOption({ label: "One of a list" });
  await page.getByRole("button", { name: "Create field" }).click();
  await expect(page.getByText("Give at least one option to choose from.")).toBeVisible();
  await page.getByLabel("Options").fill("Gold\nSilver");
  await axe(page);
  await page.getByRole("button", { name: "Create field" }).click();
  await expect(page.getByText("Walk tier", { exact: true })).toBeVisible();

  await page.goto(list);
  await open(page, "CHG-01");
  await record(page)
    .getByRole("combobox", { name: /^Walk tier/ })
    .click();
  await page.getByRole("option", { name: "Gold" }).click();
  await expect(page.getByText("Walk tier saved")).toBeVisible();
  await expect(record(page).getByRole("combobox", { name: /^Walk tier/ })).toContainText("Gold");
  await page.keyboard.press("Escape");
  await page.goto(list);
  await page.getByRole("button", { name: "Filter by Walk tier" }).click();
  await page.getByRole("menuitemcheckbox", { name: "Gold" }).click();
  await page.keyboard.press("Escape");
  await expect(page.getByText("1 control", { exact: true })).toBeVisible();
  await page.getByRole("button", { name: "Display options" }).click();
  await page.getByRole("menuitemcheckbox", { name: "Walk tier" }).click();
  await page.keyboard.press("Escape");
  await expect(grid(page).getByRole("columnheader", { name: "Walk tier" })).toBeVisible();
  await expect(rowOf(page, "CHG-01")).toContainText("Gold");
  await page.getByRole("button", { name: "Export" }).click();
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("menuitem", { name: /CSV/ }).click()]);
  const text = readFileSync(await file.path(), "utf8");
  expect(text.split("\r\n")[0]).toContain("Walk tier");
  expect(text).toMatch(/CHG-01,.*Gold/);
});

/** Opens the walk's view, from the row of views or from the menu of those that do not fit. */
async function openView(page: Page) {
  const view = page.getByRole("button", { name: /Walk view/ });
  const more = page.getByRole("button", { name: /^\+\d/ });
  await expect(view.or(more).first()).toBeVisible();
  if (await view.isVisible()) return view.click();
  await more.click();
  await page.getByRole("menuitem", { name: /Walk view/ }).click();
}

test("a view is saved and shared, seen by somebody else, changed, put back and opened first", async ({ page, browser }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await enter(page, "ingrid", `${list}?domain=Change&sort=-title`);
  await page.getByRole("button", { name: "Save view", exact: true }).click();
  await axe(page);
  await page.getByLabel("Name").fill("Walk view");
  await page.getByLabel("Everybody in the organisation sees it").check();
  await page.getByRole("button", { name: "Save", exact: true }).click();
  const tab = (p: Page) => p.getByRole("button", { name: /Walk view/, pressed: true });
  await expect(tab(page)).toBeVisible();
  await expect(page).toHaveURL(/view=/);

  const other = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
  await enter(other, "dana", list);
  await openView(other);
  await expect(other).toHaveURL(/domain=Change/);
  await expect(other).toHaveURL(/sort=-title/);
  await expect(tab(other)).toBeVisible();
  // It is not hers to change: she can put it back, not save it.
  await other.getByRole("columnheader", { name: "Owner" }).getByRole("button").click();
  await expect(other.getByRole("button", { name: "Reset", exact: true })).toBeVisible();
  await expect(other.getByRole("button", { name: "Save", exact: true })).toHaveCount(0);
  await other.getByRole("button", { name: "Reset", exact: true }).click();
  await expect(other).toHaveURL(/sort=-title/);
  await other.getByRole("button", { name: "View", exact: true }).click();
  await expect(other.getByRole("menuitem", { name: "Delete" })).toHaveCount(0);
  await other.getByRole("menuitem", { name: "Open the list with this view" }).click();
  await expect(other.getByText("The list opens with “Walk view” for you")).toBeVisible();
  await other.goto(list);
  await expect(tab(other)).toBeVisible();
  await expect(other).toHaveURL(/domain=Change/);
  await other.getByRole("button", { name: "All controls" }).click();
  await expect(other).not.toHaveURL(/view=/);
  await other.context().close();

  await page.getByRole("button", { name: "Display options" }).click();
  await page.getByRole("menuitem", { name: "Comfortable" }).click();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByText("View “Walk view” saved").first()).toBeVisible();
  await expect(page.getByRole("button", { name: "Reset", exact: true })).toHaveCount(0);
  await page.getByRole("button", { name: "View", exact: true }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete" }).click();
  await expect(page.getByText("View “Walk view” deleted")).toBeVisible();
  await expect(page.getByRole("button", { name: /Walk view/ })).toHaveCount(0);
});

for (const [place, filter, shown] of [
  ["tasks", "status=done&sort=-ended_at", /status=done/],
  ["activities", "frequency=quarterly&sort=due_on", /frequency=quarterly/],
] as const)
  test(`a view of ${place} is saved, left, opened again and deleted`, async ({ page }) => {
    await page.setViewportSize({ width: 1440, height: 900 });
    await enter(page, "dana", `/o/northwind/${place}?${filter}`);
    await page.getByRole("button", { name: "Save view", exact: true }).click();
    await page.getByLabel("Name").fill("Walk view");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    const view = page.getByRole("button", { name: /Walk view/ });
    await expect(view).toHaveAttribute("aria-pressed", "true");
    await page.getByRole("button", { name: /^All/ }).first().click();
    await expect(page).not.toHaveURL(shown);
    await openView(page);
    await expect(page).toHaveURL(shown);
    await expect(page).toHaveURL(/sort=/);
    await page.getByRole("button", { name: "View", exact: true }).click();
    await page.getByRole("menuitem", { name: "Delete" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Delete" }).click();
    await expect(view).toHaveCount(0);
    await expect(page).not.toHaveURL(shown);
  });
