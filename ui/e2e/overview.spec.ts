import { enter } from "./door";
import { axe, expect, test } from "./fixture";
import { folder, start } from "./own";

const home = "/o/northwind";

for (const theme of ["light", "dark"] as const)
  test(`the overview says how ready the organisation is, how it is known, and leads on, ${theme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: theme });
    await enter(page, "ingrid", home);
    await expect(page.getByRole("heading", { name: "Readiness over time" })).toBeVisible();
    await expect(page.getByRole("img", { name: /^Readiness over time, The whole program\. Control readiness: 0% → \d+%/ })).toBeVisible();
    await axe(page);
    await page.getByRole("button", { name: "How this figure is made" }).first().hover();
    await expect(page.getByText(/^Requirements that are met, of those that apply/)).toBeVisible();
    await axe(page);
    await page.mouse.move(0, 0);
    await page.getByRole("button", { name: "Lines of The whole program" }).click();
    await page.getByRole("menuitem", { name: /^SOC 2/ }).click();
    await expect(page).toHaveURL(/framework=soc2/);
    await expect(page.getByRole("img", { name: /^Readiness over time, SOC 2\./ })).toBeVisible();
    await page.getByRole("link", { name: "Open the list: Controls needing attention" }).click();
    await expect(page).toHaveURL(/controls\?effective=/);
    await expect(page.getByRole("grid", { name: "Controls" })).toBeVisible();
    await page.goBack();
    await page.getByRole("link", { name: /^Expired \d+$/ }).click();
    await expect(page).toHaveURL(/evidence\?status=expired/);
  });

test("first steps lead to the right place, hide, and come back", async ({ page }) => {
  await enter(page, "ingrid", home);
  const steps = page.locator("section", { has: page.getByRole("heading", { name: "Get audit-ready" }) });
  await steps.getByRole("button", { name: "Hide" }).click();
  await expect(steps).toBeHidden();
  await page.getByRole("button", { name: "Get audit-ready" }).click();
  await expect(steps).toBeVisible();
  await steps.getByRole("link", { name: /^Continue/ }).click();
  await expect(page).toHaveURL(/controls\?owner=none/);
});

test("an executive sees figures, and nothing that names a record or a person", async ({ page }) => {
  await enter(page, "priya", home);
  await expect(page.getByRole("heading", { name: "Control readiness by framework" })).toBeVisible();
  await axe(page);
  const main = page.getByRole("main");
  // Their own policies are all that waits for them, and all that is named.
  await expect(main.getByRole("heading", { name: "Waiting for me" })).toBeVisible();
  const links = await main.getByRole("link").evaluateAll((all) => all.map((a) => a.getAttribute("href") ?? ""));
  expect(links.filter((to) => !to.includes("/my-policies"))).toEqual([`${home}/readiness`]);
  for (const name of ["What is due", "Recent activity", "Get audit-ready"])
    await expect(main.getByRole("heading", { name })).toHaveCount(0);
  await page.goto(`${home}/audit`);
  await expect(page).toHaveURL(new RegExp(`${home}$`));
});

test("an auditor reads, and is not asked to set anything up", async ({ page }) => {
  await enter(page, "lena", home);
  await expect(page.getByRole("heading", { name: "What is due" })).toBeVisible();
  await expect(page.getByRole("heading", { name: "Get audit-ready" })).toHaveCount(0);
  await axe(page);
});

test("what somebody else does shows without asking again", async ({ page, browser, baseURL }) => {
  await enter(page, "ingrid", home);
  const count = page.getByRole("link", { name: /^Gap \d/ });
  await expect(count).toBeVisible();
  const before = Number(/\d+/.exec(await count.innerText())?.[0]);
  await page.waitForTimeout(1_000); // the stream opens beside the page
  const context = await browser.newContext({ baseURL });
  const other = await context.newPage();
  await enter(other, "dana", home);
  const set = (was: string, status: string, id?: string) =>
    other.evaluate(
      async ([was, status, id]) => {
        const c = id ? { id } : (await (await fetch(`/api/v1/controls?limit=1&status=${was}`)).json()).items[0];
        await fetch(`/api/v1/controls/${c.id}/status`, {
          method: "POST",
          headers: { "Content-Type": "application/json" },
          body: JSON.stringify({ status, was }),
        });
        return String(c.id);
      },
      [was, status, id] as const,
    );
  const id = await set("in_progress", "gap");
  await expect(count).toHaveText(new RegExp(`Gap\\s*${before + 1}$`), { timeout: 10_000 });
  await set("gap", "in_progress", id);
  await expect(count).toHaveText(new RegExp(`Gap\\s*${before}$`), { timeout: 10_000 });
  await context.close();
});

test("a new organisation is welcomed, and led to its first framework", async ({ browser }) => {
  const own = await start("serve", folder());
  const context = await browser.newContext({ baseURL: own.base });
  try {
    const page = await context.newPage();
    await page.goto(own.setup);
    await page.getByLabel(/organisation/i).fill("Fjord Analytics");
    await page.getByLabel(/^(your )?name/i).fill("Maja Lind");
    await page.getByLabel(/e-mail/i).fill("maja@fjord.example");
    await page.getByLabel("Password", { exact: true }).fill("a password that is long enough");
    await page.locator("form").getByRole("button").last().click();
    await expect(page.getByRole("heading", { name: "Welcome to Fjord Analytics" })).toBeVisible();
    await axe(page);
    await page.setViewportSize({ width: 390, height: 844 });
    await axe(page);
    await page.getByRole("link", { name: /^Turn on a framework/ }).click();
    await expect(page).toHaveURL(/frameworks\?add=library/);
  } finally {
    await context.close();
    await own.stop();
  }
});
