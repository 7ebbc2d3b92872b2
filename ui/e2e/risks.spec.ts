import { enter } from "./door";
import { axe, expect, test } from "./fixture";

test.use({ expected: [/status of 422/] });

const stamp = Date.now().toString(36);

test("a risk is added, scored on the map, treated, accepted and found again", async ({ page }) => {
  test.setTimeout(120_000);
  await page.setViewportSize({ width: 1440, height: 900 });
  await enter(page, "ingrid", "/o/northwind/risks");
  await expect(page.getByRole("heading", { name: "Risks" })).toBeVisible();
  await axe(page);

  // From the library, with the controls that lower it.
  await page.getByRole("button", { name: "Library" }).first().click();
  const library = page.getByRole("dialog", { name: "Pick from the library" });
  await expect(library.getByText("Secrets leak through a code repository")).toBeVisible();
  await axe(page);
  await library.getByRole("button", { name: "Cancel" }).click();

  // A title is enough.
  const title = `The records room floods ${stamp}`;
  await page.getByRole("button", { name: "New risk" }).first().click();
  const form = page.getByRole("dialog", { name: "New risk" });
  await form.getByLabel("Risk", { exact: true }).fill(title);
  await form.getByRole("button", { name: "Create risk" }).click();
  const record = page.getByRole("complementary", { name: "Risk details" });
  await expect(record.getByText(/^RSK-\d{4}$/)).toBeVisible();

  // Scored where it stands: the list and the map follow.
  await record.getByLabel("Inherent: Likelihood").selectOption("4");
  await record.getByLabel("Inherent: Impact").selectOption("5");
  await expect(record.getByText("20Critical").first()).toBeVisible();
  await record.getByLabel("Residual: Likelihood").selectOption("3");
  await expect(record.getByLabel("Residual: Impact")).toHaveValue("3");
  await expect(record.getByText("9Medium").first()).toBeVisible();
  await expect(record.getByText("How the score moved")).toBeVisible();
  await axe(page);
  const cell = page.getByRole("button", { name: /likelihood 3, impact 3, Medium$/ });
  const counted = Number(await cell.textContent());
  expect(counted).toBeGreaterThan(0);
  await cell.click();
  await expect(page).toHaveURL(/likelihood=3/);
  await expect(page.getByText(counted === 1 ? "1 risk" : `${counted} risks`, { exact: true })).toBeVisible();
  await expect(page.getByRole("row", { name: new RegExp(title) })).toBeVisible();
  await cell.click();
  await expect(page).not.toHaveURL(/likelihood/);

  // A figure filters, and says that it does.
  const medium = page.getByRole("button", { name: /^Medium/ }).first();
  await medium.click();
  await expect(medium).toHaveAttribute("aria-pressed", "true");
  await medium.click();

  // Accepted by an administrator, with a reason and a last day; taken back.
  await record.getByRole("button", { name: "Accept the risk…" }).click();
  const accept = page.getByRole("dialog", { name: /^Accept RSK-/ });
  await accept.getByLabel("Why it may stay as it is").fill("The room is emptied next year.");
  await accept.getByLabel("Until").fill("2099-01-01");
  await accept.getByRole("button", { name: "Accepted" }).click();
  await expect(accept.getByText("Accept a risk for two years at most, then look at it again.")).toBeVisible();
  const soon = new Date(Date.now() + 40 * 86_400_000).toISOString().slice(0, 10);
  await accept.getByLabel("Until").fill(soon);
  await accept.getByRole("button", { name: "Accepted" }).click();
  await expect(record.getByText(/^Accepted by Ingrid Solberg until/)).toBeVisible();
  await record.getByRole("button", { name: "Take the acceptance back" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Take the acceptance back" }).click();
  await expect(record.getByText(/^Accepted by Ingrid Solberg until/)).toHaveCount(0);
});

test.describe("refusals", () => {
  test("an executive has figures and no register", async ({ page }) => {
    await enter(page, "priya", "/o/northwind");
    await expect(page.getByRole("navigation").getByRole("link", { name: "Risks" })).toHaveCount(0);
    await expect(page.getByRole("heading", { name: "Risks" })).toBeVisible();
    await axe(page);
  });
});

test("the table is edited where it stands, many at once, and undone", async ({ page }) => {
  test.setTimeout(120_000);
  await page.setViewportSize({ width: 1440, height: 900 });
  await enter(page, "ingrid", "/o/northwind/risks?sort=ref");
  const grid = page.getByRole("grid", { name: "Risks" });
  const row = (ref: string) => grid.getByRole("row", { name: new RegExp(ref) });
  const undone = async () => {
    await page.getByRole("button", { name: "Undo", exact: true }).first().click();
    await expect(page.getByText("Undone").first()).toBeVisible();
  };

  // A status, in its cell: the record stays closed.
  await row("RSK-0001").getByRole("button", { name: "Status: In progress" }).click();
  await page.getByRole("menuitem", { name: "Off track" }).click();
  await expect(row("RSK-0001").getByRole("button", { name: "Status: Off track" })).toBeVisible();
  await expect(page.getByText("RSK-0001 saved").first()).toBeVisible();
  await expect(page).not.toHaveURL(/open=/);
  await undone();
  await expect(row("RSK-0001").getByRole("button", { name: "Status: In progress" })).toBeVisible();

  // An accepted risk says why its status stays.
  await expect(row("RSK-0008").getByRole("button", { name: /^Status/ })).toHaveCount(0);
  await expect(row("RSK-0008").getByTitle(/Take the acceptance back to change the status/)).toBeVisible();

  // An owner and a day.
  await row("RSK-0001").getByRole("button", { name: "Owner: Dana Whitfield" }).click();
  await page.getByPlaceholder("Find…").fill("Omar");
  await page.keyboard.press("Enter");
  await expect(row("RSK-0001").getByRole("button", { name: "Owner: Omar Haddad" })).toBeVisible();
  await row("RSK-0009").getByRole("button", { name: "Treated by: empty" }).click();
  const day = page.getByRole("dialog", { name: "Treated by" });
  await day.getByLabel("Treated by").fill("2099-03-04");
  await axe(page);
  await day.getByRole("button", { name: "Set" }).click();
  await expect(row("RSK-0009").getByRole("button", { name: /^Treated by: Mar 4/ })).toBeVisible();
  await expect(page.getByText("RSK-0009 saved").first()).toBeVisible();

  // Many at once: one step, which one Undo takes back.
  await row("RSK-0002").getByRole("checkbox").check({ force: true });
  await row("RSK-0003").getByRole("checkbox").check({ force: true });
  await page.getByRole("button", { name: "Treatment", exact: true }).click();
  await page.getByRole("menuitem", { name: "Transfer" }).click();
  await expect(page.getByText("2 changed").first()).toBeVisible();
  await expect(row("RSK-0002")).toContainText("Transfer");
  await undone();
  await expect(row("RSK-0002")).toContainText("Mitigate");
});

test("columns, a view of one's own, the record on a page, and back to the same rows", async ({ page }) => {
  test.setTimeout(120_000);
  await page.setViewportSize({ width: 1440, height: 900 });
  await enter(page, "ingrid", "/o/northwind/risks?category=Cyber%20attack&sort=-score");
  const grid = page.getByRole("grid", { name: "Risks" });
  await expect(page.getByRole("button", { name: "Filter by Category Cyber attack" })).toBeVisible();
  await page.getByRole("button", { name: "Save view", exact: true }).click();
  await page.getByLabel("Name").fill("Walk attacks");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByRole("button", { name: /Walk attacks/, pressed: true })).toBeVisible();
  await page.getByRole("button", { name: "Display options" }).click();
  await page.getByRole("menuitemcheckbox", { name: "Category" }).click();
  await page.getByRole("menuitemcheckbox", { name: "Inherent" }).click();
  await page.keyboard.press("Escape");
  await expect(grid.getByRole("columnheader", { name: "Category" })).toHaveCount(0);
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByText("View “Walk attacks” saved").first()).toBeVisible();
  await page.getByRole("button", { name: "All", exact: true }).click();
  await expect(page).not.toHaveURL(/category/);
  await expect(grid.getByRole("columnheader", { name: "Category" })).toBeVisible();
  await page.getByRole("button", { name: /Walk attacks/ }).click();
  await expect(page).toHaveURL(/category=Cyber\+attack&sort=-score/);
  await expect(grid.getByRole("columnheader", { name: "Category" })).toHaveCount(0);

  // On a page of its own, and back to the rows it came from.
  await grid.getByText("Unpatched internet-facing system is exploited").click();
  const record = page.getByRole("complementary", { name: "Risk details" });
  await record.getByRole("link", { name: "Open as a page" }).click();
  await expect(page).toHaveURL(/\/risks\/\w+\?/);
  await expect(page.getByRole("heading", { name: "RSK-0004" })).toBeVisible();
  await expect(page.getByLabel("Inherent: Likelihood")).toBeVisible();
  await axe(page);
  await page.getByRole("tab", { name: "History" }).click();
  await expect(page).toHaveURL(/tab=history/);
  await page.reload();
  await expect(page.getByRole("tab", { name: "History", selected: true })).toBeVisible();
  await page.getByRole("link", { name: "Risks", exact: true }).last().click();
  await expect(page).toHaveURL(/risks\?.*category=Cyber\+attack&sort=-score/);
  await expect(page).not.toHaveURL(/tab=/);
  await expect(page.getByRole("button", { name: /Walk attacks/, pressed: true })).toBeVisible();
  await page.getByRole("button", { name: "View", exact: true }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete" }).click();
});

test("the map is walked by keys, the weeks are read, and the levels are set", async ({ page }) => {
  test.setTimeout(120_000);
  await page.setViewportSize({ width: 1440, height: 900 });
  await enter(page, "ingrid", "/o/northwind/risks");
  const map = page.getByRole("region", { name: "Risk map" });
  const cell = (l: number, i: number) => map.getByRole("button", { name: new RegExp(`likelihood ${l}, impact ${i},`) });
  await cell(3, 3).focus();
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("ArrowRight");
  await expect(cell(4, 4)).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/likelihood=4&impact=4/);
  await expect(cell(4, 4)).toHaveAttribute("aria-pressed", "true");

  // Thirteen weeks and today, for who sees and for who does not.
  await expect(map.getByRole("img", { name: "Risks by level, week by week" })).toBeVisible();
  await expect(map.getByRole("table", { name: "Risks by level, week by week" }).getByRole("rowheader")).toHaveCount(14);

  // The levels: the map shows what they would make of it before they are saved.
  await map.getByRole("link", { name: "Change the levels" }).click();
  const preview = page.getByRole("region", { name: "The map with these levels" });
  await expect(preview.getByTitle(/likelihood 5, impact 5, Critical$/)).toBeVisible();
  await axe(page);
  await page.getByLabel("High from").fill("21");
  await page.getByRole("button", { name: "Save levels" }).click();
  await expect(page.getByText("High begins below critical, which begins at 20.")).toBeVisible();
  await page.getByLabel("Critical from").fill("25");
  await expect(preview.getByTitle(/likelihood 4, impact 5, Medium$/)).toBeVisible();
  await page.getByRole("button", { name: "Save levels" }).click();
  await expect(page.getByText("Levels of risks saved").first()).toBeVisible();
  await page.getByRole("button", { name: "Undo", exact: true }).first().click();
  await expect(page.getByText("Undone").first()).toBeVisible();
});
