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
