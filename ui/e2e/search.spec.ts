import { crc32 } from "node:zlib";
import type { Page } from "@playwright/test";
import { enter } from "./door";
import { axe, expect, test } from "./fixture";

test.use({ viewport: { width: 1440, height: 900 } });

const home = "/o/northwind/controls";
const palette = (page: Page) => page.getByRole("dialog", { name: "Search or run a command…" });
const box = (page: Page) => palette(page).getByRole("combobox");
const option = (page: Page, name: string | RegExp) => palette(page).getByRole("option", { name });
const record = (page: Page, name: string) => page.getByRole("complementary", { name });

async function open(page: Page) {
  await expect(palette(page)).toHaveCount(0); // one that is fading out would be closed by the key
  await page.keyboard.press("ControlOrMeta+k");
  await expect(box(page)).toBeFocused();
}

async function as(page: Page, name: string, path: string) {
  await enter(page, name, path);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
}

/** A small PDF with one line of text on each page. */
function pdf(...pages: string[]): Buffer {
  const objects = ["<< /Type /Catalog /Pages 2 0 R >>", "", "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"];
  const kids: string[] = [];
  for (const text of pages) {
    const stream = `BT /F1 12 Tf 20 100 Td (${text}) Tj ET`;
    objects.push(`<< /Length ${stream.length} >>\nstream\n${stream}\nendstream`);
    objects.push(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 500 144] /Contents ${objects.length} 0 R /Resources << /Font << /F1 3 0 R >> >> >>`,
    );
    kids.push(`${objects.length} 0 R`);
  }
  objects[1] = `<< /Type /Pages /Kids [${kids.join(" ")}] /Count ${kids.length} >>`;
  let out = "%PDF-1.4\n";
  let table = `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n`;
  for (const [i, o] of objects.entries()) {
    table += `${String(out.length).padStart(10, "0")} 00000 n \n`;
    out += `${i + 1} 0 obj\n${o}\nendobj\n`;
  }
  return Buffer.from(`${out}${table}trailer << /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${out.length}\n%%EOF\n`, "latin1");
}

/** A Word document with one paragraph: an archive whose parts are not compressed. */
function docx(text: string): Buffer {
  const parts = {
    "[Content_Types].xml": '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
    "word/document.xml": `<?xml version="1.0"?><w:document xmlns:w="x"><w:body><w:p><w:r><w:t>${text}</w:t></w:r></w:p></w:body></w:document>`,
  };
  const files: Buffer[] = [];
  const list: Buffer[] = [];
  let at = 0;
  for (const [name, content] of Object.entries(parts)) {
    const head = Buffer.alloc(30);
    const entry = Buffer.alloc(46);
    head.writeUInt32LE(0x04034b50, 0);
    entry.writeUInt32LE(0x02014b50, 0);
    for (const [b, from] of [
      [head, 4],
      [entry, 6],
    ] as const) {
      b.writeUInt16LE(20, from);
      b.writeUInt32LE(crc32(content), from + 10);
      b.writeUInt32LE(content.length, from + 14);
      b.writeUInt32LE(content.length, from + 18);
      b.writeUInt16LE(name.length, from + 22);
    }
    entry.writeUInt16LE(20, 4);
    entry.writeUInt32LE(at, 42);
    files.push(head, Buffer.from(name), Buffer.from(content));
    list.push(entry, Buffer.from(name));
    at += 30 + name.length + content.length;
  }
  const end = Buffer.alloc(22);
  const size = list.reduce((n, b) => n + b.length, 0);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(2, 8);
  end.writeUInt16LE(2, 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...files, ...list, end]);
}

test("a word inside an uploaded file is found, and the file opened from the palette", async ({ page }) => {
  await as(page, "dana", "/o/northwind/evidence");
  const word = `zebra${Date.now().toString(36).replace(/\d/g, "x")}`;
  await page.getByRole("button", { name: "New request" }).click();
  const form = page.getByRole("dialog", { name: "New evidence request" });
  await form.getByLabel("Name").fill(`Crossing ${word}`);
  await form.getByRole("button", { name: "Create request" }).click();
  const request = record(page, "Evidence request");
  await expect(request.getByRole("textbox", { name: "Name" })).toHaveValue(`Crossing ${word}`);
  const broken = pdf("x");
  broken.fill("#", 12, broken.length - 20);
  await request.locator("[data-upload]").setInputFiles([
    {
      name: "minutes.pdf",
      mimeType: "application/pdf",
      buffer: pdf("The first page.", `The payroll ledger of ${word}inpdf was restored.`),
    },
    { name: "letter.docx", mimeType: "application/octet-stream", buffer: docx(`Dear board, the ${word}inword was reviewed.`) },
    { name: "broken.pdf", mimeType: "application/pdf", buffer: broken },
  ]);
  await request.getByRole("button", { name: "Upload 3 files" }).click();
  const file = (name: string) => request.getByRole("article").filter({ hasText: name });
  await expect(file("minutes.pdf")).toContainText("Text searchable", { timeout: 30_000 });
  await expect(file("letter.docx")).toContainText("Text searchable");
  await expect(file("broken.pdf")).toContainText("Text not readable: The PDF is damaged");
  await axe(page);

  await page.goto(home);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await open(page);
  await box(page).fill(`ledger ${word}in`);
  await expect(option(page, /minutes\.pdf/)).toContainText(`payroll ledger of ${word}inpdf was restored`);
  await expect(option(page, /minutes\.pdf/)).toContainText("page 2");
  await expect(
    option(page, /minutes\.pdf/)
      .locator("mark")
      .first(),
  ).toHaveText("ledger");
  await axe(page);
  await page.keyboard.press("Enter");
  await expect(record(page, "Evidence request").getByRole("textbox", { name: "Name" })).toHaveValue(`Crossing ${word}`);
  await open(page);
  await box(page).fill(`${word}inword`);
  await expect(option(page, /letter\.docx/)).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(palette(page)).toBeHidden();
});

test("a control is assigned from the palette: in one sentence, and step by step", async ({ page }) => {
  await as(page, "ingrid", home);
  await open(page);
  await box(page).fill("assign ast-01 to omar");
  await option(page, "Assign AST-01 to Omar Haddad").click();
  await expect(page.getByText("AST-01 assigned to Omar Haddad")).toBeVisible();
  await expect(page.getByRole("row").filter({ hasText: "AST-01" })).toContainText("Omar Haddad");

  await open(page);
  await box(page).fill("assign");
  await expect(option(page, "Assign a record…")).toHaveAttribute("data-highlighted");
  await page.keyboard.press("Enter");
  await expect(palette(page).getByRole("combobox", { name: "Assign which record?" })).toBeFocused();
  await box(page).fill("AST-01");
  await expect(option(page, /AST-01/)).toHaveAttribute("data-highlighted");
  await page.keyboard.press("Enter");
  await expect(palette(page).getByRole("combobox", { name: "Assign AST-01 to whom?" })).toBeFocused();
  await axe(page);
  await page.keyboard.press("Backspace"); // one step back, and again
  await expect(palette(page).getByRole("combobox", { name: "Assign which record?" })).toBeFocused();
  await box(page).fill("AST-01");
  await expect(option(page, /AST-01/)).toHaveAttribute("data-highlighted");
  await page.keyboard.press("Enter");
  await box(page).fill("marc");
  await expect(option(page, "Marcus Chen")).toHaveAttribute("data-highlighted");
  await page.keyboard.press("Enter");
  await expect(page.getByText("AST-01 assigned to Marcus Chen")).toBeVisible();

  await open(page);
  await box(page).fill("set status of AST-01 to gap");
  await page.getByRole("option", { name: "Set status of AST-01 to Gap" }).click();
  await expect(page.getByRole("row").filter({ hasText: "AST-01" })).toContainText("Gap");
  await open(page);
  await box(page).fill("set status of AST-01 to in prog");
  await page.getByRole("option", { name: "Set status of AST-01 to In progress" }).click();
  await expect(page.getByRole("row").filter({ hasText: "AST-01" })).toContainText("In progress");
});

test("a reference goes first, and all results stand on a page of their own", async ({ page }) => {
  await as(page, "lena", home);
  await open(page);
  await box(page).fill("a8.13");
  await expect(palette(page).getByRole("option").first()).toContainText("A.8.13");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/frameworks\/.*open=/);
  await expect(record(page, "Requirement").getByText("A.8.13").first()).toBeVisible();
  await open(page);
  await expect(palette(page).getByText("Recent")).toBeVisible();
  await expect(option(page, /Assign a record/)).toHaveCount(0); // an auditor changes nothing
  await box(page).fill("backup");
  await option(page, /^See all \d+ results/).click();
  await expect(page).toHaveURL(/search\?q=backup/);
  await expect(page.getByRole("region", { name: "Controls" })).toContainText("BCD-04");
  await axe(page);
  await page.getByRole("group", { name: "Views" }).getByRole("button", { name: /Files/ }).click();
  await expect(page).toHaveURL(/kind=file/);
  await expect(page.getByRole("region", { name: "Controls" })).toHaveCount(0);
  await page.getByRole("searchbox").fill("made up demo");
  await page.getByRole("button", { name: "Next" }).click();
  await expect(page.getByText(/Page 2 of/)).toBeVisible();
  await page.getByRole("region", { name: "Files" }).getByRole("link").first().click();
  await expect(record(page, "Evidence request")).toBeVisible();
  await page.goto("/o/northwind/search?q=nothing+is+called+so");
  await expect(page.getByText("Nothing matches “nothing is called so”")).toBeVisible();
  await axe(page);
});

test("an executive finds pages and no records", async ({ page }) => {
  await as(page, "priya", "/o/northwind");
  await open(page);
  await box(page).fill("backup");
  await expect(palette(page).getByText("Nothing matches “backup”.")).toBeVisible();
  await page.goto("/o/northwind/search?q=backup");
  await expect(page).toHaveURL(/\/o\/northwind$/);
});
