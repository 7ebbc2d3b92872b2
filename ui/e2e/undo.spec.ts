import type { Page } from "@playwright/test";
import { enter } from "./door";
import { ask, axe, expect, test } from "./fixture";

const home = "/o/northwind";

test.use({ expected: [/status of 4(03|09)/] });

type Control = { id: string; version: number; title: string; domain: string };
const make = async (page: Page, ref: string) => (await ask(page, "POST", "/controls", { ref, title: `Made for ${ref}` })).body as Control;
const rename = async (page: Page, id: string, title: string) => {
  const { version } = (await ask(page, "GET", `/controls/${id}`)).body as Control;
  return (await ask(page, "PATCH", `/controls/${id}`, { title }, { "If-Match": String(version) })).seq;
};
const unique = () => Date.now().toString(36).slice(-5).toUpperCase();

for (const [theme, width] of [
  ["light", 1440],
  ["dark", 390],
] as const)
  test(`a step of a history is undone and redone, ${theme}, ${width} px`, async ({ page }) => {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme: theme });
    await enter(page, "ingrid", home);
    const c = await make(page, `UND-${unique()}`);
    await rename(page, c.id, "A name by mistake");
    await page.goto(`${home}/controls/${c.id}`);
    await page.getByRole("tab", { name: "History" }).click();
    const undo = page.getByRole("button", { name: "Undo: edited it" });
    await undo.click();
    const dialog = page.getByRole("dialog", { name: "Undo this change?" });
    await expect(dialog.getByText("A name by mistake").first()).toBeVisible();
    await expect(dialog.getByRole("insertion").filter({ hasText: c.title })).toBeVisible();
    await axe(page);
    if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/undo-preview-${theme}.png` });
    await dialog.getByRole("button", { name: "Undo", exact: true }).click();
    await expect(dialog).toHaveCount(0);
    const title = async () => ((await ask(page, "GET", `/controls/${c.id}`)).body as Control).title;
    await expect(page.getByRole("button", { name: "Undo: took a change back" })).toBeVisible();
    expect(await title()).toBe(c.title);

    await page.getByRole("button", { name: "Redo" }).click();
    await expect(page.getByText("Redone")).toBeVisible();
    expect(await title()).toBe("A name by mistake");

    // Somebody changed it since: the same step says who, and offers nothing.
    await rename(page, c.id, "A better name");
    await page.reload();
    await page.getByRole("button", { name: "Undo: edited it" }).last().click();
    const no = page.getByRole("dialog", { name: "This cannot be undone" });
    await expect(no.getByText(/Ingrid .* changed the title of UND-\w+ on \d+ \w+\. Undo that first\./)).toBeVisible();
    await expect(no.getByRole("link", { name: /^Open UND-/ })).toBeVisible();
    await expect(no.getByRole("button", { name: "Undo", exact: true })).toHaveCount(0);
    await axe(page);
    if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/undo-refused-${theme}.png` });
  });

test("a bulk change is undone from the audit log but for what was changed since", async ({ page }) => {
  await enter(page, "ingrid", home);
  const run = unique();
  const made = [await make(page, `BLK-${run}1`), await make(page, `BLK-${run}2`), await make(page, `BLK-${run}3`)];
  const domain = `Domain ${run}`;
  const { seq } = await ask(page, "POST", "/controls/bulk", { ids: made.map((c) => c.id), set: { domain } });
  await ask(page, "POST", "/controls/bulk", { ids: [made[0]?.id], set: { domain: `${domain} again` } });
  await page.goto(`${home}/audit?open=tenant-${seq}`);
  await page.getByRole("button", { name: "Undo", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Undo this change?" });
  await expect(dialog.getByText("1 row was changed since, and stays as it is:")).toBeVisible();
  await expect(dialog.getByText("The other 2 rows can be undone.")).toBeVisible();
  await axe(page);
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/undo-bulk.png` });
  await dialog.getByRole("button", { name: "Undo the rest" }).click();
  await expect(page.getByText("1 row was left as it is")).toBeVisible();
  const domains = await Promise.all(made.map(async (c) => ((await ask(page, "GET", `/controls/${c.id}`)).body as Control).domain));
  expect(domains).toEqual([`${domain} again`, "", ""]);
});

test("a user undoes their own steps alone, an auditor none", async ({ page }) => {
  await enter(page, "ingrid", home);
  const c = await make(page, `UND-${unique()}`);
  const theirs = await rename(page, c.id, "An administrator's name");
  await enter(page, "dana", `${home}/controls/${c.id}`);
  await rename(page, c.id, "A user's name");
  await page.reload();
  await page.getByRole("tab", { name: "History" }).click();
  await expect(page.getByRole("button", { name: /^Undo: / })).toHaveCount(1);
  expect((await ask(page, "POST", "/undo", { seq: theirs })).status).toBe(403);
  expect((await ask(page, "GET", `/undo/${theirs}`)).status).toBe(403);

  await enter(page, "lena", `${home}/controls/${c.id}`);
  await page.getByRole("tab", { name: "History" }).click();
  await expect(page.getByText("edited it").first()).toBeVisible();
  await expect(page.getByRole("button", { name: /^Undo: / })).toHaveCount(0);
  expect((await ask(page, "POST", "/undo", { seq: theirs })).status).toBe(403);
});
