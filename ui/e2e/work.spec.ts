import { type Page, request } from "@playwright/test";
import { enter } from "./door";
import { axe, expect, test } from "./fixture";
import { account } from "./setup";

const stamp = Date.now().toString(36);
const bell = (page: Page) => page.getByRole("button", { name: /^Inbox/ });
const unread = async (page: Page) => Number(/\d+/.exec((await bell(page).getAttribute("aria-label")) ?? "")?.[0] ?? 0);

async function ask(page: Page, title: string, owner: string) {
  await page.goto("/o/northwind/tasks?new=1");
  const form = page.getByRole("dialog", { name: "New task" });
  await form.getByLabel("What is to be done").fill(title);
  await form.getByRole("combobox", { name: /^Owner/ }).click({ timeout: 20_000 });
  await page.getByRole("option", { name: new RegExp(owner) }).click();
  await form.getByLabel("Due on").fill("2031-03-14");
  await form.getByRole("button", { name: "Create task" }).click();
  await expect(page.getByText("Task created")).toBeVisible();
}

/** The newest mail to somebody that says something. */
async function mail(page: Page, to: string, words: string) {
  let text = "";
  await expect
    .poll(
      async () => {
        const { items } = (await (await page.request.get("/demo/outbox.json")).json()) as {
          items: { to: string; text: string; subject: string }[];
        };
        text = items.map((m) => (m.to === to ? `${m.subject}\n${m.text}` : "")).find((m) => m.includes(words)) ?? "";
        return text !== "";
      },
      { timeout: 100_000, intervals: [2_000] },
    )
    .toBe(true);
  return text;
}

test("a task rings at once, is mailed, and is done from one's own work", async ({ page, browser, baseURL }) => {
  test.setTimeout(180_000);
  const title = `Walk the fire escape ${stamp}`;
  const other = await browser.newContext({ baseURL, viewport: { width: 1440, height: 900 } });
  const dana = await other.newPage();
  await enter(dana, "dana", "/o/northwind/work");
  await expect(dana.getByRole("heading", { name: "My work" })).toBeVisible();
  await expect(dana.getByText(/things? waits? for you/)).toBeVisible();
  await axe(dana);
  await expect(bell(dana)).toBeVisible();
  await dana.waitForTimeout(500); // the count is on its way
  const before = await unread(dana);

  await page.setViewportSize({ width: 1440, height: 900 });
  await enter(page, "ingrid", "/o/northwind/tasks");
  await axe(page);
  const lena = `Read the report of the ${stamp}`;
  await ask(page, lena, "Lena Fischer");
  await ask(page, title, "Dana Whitfield");
  const record = page.getByRole("complementary", { name: "Task details" });
  await expect(record.getByText("Ingrid Solberg").first()).toBeVisible();
  await axe(page);

  await expect(bell(dana)).toHaveAttribute("aria-label", `Inbox, ${before + 1} unread`, { timeout: 15_000 });
  await bell(dana).click();
  await dana.getByRole("link", { name: new RegExp(`A task is yours: ${title}`) }).click();
  await expect(dana.getByRole("complementary", { name: "Task details" })).toContainText("asked by", { ignoreCase: true });
  await expect.poll(() => unread(dana)).toBe(before);

  await dana.goto("/o/northwind/work");
  const done = dana.getByRole("button", { name: `Mark “${title}” as done` });
  await done.click();
  await expect(dana.getByText("Task set to Done")).toBeVisible();
  await expect(done).toBeHidden();
  await dana.getByRole("button", { name: "Undo", exact: true }).click();
  await expect(done).toBeVisible();
  await done.click();
  await expect(done).toBeHidden();
  await expect(record.getByText("Done", { exact: true }).first()).toBeVisible({ timeout: 15_000 }); // Ingrid sees it

  // The auditor was mailed, with a way in and a way to hear no more.
  const text = await mail(page, account("lena").email, lena);
  expect(text).toContain("/o/northwind/tasks/");
  expect(text).toContain("profile?tab=notifications");
  await other.close();
});

test.describe(() => {
  test.use({ expected: [/status of 422/] }); // a task without a title
  test("a task hangs on its record, is changed where it stands, and can be taken back", async ({ page }) => {
    await page.setViewportSize({ width: 1440, height: 900 });
    await enter(page, "ingrid", "/o/northwind/controls?q=VUL-02");
    await page.getByRole("grid", { name: "Controls" }).getByText("VUL-02").click();
    const control = page.getByRole("complementary", { name: "Control details" });
    await control.getByRole("button", { name: "Add task" }).click();
    const form = page.getByRole("dialog", { name: "New task" });
    await form.getByRole("button", { name: "Create task" }).click();
    await expect(form.getByLabel("What is to be done")).toHaveAttribute("aria-invalid", "true");
    const title = `Scan the staging network ${stamp}`;
    await form.getByLabel("What is to be done").fill(title);
    await form.getByRole("button", { name: "Create task" }).click();
    await control.getByRole("link", { name: new RegExp(title) }).click();
    const record = page.getByRole("complementary", { name: "Task details" });
    await expect(record.getByRole("link", { name: /VUL-02/ })).toBeVisible();
    await record.getByRole("button", { name: "Start", exact: true }).click();
    await expect(record.getByText("In progress").first()).toBeVisible();
    await record.getByRole("button", { name: "More" }).click();
    await page.getByRole("menuitem", { name: "Cancel task…" }).click();
    await page.getByLabel("Why").fill("The provider does it.");
    await axe(page);
    await page.getByRole("button", { name: "Cancel task", exact: true }).click();
    await expect(record.getByText("The provider does it.").first()).toBeVisible();
    await record.getByRole("button", { name: "Open again" }).click();
    await expect(record.getByRole("button", { name: "Mark as done" })).toBeVisible();
    await record.getByRole("button", { name: "More" }).click();
    await page.getByRole("menuitem", { name: "Delete" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Delete" }).click();
    await expect(page.getByText("Task deleted")).toBeVisible();
  });
});

test("an inbox is read by day, and switched off by event", async ({ page }) => {
  await enter(page, "dana", "/o/northwind/inbox");
  await expect(page.getByRole("link", { name: /A task is yours/ }).first()).toBeVisible();
  await axe(page);
  const all = page.getByRole("button", { name: "Mark all as read" });
  if (await all.isVisible()) {
    await all.click();
    await expect(page.getByText("All are read")).toBeVisible();
  }
  await page.getByRole("button", { name: "Unread", exact: true }).click();
  await expect(page.getByRole("heading", { name: "Nothing new" })).toBeVisible();
  await page.goto("/o/northwind/profile?tab=notifications");
  const mailed = page.getByRole("switch", { name: "Task assigned: Mail" });
  await expect(mailed).toBeChecked();
  await axe(page);
  await mailed.click();
  await expect(page.getByRole("button", { name: "As everybody has it" })).toBeVisible();
  await page.reload();
  await expect(mailed).not.toBeChecked();
  await page.getByRole("button", { name: "As everybody has it" }).click();
  await expect(mailed).toBeChecked();
});

test("the digest is set, looked at and sent", async ({ page }) => {
  await enter(page, "ingrid", "/o/northwind/settings/notifications");
  await expect(page.getByRole("switch", { name: /Send a digest/ })).toBeChecked();
  await page.getByRole("button", { name: "What it would tell you now" }).click();
  await expect(page.getByRole("region", { name: "What it would tell you now" })).toContainText("Northwind Health");
  await axe(page);
  await page.getByLabel("How often").selectOption("daily");
  await expect(page.getByText("Digest saved")).toBeVisible();
  await page.getByRole("button", { name: "Undo", exact: true }).click();
  await expect(page.getByLabel("How often")).toHaveValue("weekly");
  await page.getByRole("button", { name: "Send me one now" }).click();
  await expect(page.getByText("A digest is on its way to ingrid@northwind.example")).toBeVisible();
  await mail(page, "ingrid@northwind.example", "This is the digest of Northwind Health");
  const off = page.getByRole("switch", { name: "A control changes: On" });
  await off.click();
  await expect(page.getByRole("switch", { name: "A control changes: Inbox" })).toBeDisabled();
  await page.getByRole("button", { name: "As the program has it" }).click();
  await expect(off).toBeChecked();
});

test("a calendar address is made, read without a session, and revoked", async ({ page, baseURL }) => {
  await enter(page, "dana", "/o/northwind/profile?tab=notifications");
  await page.getByRole("button", { name: /Make an? (new )?address/ }).click();
  const shown = page.getByRole("dialog", { name: "The address of your calendar" });
  await axe(page);
  const url = (await shown.locator("[data-calendar]").textContent()) ?? "";
  await shown.getByRole("button", { name: "Done" }).click();
  const program = await request.newContext({ baseURL });
  const got = await program.get(url);
  expect(got.status()).toBe(200);
  expect(got.headers()["content-type"]).toContain("text/calendar");
  expect(await got.text()).toContain("BEGIN:VEVENT");
  expect((await program.get(url, { headers: { "If-None-Match": got.headers().etag ?? "" } })).status()).toBe(304);
  await page.getByRole("button", { name: "Revoke" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Revoke" }).click();
  await expect(page.getByText("There is no calendar address yet")).toBeVisible();
  expect((await program.get(url)).status()).toBe(404);
  await program.dispose();
});

test("an executive has no inbox and no work list but policies", async ({ page }) => {
  await enter(page, "priya", "/o/northwind/work");
  await expect(page).toHaveURL(/\/o\/northwind\/my-policies$/);
  await expect(bell(page)).toBeHidden();
});
