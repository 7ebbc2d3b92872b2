import { createHash } from "node:crypto";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { ask, axe, expect, signIn } from "./fixture";
import { folder, type Own, testAt, view } from "./own";

const test = testAt("demo");
const home = "/o/northwind";
const bar = (page: Page) => page.getByText(/^Auditor snapshot of Northwind Health: SOC 2/);

/** Both themes hold the same rules. */
async function both(page: Page, shot: string) {
  for (const theme of ["light", "dark"] as const) {
    await page.evaluate((t) => document.documentElement.setAttribute("data-theme", t), theme);
    await axe(page);
    if (process.env.SHOTS) await page.screenshot({ path: join(process.env.SHOTS, `${shot}-${theme}.png`) });
  }
}

const enter = async (page: Page, own: Own, who: string) => {
  const a = own.accounts.get(who) ?? { email: "", password: "" };
  await page.context().clearCookies();
  await signIn(page, a.email, a.password);
};

test.describe("auditor snapshots", () => {
  test.use({ expected: [/status of 4(01|03|04|09)/] });

  test("one is made, opened without an account, changed, and compared with a later one", async ({ page, own }) => {
    test.setTimeout(180_000);
    const files = folder();
    const [first, second, broken] = ["first", "second", "broken"].map((n) => join(files, `${n}.assay-snapshot`)) as [
      string,
      string,
      string,
    ];
    const running: Own[] = [];
    const open = async (file: string, ...settings: string[]) => {
      const v = await view(file, ...settings);
      running.push(v);
      return v;
    };

    // An administrator chooses frameworks and a period, sees what that has, and downloads it.
    await enter(page, own, "ingrid");
    await page.goto(`${home}/evidence`);
    await page.getByRole("button", { name: "More" }).first().click();
    await page.getByRole("menuitem", { name: "Auditor snapshots" }).click();
    await expect(page.getByRole("heading", { name: "Auditor snapshots" })).toBeVisible();
    await expect(page.getByText("Choose frameworks and a period")).toBeVisible();
    await page.getByRole("checkbox", { name: "SOC 2" }).check();
    await expect(page.getByText(/^\d+ evidence requests$/)).toBeVisible();
    const key =
      (await page
        .locator("code")
        .filter({ hasText: /^[0-9a-f]{8} [0-9a-f]{8} / })
        .textContent()) ?? "";
    await both(page, "make");
    const coming = page.waitForEvent("download");
    await page.getByRole("link", { name: "Make the snapshot" }).click();
    const download = await coming;
    expect(download.suggestedFilename()).toMatch(/^northwind-soc-2-.*\.assay-snapshot$/);
    await download.saveAs(first);

    // The log has its digest.
    const sum = createHash("sha256").update(readFileSync(first)).digest("hex");
    const logged = await ask(page, "GET", "/audit?action=snapshot.make&limit=1");
    const entry = (logged.body as { items: { log: string; seq: number }[] }).items[0];
    const record = await ask(page, "GET", `/audit/${entry?.log}/${entry?.seq}`);
    expect(JSON.stringify(record.body)).toContain(sum);

    // Something changes, and a second one is made.
    const frameworks = (await ask(page, "GET", "/frameworks")).body as { items: { id: string; short: string }[] };
    const soc = frameworks.items.find((f) => f.short === "SOC 2")?.id ?? "";
    const listed = await ask(page, "GET", `/controls?framework=${soc}&effective=implemented&limit=100&sort=ref`);
    const control = (listed.body as { items: { id: string; ref: string; title: string; version: number; frameworks?: string[] }[] })
      .items[0];
    if (!control) throw new Error("no control");
    await ask(page, "POST", `/controls/${control.id}/status`, { status: "gap", justification: "Found wanting." });
    const year = new Date().getFullYear();
    const make = `/api/v1/snapshots/make?frameworks=${soc}&from=${year}-01-01&to=${year}-12-31`;
    const bytes = await page.request.get(own.base + make);
    expect(bytes.status()).toBe(200);
    writeFileSync(second, await bytes.body());

    // Auditors may, too; users and executives see no way to it and are refused.
    await enter(page, own, "lena");
    expect((await ask(page, "GET", `/snapshots/preview?frameworks=${soc}&from=2026-01-01&to=2026-12-31`)).status).toBe(200);
    for (const who of ["dana", "priya"]) {
      await enter(page, own, who);
      expect((await ask(page, "GET", `/snapshots/preview?frameworks=${soc}&from=2026-01-01&to=2026-12-31`)).status).toBe(403);
      expect((await page.request.get(own.base + make)).status()).toBe(403);
      await page.goto(`${home}/snapshots`);
      await expect(page).toHaveURL(new RegExp(`${home}$`));
    }

    // Whoever has the file needs no account.
    await page.context().clearCookies();
    const v = await open(second, "--against", first, "--key", key);
    expect(v.said).toContain("bytes are as they were signed");
    await page.goto(v.base);
    await expect(bar(page)).toContainText("Verified: every byte is as it was signed.");
    await expect(page.getByRole("link", { name: "Members" })).toHaveCount(0);
    await expect(page.getByRole("link", { name: "My work" })).toHaveCount(0);
    await expect(page.getByRole("button", { name: /Look at the past/ })).toHaveCount(0);
    await both(page, "overview");
    await page.getByRole("link", { name: "What was looked at" }).click();
    await expect(page.getByText(/audit records are proved to stand in the log/)).toBeVisible();
    await both(page, "about");
    await page.getByRole("link", { name: "Controls", exact: true }).click();
    await expect(page.getByRole("link", { name: control.title }).or(page.getByText(control.title)).first()).toBeVisible();
    await expect(bar(page)).toBeVisible();

    // A file of evidence is opened and is what was uploaded; nothing can be written.
    const found = (await ask(page, "GET", "/evidence?status=current&limit=1")).body as { items: { id: string; name: string }[] };
    const request = found.items[0];
    await page.goto(`${v.base}${home}/evidence/${request?.id}`);
    await expect(page.getByRole("heading", { name: request?.name })).toBeVisible();
    const detail = (await ask(page, "GET", `/evidence/${request?.id}`)).body as { files: { id: string; sha256: string; name: string }[] };
    const file = detail.files[0];
    if (!file) throw new Error("no file");
    const content = await page.request.get(`${v.base}/api/v1/files/${file.id}`);
    expect(
      createHash("sha256")
        .update(await content.body())
        .digest("hex"),
    ).toBe(file.sha256);
    await both(page, "evidence");
    await page.goto(`${v.base}${home}/evidence/${request?.id}?tab=files`);
    const saved = page.waitForEvent("download");
    await page
      .getByRole("link", { name: /^Download/ })
      .first()
      .click();
    await saved;
    expect((await ask(page, "POST", `/records/control/${control.id}/comments`, { body: "No." })).status).toBe(409);
    expect((await ask(page, "GET", "/tokens")).status).toBe(409);

    // What became of it since the first one, with the way to the record.
    await page.getByRole("link", { name: "Compare", exact: true }).click();
    await expect(page.getByRole("heading", { name: "Controls" })).toBeVisible();
    const changed = page.getByRole("listitem").filter({ hasText: control.title });
    await expect(changed).toContainText("Gap");
    await both(page, "compare");
    await changed.getByRole("link", { name: control.title }).click();
    await expect(page).toHaveURL(new RegExp(`/controls/${control.id}`));

    // One byte of one file is changed: every page says so, in which part.
    const b = readFileSync(second);
    const name = `objects/${file.sha256}`; // it stands in the manifest, before the content, and in the list at the end
    const at = b.indexOf(name, b.indexOf(name) + 1) + name.length + 3;
    b[at] = (b[at] ?? 0) ^ 1;
    writeFileSync(broken, b);
    const w = await open(broken);
    expect(w.said).toContain(`FOUND objects/${file.sha256}`);
    await page.goto(w.base);
    await expect(page.getByRole("alert").filter({ hasText: "CHANGED" })).toContainText(file.sha256);
    await both(page, "changed");
    await page.getByRole("link", { name: "Frameworks", exact: true }).click();
    await expect(page.getByRole("alert").filter({ hasText: "CHANGED" })).toBeVisible();

    await page.goto("about:blank"); // a page that is open would ask on
    for (const one of running) await one.stop();
    rmSync(files, { recursive: true, force: true });
  });
});
