import { enter } from "./door";
import { axe, expect, test } from "./fixture";

const home = "/o/northwind";

for (const [theme, width, ref] of [
  ["light", 1440, "IAM-13"],
  ["dark", 390, "IAM-12"],
] as const)
  test(`a deleted control lies in the trash and comes back with its evidence and links, ${theme}, ${width} px`, async ({ page }) => {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme: theme });
    await enter(page, "ingrid", `${home}/trash`);
    const control = await page.evaluate(async (ref) => {
      const list = await (await fetch(`/api/v1/controls?q=${ref}&limit=1`)).json();
      return (await fetch(`/api/v1/controls/${list.items[0].id}`)).json();
    }, ref);
    expect(control.requests).toBeGreaterThan(0);
    expect(control.frameworks.length).toBeGreaterThan(0);
    await page.goto(`${home}/controls/${control.id}`);
    await page.getByRole("button", { name: "More" }).first().click();
    await page.getByRole("menuitem", { name: /^Delete/ }).click();
    await page.getByLabel("Why it goes").fill("Written twice");
    await page
      .getByRole("alertdialog")
      .getByRole("button", { name: /^Delete/ })
      .click();
    await expect(page).toHaveURL(/controls$/);

    await page.goto(`${home}/trash`);
    const row = page.getByRole("row").filter({ hasText: ref });
    await expect(row).toBeVisible();
    if (width > 600) await expect(row).toContainText("Written twice");
    await expect(row).toContainText("30 days left");
    await axe(page);
    await row.getByRole("button", { name: /^Bring back/ }).click();
    await expect(page.getByText(/is back$/).first()).toBeVisible();
    await expect(row).toHaveCount(0);
    const back = await page.evaluate(async (id) => (await fetch(`/api/v1/controls/${id}`)).json(), control.id);
    for (const part of ["ref", "title", "owner", "status", "effective", "requests", "frameworks", "tags"])
      expect(back[part]).toEqual(control[part]);
  });

test("only an administrator sees the trash", async ({ page }) => {
  await enter(page, "dana", `${home}/trash`);
  await expect(page).toHaveURL(new RegExp(`${home}$`));
  await expect(page.getByRole("navigation").getByRole("link", { name: "Trash" })).toHaveCount(0);
});
