import type { Locator, Page } from "@playwright/test";
import { enter } from "./door";
import { axe, expect, test } from "./fixture";

test.use({ expected: [/status of 422/], viewport: { width: 1440, height: 900 } });

const list = "/o/northwind/evidence";
const record = (page: Page) => page.getByRole("complementary", { name: "Evidence request" });
const file = (page: Page, name: string) => record(page).getByRole("article").filter({ hasText: name });
const clock = (page: Page) => record(page).locator("[aria-live=polite]").first();

type Content = { name: string; mimeType: string; buffer: Buffer };

/** A whole small PDF that says `text`, made larger by so many spaces. */
function pdf(name: string, text: string, pad = 0): Content {
  const stream = `BT /F1 14 Tf 20 100 Td (${text}) Tj ET${" ".repeat(pad)}`;
  const objects = [
    "<< /Type /Catalog /Pages 2 0 R >>",
    "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 144] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
    `<< /Length ${stream.length} >>\nstream\n${stream}\nendstream`,
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
  ];
  let out = "%PDF-1.4\n";
  let table = `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n`;
  for (const [i, o] of objects.entries()) {
    table += `${String(out.length).padStart(10, "0")} 00000 n \n`;
    out += `${i + 1} 0 obj\n${o}\nendobj\n`;
  }
  const end = `trailer << /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${out.length}\n%%EOF\n`;
  return { name, mimeType: "application/pdf", buffer: Buffer.from(out + table + end, "latin1") };
}
const plain = (name: string, content: string): Content => ({ name, mimeType: "text/plain", buffer: Buffer.from(content) });

/** Drags files from outside over a place and lets them go. */
async function drop(place: Locator, files: Content[]) {
  const data = await place.page().evaluateHandle(
    (all) => {
      const d = new DataTransfer();
      for (const f of all) d.items.add(new File([Uint8Array.from(atob(f.content), (c) => c.charCodeAt(0))], f.name));
      return d;
    },
    files.map((f) => ({ name: f.name, content: f.buffer.toString("base64") })),
  );
  for (const type of ["dragenter", "dragover", "drop"]) await place.dispatchEvent(type, { dataTransfer: data });
}

/** Asks for a new proof and leaves its record open. */
async function ask(page: Page, name: string, reviewer = "") {
  await page.getByRole("button", { name: "New request" }).click();
  const form = page.getByRole("dialog", { name: "New evidence request" });
  await expect(form.getByLabel("Name")).toBeFocused();
  await form.getByLabel("Name").fill(name);
  if (reviewer) {
    await form.getByRole("combobox", { name: /^Reviewer/ }).click();
    await page.getByRole("option", { name: new RegExp(reviewer) }).click();
  }
  await form.getByRole("button", { name: "Create request" }).click();
  await expect(record(page).getByRole("textbox", { name: "Name" })).toHaveValue(name);
}
const unique = (name: string) => `${name} ${Date.now().toString(36)}`;

for (const colorScheme of ["light", "dark"] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });
    test("requests are found, filtered and looked at", async ({ page }) => {
      await enter(page, "ingrid", list);
      const grid = page.getByRole("grid", { name: "Evidence" });
      await expect(grid.getByRole("row").nth(3)).toContainText(/Current|Expir|Not collected/);
      await expect(page.getByRole("region", { name: "Coverage" })).toContainText("SOC 2");
      await axe(page);
      await page.getByRole("button", { name: /^Expired/ }).click();
      await expect(page).toHaveURL(/status=expired/);
      await expect(grid.getByRole("row").nth(1)).toContainText("Expired");
      await grid.focus();
      await page.keyboard.press("Enter");
      await expect(page).toHaveURL(/open=/);
      await expect(clock(page)).toContainText("It counted until");
      await axe(page);
      await page.getByRole("link", { name: "Open as a page" }).click();
      await expect(page.getByRole("tab", { name: "Overview" })).toBeVisible();
      await expect(page.getByText("It counted until")).toBeVisible();
      await axe(page);
      await page.getByRole("tab", { name: "History" }).click();
      await expect(page.getByText(/uploaded a file/).first()).toBeVisible();
      await page.goto(`${list}?q=nothing-is-called-so&utm_source=mail`);
      await expect(page.getByText("No evidence matches these filters")).toBeVisible();
      await axe(page);
      await page.getByRole("button", { name: "Clear filters" }).click();
      await expect(grid.getByRole("row").nth(3)).toBeVisible();
    });
  });
}

test("proof is dropped, rejected with a note, uploaded anew and accepted: the clock follows", async ({ page }) => {
  const name = unique("Access review");
  await enter(page, "dana", list);
  await ask(page, name, "Ingrid");
  await expect(clock(page)).toContainText("Nothing is collected yet");
  const id = new URL(page.url()).searchParams.get("open");
  const here = `${list}?open=${id}`;

  await drop(record(page).locator("[data-upload]").locator(".."), [
    pdf("review.pdf", "unsigned"),
    plain("accounts.csv", "name,role\nada,admin\n"),
  ]);
  await expect(record(page).getByText("2 files to upload")).toBeVisible();
  await record(page).getByLabel("First day").fill("2026-07-01");
  await record(page).getByRole("button", { name: "Upload 2 files" }).click();
  await expect(record(page).getByText("Give both days of the period, or leave both empty.")).toBeVisible();
  await expect(record(page).getByLabel("Last day")).toBeFocused();
  await record(page).getByLabel("Last day").fill("2026-09-30");
  await axe(page);
  await record(page).getByRole("button", { name: "Upload 2 files" }).click();
  await expect(file(page, "review.pdf")).toContainText("Waiting for review");
  await expect(file(page, "accounts.csv")).toContainText("Waiting for review");
  await expect(file(page, "review.pdf").getByRole("button", { name: /^Accept/ })).toBeHidden();
  await expect(clock(page)).toContainText("2 files wait for review by Ingrid Solberg.");

  await enter(page, "ingrid", here);
  await file(page, "review.pdf")
    .getByRole("button", { name: /^Reject/ })
    .click();
  const asked = page.getByRole("alertdialog", { name: /^Reject review.pdf/ });
  await expect(asked.getByRole("button", { name: "Reject" })).toBeDisabled();
  await asked.getByLabel("What is wrong with it").fill("The signature is missing.");
  await axe(page);
  await asked.getByRole("button", { name: "Reject" }).click();
  await expect(file(page, "review.pdf")).toContainText("“The signature is missing.”");
  await file(page, "accounts.csv").getByRole("button", { name: "More about accounts.csv" }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await expect(file(page, "accounts.csv")).toBeHidden();
  await page.getByRole("dialog").filter({ hasText: "accounts.csv deleted" }).getByRole("button", { name: "Undo", exact: true }).click();
  await expect(file(page, "accounts.csv")).toBeVisible();

  await enter(page, "dana", here);
  await expect(file(page, "review.pdf")).toContainText("Rejected by Ingrid Solberg");
  const chooser = page.waitForEvent("filechooser");
  await file(page, "review.pdf").getByRole("button", { name: "More about review.pdf" }).click();
  await page.getByRole("menuitem", { name: "Upload a new version…" }).click();
  await (await chooser).setFiles(pdf("review-signed.pdf", "signed"));
  await expect(record(page).getByLabel("This is")).toHaveValue(/.+/);
  await record(page).getByRole("button", { name: "Upload 1 file" }).click();
  await expect(file(page, "review-signed.pdf")).toContainText("new version of");

  await enter(page, "ingrid", here);
  await file(page, "review-signed.pdf")
    .getByRole("button", { name: /^Accept/ })
    .click();
  await expect(file(page, "review-signed.pdf")).toContainText("Sets the clock");
  await expect(clock(page)).toContainText("Current.");
  await expect(record(page).getByText("1 earlier version")).toBeVisible();
  await file(page, "review-signed.pdf").getByRole("button", { name: "More about review-signed.pdf" }).click();
  await page.getByRole("menuitem", { name: "Verify now" }).click();
  await expect(record(page).getByText("Read again and compared. The content is exactly what was uploaded.")).toBeVisible();
  await expect(record(page).getByText(/accepted a file/)).toBeVisible();
  await page.goto(`${list}?q=${encodeURIComponent(name)}`);
  await expect(page.getByRole("grid").getByRole("row").nth(1)).toContainText("Current");
});

test("what cannot be proof is refused, before it is sent or after", async ({ page }) => {
  await enter(page, "dana", list);
  await ask(page, unique("Refusals"));
  await record(page)
    .locator("[data-upload]")
    .setInputFiles([
      { name: "large.pdf", mimeType: "application/pdf", buffer: Buffer.alloc(26 * 2 ** 20) },
      { name: "setup.exe", mimeType: "application/octet-stream", buffer: Buffer.from("MZ") },
      { name: "empty.txt", mimeType: "text/plain", buffer: Buffer.alloc(0) },
      { name: "page.pdf", mimeType: "application/pdf", buffer: Buffer.from("<!doctype html><script>alert(1)</script>") },
    ]);
  await expect(record(page).getByText("This file is larger than 25 MB, the most that can be uploaded.")).toBeVisible();
  await expect(record(page).getByText(/^Files of this kind cannot be uploaded/)).toBeVisible();
  await expect(record(page).getByText("This file is empty.")).toBeVisible();
  await axe(page);
  await record(page).getByRole("button", { name: "Upload 1 file" }).click();
  await expect(record(page).getByText(/this is an HTML page/)).toBeVisible();
  await expect(record(page).getByRole("article")).toHaveCount(0);
  await expect(clock(page)).toContainText("Nothing is collected yet");
});

test("an upload shows how far it is, is cancelled, and tried again", async ({ page }) => {
  await enter(page, "dana", list);
  await ask(page, unique("Slow line"));
  const network = await page.context().newCDPSession(page);
  const line = (uploadThroughput: number) =>
    network.send("Network.emulateNetworkConditions", { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput });
  await network.send("Network.enable");
  await line(1_000_000);
  await record(page)
    .locator("[data-upload]")
    .setInputFiles(pdf("slow.pdf", "slow", 8_000_000));
  await record(page).getByRole("button", { name: "Upload 1 file" }).click();
  const bar = record(page).getByRole("progressbar", { name: "slow.pdf" });
  await expect.poll(async () => Number(await bar.getAttribute("aria-valuenow"))).toBeGreaterThan(0);
  await record(page).getByRole("button", { name: "Cancel the upload of slow.pdf" }).click();
  await expect(record(page).getByText("Cancelled")).toBeVisible();
  await line(-1);
  await record(page).getByRole("button", { name: "Retry the upload of slow.pdf" }).click();
  await expect(file(page, "slow.pdf")).toContainText("Accepted");
  await expect(clock(page)).toContainText("Current.");
});

test("many requests are changed at once, and back", async ({ page }) => {
  await page.setViewportSize({ width: 1680, height: 900 }); // wide enough for the frequency
  await enter(page, "ingrid", `${list}?category=Training`);
  const grid = page.getByRole("grid", { name: "Evidence" });
  await expect(grid.getByRole("row").nth(1)).toContainText(/TRN-\d/);
  await grid.getByRole("checkbox", { name: /^Select all/ }).check();
  const bar = page.getByRole("toolbar");
  await bar.getByRole("button", { name: "Frequency" }).click();
  await page.getByRole("menuitem", { name: /^Monthly/ }).click();
  await expect(page.getByText(/requests? (is|are) now collected: Monthly/)).toBeVisible();
  await expect(grid.getByRole("button", { name: "Frequency: Monthly" }).first()).toBeVisible();
  await page.getByRole("button", { name: "Undo", exact: true }).click();
  await expect(page.getByText("Undone")).toBeVisible();
});

test("the palette finds requests and begins an upload; the list is exported as it stands", async ({ page }) => {
  await enter(page, "dana", list);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Search or run a command…" }).fill("upload evidence");
  await page.getByRole("option", { name: "Upload evidence" }).click();
  const dialog = page.getByRole("dialog", { name: "Upload evidence" });
  await expect(dialog.getByRole("searchbox")).toBeFocused();
  await axe(page);
  await dialog.getByRole("listitem").first().getByRole("button").click();
  await expect(dialog.getByText(/Drop files or/)).toBeVisible();
  await page.keyboard.press("Escape");
  await page.goto(`${list}?status=expired`);
  await page.getByRole("button", { name: "Export" }).click();
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("menuitem", { name: /CSV/ }).click()]);
  expect(download.suggestedFilename()).toMatch(/\.csv$/);
});

test("an auditor reads and downloads, an executive does not come here", async ({ page }) => {
  await enter(page, "lena", `${list}?review=pending`);
  await page.getByRole("grid").getByRole("row").nth(1).click();
  await expect(record(page).getByText("Waiting for review").first()).toBeVisible();
  await expect(page.getByRole("button", { name: "New request" })).toBeHidden();
  await expect(record(page).getByRole("button", { name: /^(Accept|Reject)/ })).toHaveCount(0);
  await expect(record(page).getByText(/Drop files/)).toBeHidden();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    record(page)
      .getByRole("link", { name: /^Download/ })
      .first()
      .click(),
  ]);
  expect(await download.failure()).toBeNull();
  await enter(page, "priya", list);
  await expect(page).toHaveURL(/\/o\/northwind\/?$/);
});
