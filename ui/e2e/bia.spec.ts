import type { Page } from "@playwright/test";
import { enter } from "./door";
import { ask, axe, expect, test } from "./fixture";

test.use({ expected: [/status of 422/] });

const stamp = Date.now().toString(36);
const payload = '<img src=x onerror="alert(1)">';
const record = (page: Page) => page.getByRole("complementary", { name: "Process details" });
const grid = (page: Page) => page.getByRole("grid", { name: "Business impact" });

test("a process is added, scored as it is answered, depends on what comes back later, and is reviewed", async ({ page }) => {
  test.setTimeout(150_000);
  await page.setViewportSize({ width: 1440, height: 900 });
  await enter(page, "ingrid", "/o/northwind/bia");
  await expect(page.getByRole("heading", { name: "Business impact" })).toBeVisible();
  await axe(page);

  const name = `Taking blood ${stamp}`;
  await page.getByRole("button", { name: "New process" }).first().click();
  const form = page.getByRole("dialog", { name: "New process" });
  await form.getByLabel("Process").fill(name);
  await form.getByLabel("RTO").selectOption("≤ 4 hours");
  await axe(page);
  await form.getByRole("button", { name: "Create process" }).click();
  await expect(record(page).getByText(/^PRC-\d{4}$/)).toBeVisible();
  await expect(record(page).getByText("Set RPO and Classification to get a score.")).toBeVisible();

  // The worked example: 29.75 + 25 + 7.5 + 17.5 = 79.75.
  const choose = async (label: string, value: string) => {
    await record(page)
      .getByRole("button", { name: new RegExp(`^${label}: `) })
      .click();
    await page.getByRole("menuitem", { name: value, exact: true }).click();
  };
  await choose("RPO", "≤ 1 hour");
  await choose("Classification", "Confidential");
  await choose("MTD", "≤ 24 hours");
  await expect(record(page).getByText("80Critical")).toBeVisible();
  for (const points of ["29.75 of 35", "25 of 25", "7.5 of 15", "17.5 of 25"]) await expect(record(page).getByText(points)).toBeVisible();
  await axe(page);

  // It cannot be back later than it can be missed: the refusal says so, and the value stays.
  await choose("MTD", "≤ 1 hour");
  await expect(page.getByText(/Choose an RTO that is not longer than the MTD/).first()).toBeVisible();
  await expect(record(page).getByRole("button", { name: "MTD: ≤ 24 hours" })).toBeVisible();

  // What it depends on comes back later: a finding on the record, in the list, in the figures.
  await record(page).getByRole("button", { name: "Link a record" }).click();
  await page.getByLabel("How it is linked").selectOption({ label: "depends on" });
  await page.getByRole("combobox", { name: "Record" }).click();
  await page.getByPlaceholder("Search records…").fill("Support desk");
  await page.getByRole("option", { name: /Support desk/ }).click();
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await expect(record(page).getByText("back within 24 hours")).toBeVisible();
  await expect(record(page).getByText(/^It must be back within 4 hours, and 2 things that it depends on come back later\.$/)).toBeVisible();
  const late = page.getByRole("button", { name: /^Late dependencies ?\d/ });
  await late.click();
  await expect(page).toHaveURL(/late=true/);
  await expect(grid(page).getByRole("row", { name: new RegExp(name) })).toBeVisible();
  await late.click();

  await record(page).getByRole("button", { name: "Reviewed today" }).click();
  await expect(record(page).getByText(/^Reviewed by Ingrid Solberg on/)).toBeVisible();
});

test("charts filter, and say that they do", async ({ page }) => {
  test.setTimeout(120_000);
  await page.setViewportSize({ width: 1440, height: 900 });
  await enter(page, "ingrid", "/o/northwind/bia");
  const charts = page.getByRole("region", { name: "Processes in figures" });
  const press = async (name: RegExp, address: RegExp) => {
    const bar = charts.getByRole("button", { name }).first();
    const counted = Number((await bar.textContent())?.split(": ").at(-1));
    expect(counted).toBeGreaterThan(0);
    await bar.click();
    await expect(page).toHaveURL(address);
    await expect(bar).toHaveAttribute("aria-pressed", "true");
    await expect(page.getByText(counted === 1 ? "1 process" : `${counted} processes`, { exact: true })).toBeVisible();
    await bar.click();
    await expect(page).not.toHaveURL(address);
  };
  await press(/^≤ 72 hours ?: [1-9]/, /rto=le_72h/);
  await press(/^81 to 90 ?: /, /from=81&to=90/);
  await press(/^Grace Novak ?: /, /owner=/);
  await press(/^E-mail and calendar ?: /, /depends_on=/);
  await press(/^Unassigned ?: /, /owner=none/);
  await charts
    .getByRole("region", { name: "Recovery point" })
    .getByRole("button", { name: /^Unknown ?: [1-9]/ })
    .press("Enter");
  await expect(page).toHaveURL(/rpo=none/);
  await expect(grid(page).getByRole("row", { name: /Reports to the board/ })).toBeVisible();
  await axe(page);
  await page.getByRole("button", { name: "Hide the charts" }).click();
  await expect(charts).toHaveCount(0);
});

test("whatever is written is text", async ({ page }) => {
  test.setTimeout(120_000);
  let dialogs = 0;
  page.on("dialog", (d) => {
    dialogs++;
    void d.dismiss();
  });
  await page.setViewportSize({ width: 1440, height: 900 });
  await enter(page, "ingrid", "/o/northwind/bia");
  const text = [
    "name",
    "description",
    "managed_by",
    "backup_needs",
    "financial_note",
    "operational_note",
    "legal_note",
    "reputational_note",
  ];
  const made: { status: number; body: { id: string } } = await ask(
    page,
    "POST",
    "/processes",
    Object.fromEntries(text.map((f) => [f, `${payload} ${stamp}`])),
  );
  expect(made.status).toBe(200);
  for (const at of [`/o/northwind/bia?q=${stamp}&open=${made.body.id}`, `/o/northwind/bia/${made.body.id}`]) {
    await page.goto(at);
    await expect(page.getByText(payload).first()).toBeVisible();
    await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
    await expect(page.locator("img[src=x]")).toHaveCount(0);
  }
  expect(dialogs).toBe(0);
  await ask(page, "DELETE", `/processes/${made.body.id}`);
});

for (const colorScheme of ["light", "dark"] as const)
  test(`every screen, ${colorScheme}, at a desk and on a phone`, async ({ page }) => {
    test.setTimeout(120_000);
    await page.emulateMedia({ colorScheme });
    await enter(page, "ingrid", "/o/northwind/bia");
    for (const width of [1440, 390]) {
      await page.setViewportSize({ width, height: 844 });
      for (const path of ["bia", "bia?q=incident%20response"]) {
        await page.goto(`/o/northwind/${path}`);
        await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
        if (path.includes("?")) await page.getByText("Incident response", { exact: true }).first().click();
        await axe(page);
        expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
      }
    }
  });

test.describe("refusals", () => {
  test.use({ expected: [/status of 40[34]/] });
  test("an executive has figures and no processes; an auditor reads", async ({ page }) => {
    await enter(page, "priya", "/o/northwind");
    await expect(page.getByRole("heading", { name: "Business impact" })).toBeVisible();
    for (const path of ["/processes", "/processes/spread", "/processes/export"]) expect((await ask(page, "GET", path)).status).toBe(403);
    await enter(page, "lena", "/o/northwind/bia?q=incident");
    await grid(page).getByText("Incident response").click();
    await expect(record(page).getByText("Set RPO")).toHaveCount(0);
    await expect(record(page).getByRole("button", { name: "Reviewed today" })).toHaveCount(0);
    await expect(page.getByRole("button", { name: "New process" })).toHaveCount(0);
    expect((await ask(page, "POST", "/processes", { name: "x" })).status).toBe(403);
  });
});
