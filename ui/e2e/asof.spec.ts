import { rmSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { ask, axe, expect, signIn, test } from "./fixture";
import { folder, type Own, start } from "./own";

const home = "/o/northwind";

/** A demo whose changes are kept a second time: in its own folder, or nowhere. */
const demo = (backup: (data: string) => string) =>
  test.extend<{ own: Own }>({
    // biome-ignore lint/correctness/noEmptyPattern: playwright reads the fixtures' names from the pattern
    own: async ({}, use) => {
      const data = folder();
      const own = await start("demo", join(data, "demo"), "--backup", backup(data));
      await use(own);
      await own.stop();
      rmSync(data, { recursive: true, force: true });
    },
    baseURL: async ({ own }, use) => use(own.base),
  });
const kept = demo((data) => `file:${join(data, "log")}`);
const unkept = demo(() => "none");

type Control = { id: string; version: number; title: string };

/** A moment, in whole seconds, at which the log has everything that was written before. */
async function settled(page: Page, id: string): Promise<string> {
  let at = "";
  await expect
    .poll(async () => {
      at = new Date(Math.floor(Date.now() / 1000) * 1000).toISOString().replace(".000Z", "Z");
      return (await ask(page, "GET", `/controls/${id}`, undefined, { "Assay-As-Of": at })).status;
    })
    .toBe(200);
  return at;
}

const banner = (page: Page) => page.getByRole("note").filter({ hasText: "This is the past" });

kept.describe("with a log", () => {
  kept.use({ timezoneId: "Europe/Berlin", expected: [/status of 4(04|09|22)/] });

  kept("a control is renamed, and looked at as it was", async ({ page, own }) => {
    const admin = own.accounts.get("ingrid") ?? { email: "", password: "" };
    await signIn(page, admin.email, admin.password);
    const made = (await ask(page, "POST", "/controls", { ref: "AMB-1", title: "Quarrying of amber" })).body as Control;
    const then = await settled(page, made.id);
    await page.waitForFunction((t) => Date.now() > Date.parse(t) + 1000, then); // the next change is of a later second
    await ask(page, "PATCH", `/controls/${made.id}`, { title: "Quarrying of basalt" }, { "If-Match": String(made.version) });

    await page.goto(`${home}/controls/${made.id}`);
    await expect(page.getByText("Quarrying of basalt").first()).toBeVisible();
    await expect(page.getByRole("link", { name: "Members" })).toBeVisible();

    // The moment is typed into the control of the top bar, as a clock on the wall shows it.
    await page.getByRole("button", { name: "Today. Look at the past" }).click();
    const panel = page.getByRole("dialog", { name: "Look at the past" });
    await expect(panel.getByText(/^Every change is kept since/)).toBeVisible();
    await axe(page);
    const wall = new Date(then).toLocaleString("sv", { timeZone: "Europe/Berlin" });
    await panel.getByLabel("Day").fill(wall.slice(0, 10));
    await panel.getByRole("button", { name: "Show" }).click();
    await expect(panel.getByText("Today is not over: give a time.")).toBeVisible();
    await panel.getByLabel("Time").fill(wall.slice(11));
    await panel.getByRole("button", { name: "Show" }).click();

    await expect(page).toHaveURL(new RegExp(`/controls/${made.id}.*as_of=${then}`));
    await expect(banner(page)).toBeVisible();
    await expect(page.getByText("Quarrying of amber").first()).toBeVisible();
    await axe(page);

    // Everything goes along: pages, filters, a reload. Nothing can be changed, and what has no past is not offered.
    await page.getByRole("navigation").getByRole("link", { name: "Controls" }).click();
    await expect(page).toHaveURL(new RegExp(`/controls\\?.*as_of=${then}`));
    await page.getByRole("searchbox").first().fill("quarrying");
    await expect(page.getByRole("row").filter({ hasText: "Quarrying of amber" })).toBeVisible();
    await expect(page).toHaveURL(/q=quarrying/);
    await page.reload();
    await expect(page.getByRole("row").filter({ hasText: "Quarrying of amber" })).toBeVisible();
    await expect(page.getByText("Quarrying of basalt")).toHaveCount(0);
    await expect(page.getByRole("button", { name: "New control" })).toHaveCount(0);
    for (const name of ["Members", "Settings", "Trash", "Audit log"])
      await expect(page.getByRole("navigation").getByRole("link", { name })).toHaveCount(0);
    await axe(page);

    // An export of the past says so in its address; the content is of then.
    await page.getByRole("button", { name: "Export" }).click();
    const file = page.waitForEvent("download");
    await page.getByRole("menuitem", { name: /CSV/ }).first().click();
    const sheet = await (await file).createReadStream();
    let csv = "";
    for await (const part of sheet) csv += part;
    expect(csv).toContain("Quarrying of amber");
    expect(csv).not.toContain("basalt");

    // A write that comes through all the same is refused in a sentence.
    const refused = await ask(page, "PATCH", `/controls/${made.id}`, { title: "x" }, { "Assay-As-Of": then, "If-Match": "1" });
    expect(refused.status).toBe(409);
    expect(refused.body.detail).toContain("This shows the past; it cannot be changed.");

    // Somebody changes it today: the past does not move. The overview counts as it did then.
    const now = (await ask(page, "GET", `/controls/${made.id}`)).body as Control;
    await ask(page, "PATCH", `/controls/${made.id}`, { title: "Quarrying of chalk" }, { "If-Match": String(now.version) });
    await expect(page.getByRole("row").filter({ hasText: "Quarrying of amber" })).toBeVisible();
    await page.getByRole("navigation").getByRole("link", { name: "Overview" }).click();
    await expect(page.getByRole("heading", { name: "Overview" })).toBeVisible();
    await expect(banner(page)).toBeVisible();
    await axe(page);

    // The palette finds what was there, and knows the way back.
    await page.keyboard.press("ControlOrMeta+k");
    await page.getByRole("combobox").fill("quarrying");
    await expect(page.getByRole("option").filter({ hasText: "of amber" })).toBeVisible();
    await page.getByRole("option").filter({ hasText: "of amber" }).click();
    await expect(page).toHaveURL(new RegExp(`as_of=${then}`));
    await page.keyboard.press("ControlOrMeta+k");
    await page.getByRole("combobox").fill("back to today");
    await page.getByRole("option", { name: "Back to today" }).click();
    await expect(page).not.toHaveURL(/as_of/);
    await expect(page.getByText("Quarrying of chalk").first()).toBeVisible();
    await expect(banner(page)).toHaveCount(0);
    await page.goBack();
    await expect(banner(page)).toBeVisible();
    await expect(page.getByText("Quarrying of amber").first()).toBeVisible();
  });

  kept("a moment before anything was kept is refused in a sentence, and the way back is there", async ({ page, own }) => {
    const auditor = own.accounts.get("dana") ?? { email: "", password: "" };
    await page.emulateMedia({ colorScheme: "dark" });
    await page.setViewportSize({ width: 390, height: 844 });
    await signIn(page, auditor.email, auditor.password);
    await page.goto(`${home}/controls`);
    await page.getByRole("button", { name: "Today. Look at the past" }).click();
    const panel = page.getByRole("dialog", { name: "Look at the past" });
    await panel.getByLabel("Day").fill("2020-01-01");
    await panel.getByRole("button", { name: "Show" }).click();
    await expect(panel.getByText(/^Nothing is kept from before/)).toBeVisible();
    await axe(page);
    await page.goto(`${home}/controls?as_of=2020-01-01`);
    await expect(page.getByText(/Nothing is kept of that moment\. Choose one from/).first()).toBeVisible();
    await axe(page);
    await banner(page).getByRole("button", { name: "Back to today" }).click();
    await expect(page).toHaveURL(new RegExp(`${home}/controls$`));
  });
});

unkept("where no past is kept, the control says how to keep it", async ({ page, own }) => {
  for (const [who, words] of [
    ["ingrid", "--backup"],
    ["lena", "Your administrator"],
  ] as const) {
    const { email, password } = own.accounts.get(who) ?? { email: "", password: "" };
    await page.context().clearCookies();
    await signIn(page, email, password);
    await page.goto(home);
    await page.getByRole("button", { name: "Today. Look at the past" }).click();
    await expect(page.getByRole("heading", { name: "The past is not kept here" })).toBeVisible();
    await expect(page.getByRole("dialog", { name: "Look at the past" })).toContainText(words);
    await axe(page);
  }
});
