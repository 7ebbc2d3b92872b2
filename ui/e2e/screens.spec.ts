import { enter } from "./door";
import { axe, expect, test } from "./fixture";

/**
 * The screens of the console, with their heading, in both themes: no console error, nothing that axe finds. Those of
 * policies, vendors, assets, processes and people are looked at in their own walks, every page of them.
 */
const screens = [
  "",
  "readiness",
  "frameworks",
  "controls",
  "evidence",
  "risks",
  "members",
  "audit",
  "settings",
  "settings/risks",
  "profile",
];
const shots = process.env.SHOTS; // a folder for pictures, to be looked at by a person

for (const colorScheme of ["light", "dark"] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme, viewport: { width: 1440, height: 900 } });

    test("every screen of an administrator", async ({ page }) => {
      test.setTimeout(180_000);
      await page.goto("/sign-in");
      await expect(page.getByRole("button", { name: /sign in/i })).toBeVisible();
      await axe(page);
      await enter(page, "ingrid", "/o/northwind");
      for (const screen of screens) {
        await page.goto(`/o/northwind/${screen}`);
        await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
        await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
        await axe(page);
        if (shots) await page.screenshot({ path: `${shots}/${screen || "overview"}-${colorScheme}.png` });
      }
    });

    test("every screen on a phone", async ({ page }) => {
      test.setTimeout(180_000);
      await page.setViewportSize({ width: 390, height: 844 });
      await enter(page, "ingrid", "/o/northwind");
      for (const screen of screens) {
        await page.goto(`/o/northwind/${screen}`);
        await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
        await axe(page);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
        expect(wide, `${screen} scrolls sideways`).toBe(false);
        if (shots) await page.screenshot({ path: `${shots}/${screen || "overview"}-${colorScheme}-phone.png` });
      }
    });

    test("an executive sees figures and nothing else", async ({ page }) => {
      await enter(page, "priya", "/o/northwind");
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      await expect(page.getByRole("navigation").getByRole("link", { name: "Controls" })).toHaveCount(0);
      await axe(page);
      if (shots) await page.screenshot({ path: `${shots}/executive-${colorScheme}.png` });
    });
  });
}

test("nothing of one organisation is seen in the other", async ({ page }) => {
  await enter(page, "mira", "/o/harbor-labs/controls");
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  const text = await page.evaluate(() => document.body.innerText);
  expect(text).not.toContain("Northwind");
  expect(text).not.toContain("NW-01");
});
