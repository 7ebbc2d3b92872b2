import { enter } from "./door";
import { axe, expect, test } from "./fixture";

test.use({ expected: [/status of 422/] });

const stamp = Date.now().toString(36);

for (const theme of ["light", "dark"] as const) {
  test(`a risk is said in money and adds to what all cost, ${theme}`, async ({ page }) => {
    test.setTimeout(120_000);
    await page.emulateMedia({ colorScheme: theme });
    await page.setViewportSize({ width: 1440, height: 900 });
    await enter(page, "ingrid", "/o/northwind/risks");
    const title = `The warehouse burns ${theme} ${stamp}`;
    await page.getByRole("button", { name: "New risk" }).first().click();
    const created = page.getByRole("dialog", { name: "New risk" });
    await created.getByLabel("Risk", { exact: true }).fill(title);
    await created.getByRole("button", { name: "Create risk" }).click();
    const record = page.getByRole("complementary", { name: "Risk details" });
    await record.getByRole("button", { name: "Say it in money…" }).click();
    const form = page.getByRole("dialog", { name: /^RSK-\d{4} in money$/ });
    await expect(form.getByText("Fill in a row of each kind")).toBeVisible();
    await axe(page);

    // What is no amount is said at once; what is out of order says so beside its field, from the server.
    const often = (end: string) => form.getByLabel(`Before controls, How often: ${end}`);
    const cost = (end: string) => form.getByLabel(`Before controls, Cost each time: ${end}`);
    await often("Rarest").fill("40");
    await often("Likely").fill("20");
    await often("Most often").fill("5");
    await cost("Low").fill("much");
    await cost("Likely").fill("1.5m");
    await cost("High").fill("800k");
    await form.getByRole("button", { name: "Save" }).click();
    await expect(form.getByText("Give an amount, as 250,000 or 250k.")).toBeVisible();
    await cost("Low").fill("400k");
    await expect(cost("High")).toHaveValue("800,000");
    await form.getByRole("button", { name: "Save" }).click();
    await expect(form.getByText("The high cannot be below the likely.")).toBeVisible();

    // In order, the curve shows before anything is saved; the other unit says the same.
    await cost("High").fill("8000000");
    await expect(form.getByRole("img", { name: "How likely a year costs more than an amount" })).toBeVisible();
    const expected = await form.getByRole("definition").first().textContent();
    await form.getByLabel("Before controls: How often").selectOption("a_year");
    await expect(often("Likely")).toHaveValue("0.05");
    await expect(often("Rarest")).toHaveValue("0.025");
    await expect(form.getByRole("definition").first()).toContainText(/\$\d/);
    await form.getByLabel("Before controls: How often").selectOption("once_in");
    await expect(often("Rarest")).toHaveValue("40");
    await page.mouse.move(5, 5);
    await axe(page);
    await form.getByRole("button", { name: "Save" }).click();
    await expect(form).toBeHidden();
    await expect(record.getByText("Once in 5 to 40 years, likely 20")).toBeVisible();
    await expect(record.getByText("$400,000 to $8,000,000 each time, likely $1,500,000")).toBeVisible();
    expect(await record.locator("section", { hasText: "One year in twenty" }).getByRole("definition").first().textContent()).toBe(expected);

    // The keyboard reads the curve.
    const curve = record.getByRole("img", { name: "How likely a year costs more than an amount" });
    await curve.focus();
    await curve.press("ArrowRight");
    await expect(record.getByRole("status").filter({ hasText: /^More than \$/ })).toBeVisible();
    await axe(page);

    // All together, with what costs most; it opens from there.
    await page.getByRole("button", { name: "Show what it costs" }).click();
    const panel = page.getByRole("region", { name: "In money" });
    await expect(panel.getByText(/risks are said in money/)).toBeVisible();
    await expect(panel.getByRole("img")).toBeVisible();
    await axe(page);
    await page.keyboard.press("Escape");
    await panel.getByRole("link", { name: new RegExp(title) }).click();
    await expect(record.getByText("Once in 5 to 40 years, likely 20")).toBeVisible();

    // Back to the simple way, and undone.
    await record.getByRole("button", { name: "Change…" }).click();
    await form.getByRole("button", { name: "Back to likelihood and impact alone" }).click();
    await expect(record.getByRole("button", { name: "Say it in money…" })).toBeVisible();
    await page
      .getByRole("dialog")
      .filter({ hasText: "is no longer said in money" })
      .getByRole("button", { name: "Undo", exact: true })
      .click();
    await expect(record.getByText("Once in 5 to 40 years, likely 20")).toBeVisible();
    await page.getByRole("button", { name: "Hide what it costs" }).click();
  });
}

test("an administrator sets the appetite; an auditor reads and changes nothing", async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await enter(page, "ingrid", "/o/northwind/risks");
  await page.getByRole("button", { name: "Show what it costs" }).click();
  const panel = page.getByRole("region", { name: "In money" });
  await panel.getByRole("button", { name: "Appetite $1M" }).click();
  const dialog = page.getByRole("dialog", { name: "Appetite for loss" });
  await dialog.getByLabel("Most that a year may cost").fill("lots");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog.getByText("Give an amount, as 250,000 or 250k.")).toBeVisible();
  await axe(page);
  await dialog.getByLabel("Most that a year may cost").fill("750k");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(panel.getByRole("button", { name: "Appetite $750K" })).toBeVisible();
  await panel.getByRole("button", { name: "Appetite $750K" }).click();
  await dialog.getByLabel("Most that a year may cost").fill("1m");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(panel.getByRole("button", { name: "Appetite $1M" })).toBeVisible();
  await page.getByRole("button", { name: "Hide what it costs" }).click();
});

test.describe("on a phone", () => {
  test("the auditor reads the figures", async ({ page }) => {
    await page.setViewportSize({ width: 390, height: 844 });
    await enter(page, "lena", "/o/northwind/risks?q=RSK-0001");
    await page.getByText("RSK-0001").first().click();
    const record = page.getByRole("complementary", { name: "Risk details" });
    await expect(record.getByText("One year in a hundred")).toBeVisible();
    await expect(record.getByRole("button", { name: "Change…" })).toHaveCount(0);
    await axe(page);
  });
});
