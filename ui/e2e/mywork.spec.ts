import { enter } from "./door";
import { ask, axe, expect, test } from "./fixture";

const stamp = Date.now().toString(36);
const day = (n: number) => new Date(Date.now() + n * 86_400_000).toISOString().slice(0, 10);

test("what one is asked to decide, to read and to look at again stands in one's own work", async ({ page }) => {
  test.setTimeout(120_000);
  await page.setViewportSize({ width: 1440, height: 900 });
  await enter(page, "ingrid", "/o/northwind/work");
  const { body: session } = (await ask(page, "GET", "/session")) as { body: { person: string } };
  const { status } = await ask(page, "POST", "/risks", {
    title: `Flood ${stamp}`,
    owner: session.person,
    due_on: day(-3),
    review_on: day(10),
  });
  expect(status).toBe(200);
  await page.reload();

  // A policy that waits for a decision leads to where it is made.
  const approve = page.locator("section", { has: page.getByRole("heading", { name: "Policies to approve" }) }).last();
  await expect(approve.getByRole("link", { name: /^Decide: POL-/ }).first()).toBeVisible();
  const again = page.locator("section", { has: page.getByRole("heading", { name: /^To be looked at again/ }) }).last();
  await expect(again.getByText("Treatment due")).toBeVisible();
  await expect(again.getByText("Risk review")).toBeVisible();
  await axe(page);
  await again
    .getByRole("link", { name: new RegExp(`^Look: RSK-.* Flood ${stamp}`) })
    .first()
    .click();
  await expect(page.getByRole("complementary")).toContainText(`Flood ${stamp}`);
  await page.goBack();
  await approve
    .getByRole("link", { name: /^Decide: POL-/ })
    .first()
    .click();
  await expect(page).toHaveURL(/\/my-policies\/.+/);

  await page.goto("/o/northwind/");
  const due = page.locator("section", { has: page.getByRole("heading", { name: /^What is due/ }) }).last();
  await expect(due.getByRole("link", { name: /^Risks \d+$/ })).toBeVisible({ timeout: 20_000 });
  await axe(page);
  await due.getByRole("link", { name: /^Risks \d+$/ }).click();
  await expect(page).toHaveURL(/\/risks\?.*sort=due_on/);
});

test("an executive is told of policies alone", async ({ page }) => {
  await enter(page, "priya", "/o/northwind/");
  const mine = page.locator("section", { has: page.getByRole("heading", { name: "Waiting for me" }) }).last();
  await expect(mine.getByRole("heading", { name: "Policies to acknowledge" })).toBeVisible({ timeout: 20_000 });
  await axe(page);
  await mine.getByRole("link", { name: "My policies" }).click();
  await expect(page.getByRole("heading", { name: "My policies" })).toBeVisible();
  await page.goto("/o/northwind/work");
  await expect(page).toHaveURL(/\/o\/northwind\/my-policies$/);
});
