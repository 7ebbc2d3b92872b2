import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { enter } from "./door";
import { ask, axe, expect, signIn, test } from "./fixture";
import { folder, start } from "./own";

const log = "/o/northwind/audit";

for (const theme of ["light", "dark"] as const)
  test(`the log is read day by day, filtered, and opened to the last field, ${theme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: theme });
    await enter(page, "ingrid", log);
    const grid = page.getByRole("grid", { name: "Audit log" });
    await expect(grid.getByRole("rowheader").first()).toContainText(/20\d\d|Today/);
    await expect(grid.getByRole("row", { name: /System/ })).toHaveCount(0);
    await axe(page);
    await page.getByRole("switch", { name: "Hide the system’s own work" }).click();
    await expect(page).toHaveURL(/system=true/);
    await expect(grid.getByText("kept the day's readiness figures").first()).toBeVisible();
    await page.getByRole("switch", { name: "Hide the system’s own work" }).click();
    await page.getByRole("combobox", { name: "Filter by Action" }).click();
    await page.getByPlaceholder("Search action…").fill("Rejected");
    await page.getByRole("option", { name: /Rejected a file/ }).click();
    await expect(page).toHaveURL(/action=evidence.reject/);
    await expect(grid.getByText(/^rejected /).first()).toBeVisible();
    await grid
      .getByText(/^rejected /)
      .first()
      .click();
    const record = page.getByRole("complementary", { name: "Record details" });
    await expect(record.getByText("evidence.reject")).toBeVisible();
    await expect(record.locator("del", { hasText: "Pending" })).toBeVisible();
    await expect(record.locator("ins", { hasText: "Rejected" })).toBeVisible();
    await axe(page);
    const first = await record.getByText(/^Record \d+$/).innerText();
    await page.keyboard.press("j");
    await expect(record.getByText(first, { exact: true })).toBeHidden();
    await page.keyboard.press("Escape");
    await expect(page).not.toHaveURL(/open=/);
  });

test("an own change is undone from its record", async ({ page }) => {
  await enter(page, "ingrid", log);
  const made = (await ask(page, "POST", "/controls", { ref: `UND-${Date.now()}`, title: "Undone from its record" })).body as { id: string };
  const { seq } = await ask(page, "POST", `/controls/${made.id}/status`, { status: "in_progress", was: "not_started" });
  await page.goto(`${log}?open=tenant-${seq}`);
  const record = page.getByRole("complementary", { name: "Record details" });
  await record.getByRole("button", { name: "Undo", exact: true }).click();
  await page.getByRole("dialog", { name: "Undo this change?" }).getByRole("button", { name: "Undo", exact: true }).click();
  await expect(page.getByText("Undone", { exact: true })).toBeVisible();
  await expect(page.getByRole("grid").getByText(`undid record ${seq}:`).first()).toBeVisible();
});

test("proof, checkpoint and export are downloaded", async ({ page }) => {
  await enter(page, "ingrid", log);
  await page.getByRole("grid").getByRole("row").nth(1).click();
  const proof = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download proof" }).click();
  expect((await proof).suggestedFilename()).toMatch(/^audit-tenant-\d+-proof\.json$/);
  await page.getByRole("button", { name: "Export" }).click();
  const csv = page.waitForEvent("download");
  await page.getByRole("menuitem", { name: /CSV/ }).click();
  expect((await csv).suggestedFilename()).toMatch(/^audit-.*\.csv$/);
  await page.getByRole("tab", { name: "Proof" }).click();
  const checkpoint = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download the newest" }).click();
  expect((await checkpoint).suggestedFilename()).toMatch(/^audit-checkpoint-\d+\.txt$/);
});

test("the log proves itself, files and all", async ({ page }) => {
  await enter(page, "ingrid", `${log}?tab=proof`);
  await axe(page);
  await page.getByRole("checkbox", { name: "Also read every file" }).check();
  await page.getByRole("button", { name: "Verify now" }).click();
  await expect(page.getByRole("heading", { name: /^[\d,]+ records prove themselves; [\d,]+ signed checkpoints fit$/ })).toBeVisible({
    timeout: 30_000,
  });
  await expect(page.getByText(/files \(.+\) are what was uploaded/)).toBeVisible();
  await axe(page);
});

test("a checkpoint that was kept elsewhere is compared with the log, and somebody gets one every week", async ({ page }) => {
  await enter(page, "ingrid", `${log}?tab=proof`);
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download the newest" }).click();
  const kept = await (await download).path();
  await page.getByText("Compare with a checkpoint that was kept elsewhere").click();
  await page.getByLabel("Or the file with it").setInputFiles(kept);
  await expect(page.getByLabel("The checkpoint, or the mail it came with")).toHaveValue(/^assay\//);
  await axe(page);
  await page.getByRole("button", { name: "Verify now" }).click();
  await expect(page.getByText("The log extends the checkpoint that you kept")).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText("No place is set.")).toBeVisible();
  await page.getByLabel("Mail address of your auditor or owner").fill("auditor@firm.example");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByRole("button", { name: "Save", exact: true })).toBeDisabled();
  await page.reload();
  await expect(page.getByLabel("Mail address of your auditor or owner")).toHaveValue("auditor@firm.example");
  const verifier = page.waitForEvent("download");
  await page.getByRole("link", { name: "verify.go" }).click();
  expect((await verifier).suggestedFilename()).toBe("verify.go");
});

/** What an intruder with the file would do: change what a record says. */
const tamper = `
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
db.execute("UPDATE audit SET record = replace(record, '\\"kind\\":\\"change\\"', '\\"kind\\":\\"event\\"') WHERE seq = 17")
db.commit()
`;

test("a record that was changed behind the program's back is found", async ({ browser }) => {
  const data = folder();
  await (await start("demo", data)).stop();
  for (const file of readdirSync(join(data, "tenants")).filter((f) => f.endsWith(".db")))
    execFileSync("python3", ["-c", tamper, join(data, "tenants", file)]);
  const own = await start("demo", data);
  const context = await browser.newContext({ baseURL: own.base });
  try {
    const page = await context.newPage();
    const { email, password } = own.accounts.get("ingrid") ?? { email: "", password: "" };
    await signIn(page, email, password);
    await page.goto(`${log}?tab=proof`);
    await page.getByRole("button", { name: "Verify now" }).click();
    await expect(page.getByRole("heading", { name: /problems? (was|were) found/ })).toBeVisible({ timeout: 30_000 });
    await expect(page.getByText("Record 17 was changed: it does not match its hash.")).toBeVisible();
    await axe(page);
    await page.getByRole("link", { name: "Record 17" }).first().click();
    await expect(page.getByRole("complementary", { name: "Record details" })).toContainText("Record 17");
  } finally {
    await context.close();
    await own.stop();
  }
});
