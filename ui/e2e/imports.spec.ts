import { readFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { enter } from "./door";
import { axe, expect, test } from "./fixture";

test.use({ expected: [/status of 422/], viewport: { width: 1440, height: 900 } });

/** References that no other walk has given. */
const stamp = Date.now().toString(36).toUpperCase();

/** What a spreadsheet in Europe writes: Latin-1, semicolons, line breaks in quotation marks. Two rows are bad. */
const table = Buffer.from(
  [
    "Kennung;Titel;Beschreibung;Verantwortlich;Status",
    `Z${stamp}-1;Besucher tragen einen Ausweis;"Am Empfang ausgegeben;\r\nabends zurückgegeben";dana@northwind.example;Erledigt`,
    ";Schlüssel werden gezählt;;;offen",
    `Z${stamp}-3;Fenster sind geschlossen;;Hausmeisterei;offen`,
  ].join("\r\n"),
  "latin1",
);

const choose = (page: Page, name: string, buffer: Buffer) =>
  page.locator("input[data-upload]").setInputFiles({ name, mimeType: "text/csv", buffer });
const figure = (page: Page, name: string) => page.locator("dl > div").filter({ hasText: name }).locator("dd").first();

for (const colorScheme of ["light", "dark"] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });
    test("the history and the settings show what came in", async ({ page }) => {
      await enter(page, "ingrid", "/o/northwind/imports");
      await expect(page.getByRole("grid", { name: "Imports" })).toContainText("Guidance from the gap assessment.csv");
      await axe(page);
      await page.getByText("Guidance from the gap assessment.csv").click();
      await expect(page.getByRole("heading", { name: "1 row is refused" })).toBeVisible();
      await expect(page.getByText("There is nobody called “Facilities”")).toBeVisible();
      await axe(page);
      await page.goto("/o/northwind/settings/transfer");
      await expect(page.getByRole("link", { name: "Controls: XLSX" })).toBeVisible();
      await axe(page);
    });
  });
}

test("a table comes in, its bad rows are corrected and come in after it", async ({ page }) => {
  await enter(page, "dana", "/o/northwind/controls");
  await page.getByRole("link", { name: "Import" }).click();
  await expect(page).toHaveURL(/imports\/new\?target=controls/);
  await axe(page);
  await choose(page, "Kontrollen.csv", table);

  // The columns are understood by their names; the preview shows umlauts.
  await expect(page.getByRole("combobox", { name: "Title" })).toHaveValue("Titel");
  await expect(page.getByRole("combobox", { name: "Owner" })).toHaveValue("Verantwortlich");
  await expect(page.getByRole("region", { name: "The first rows" })).toContainText("Schlüssel werden gezählt");
  await expect(page.getByText("Windows-1252")).toBeVisible();
  await axe(page);
  await page.getByRole("button", { name: "Check", exact: true }).click();

  await expect(figure(page, "Create")).toHaveText("1");
  await expect(figure(page, "Refused")).toHaveText("2");
  await expect(page.getByText("This row has no ref")).toBeVisible();
  await axe(page);
  await page.getByRole("button", { name: "Import 1 row" }).click();
  await expect(page.getByText("Imported.", { exact: true })).toBeVisible();
  await axe(page);

  // The refused rows are a file like the one that was sent, each with its problem.
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "Download the refused rows" }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/^Kontrollen-problems-.*\.csv$/);
  const wrong = await readFile(await download.path(), "utf8");
  expect(wrong).toContain("Status;Problem");
  const right = wrong.replace("\r\n;Schlüssel", `\r\nZ${stamp}-2;Schlüssel`);
  await page.getByRole("link", { name: "Upload the corrected file" }).click();
  await choose(page, "Kontrollen-2.csv", Buffer.from(right));
  await page.getByRole("button", { name: "Check", exact: true }).click();

  // What is not known is said once, for all rows.
  await expect(figure(page, "Refused")).toHaveText("1");
  await page.getByRole("combobox", { name: "Stands for: Hausmeisterei" }).selectOption({ label: "Dana Whitfield" });
  await page.getByRole("button", { name: "Check again" }).click();
  await expect(figure(page, "Create")).toHaveText("2");
  await expect(figure(page, "Refused")).toHaveText("0");
  await page.getByRole("button", { name: "Import 2 rows" }).click();
  await expect(page.getByText("Imported.", { exact: true })).toBeVisible();

  // They are there; and they can be taken back.
  await page.goto(`/o/northwind/controls?q=Z${stamp}`);
  await expect(page.getByRole("grid", { name: "Controls" }).getByRole("row")).toHaveCount(4);
  await page.goto("/o/northwind/imports");
  await page.getByText("Kontrollen-2.csv").first().click();
  await page.getByRole("button", { name: "Undo", exact: true }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Undo", exact: true }).click();
  await expect(page.getByText("The import was undone.", { exact: true })).toBeVisible();
  await page.goto(`/o/northwind/controls?q=Z${stamp}`);
  await expect(page.getByRole("grid", { name: "Controls" }).getByRole("row")).toHaveCount(2);
});

test("a file that is no table is refused with a sentence; an auditor imports nothing", async ({ page }) => {
  await enter(page, "dana", "/o/northwind/imports/new?target=evidence");
  await choose(page, "page.csv", Buffer.from("<html><table>"));
  await expect(page.getByText("This is not a table. Upload a CSV or XLSX file.")).toBeVisible();
  await choose(page, "only-heads.csv", Buffer.from("Name,Owner\n"));
  await expect(page.getByText("There are headings in this sheet, but no rows below them.")).toBeVisible();
  await enter(page, "lena", "/o/northwind/controls");
  await expect(page.getByRole("grid", { name: "Controls" })).toBeVisible();
  await expect(page.getByRole("link", { name: "Import" })).toHaveCount(0);
});
