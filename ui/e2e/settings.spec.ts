import { deflateSync } from "node:zlib";
import { enter } from "./door";
import { axe, expect, test } from "./fixture";

test.use({ expected: [/status of 422/] });

const settings = "/o/northwind/settings";

/** A small PNG of one colour. */
function png(size: number): Buffer {
  const crc = (b: Buffer) => {
    let c = ~0;
    for (const byte of b) {
      c ^= byte;
      for (let k = 0; k < 8; k++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
    }
    return ~c >>> 0;
  };
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
    const out = Buffer.alloc(body.length + 8);
    out.writeUInt32BE(data.length);
    body.copy(out, 4);
    out.writeUInt32BE(crc(body), body.length + 4);
    return out;
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(size, 0);
  head.writeUInt32BE(size, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const row = Buffer.from([0, ...Array.from({ length: size }, () => [15, 92, 77]).flat()]);
  const rows = Buffer.concat(Array.from({ length: size }, () => row));
  return Buffer.concat([
    Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]),
    chunk("IHDR", head),
    chunk("IDAT", deflateSync(rows)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

for (const theme of ["light", "dark"] as const)
  test(`every part of settings and profile can be read, ${theme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: theme });
    await enter(page, "ingrid", settings);
    for (const part of ["Organisation", "Appearance", "Sign-in log", "API"]) {
      await page.getByRole("tab", { name: part }).click();
      await expect(page.getByRole("tab", { name: part })).toHaveAttribute("aria-selected", "true");
      await expect(page.locator("[aria-label='Loading…']")).toHaveCount(0);
      await axe(page);
    }
    await page.goto("/o/northwind/profile");
    for (const part of ["Profile", "Security", "Access tokens", "Sign-ins"]) {
      await page.getByRole("tab", { name: part }).click();
      await expect(page.locator("[aria-label='Loading…']")).toHaveCount(0);
      await axe(page);
    }
  });

test("the organisation's profile is saved, and a wrong value is named beside its field", async ({ page }) => {
  await enter(page, "ingrid", settings);
  const website = page.getByLabel(/^Website/);
  const before = await website.inputValue();
  await website.fill("northwind");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Give a complete address, starting with https://.")).toBeVisible();
  await expect(website).toBeFocused();
  await website.fill("https://northwind.example/trust");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Settings saved")).toBeVisible();
  await expect(page.getByRole("button", { name: "Save" })).toBeHidden();
  await page.reload();
  await expect(website).toHaveValue("https://northwind.example/trust");
  await website.fill(before);
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("button", { name: "Save" })).toBeHidden();
});

test("a colour tints the product when it can be seen, and can be taken back", async ({ page }) => {
  await enter(page, "ingrid", `${settings}/appearance`);
  const color = page.getByPlaceholder("#4650cf");
  await color.fill("#ffcc00");
  await expect(page.getByText(/too light/)).toBeVisible();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("This colour is too light to be seen on white.")).toBeVisible();
  await page.getByRole("button", { name: "#0f5c4d" }).click();
  await expect(page.getByText(/easy to see/)).toBeVisible();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.locator("html[data-brand]")).toBeAttached();
  await axe(page);
  await page.getByRole("button", { name: "Use Assay's own colour" }).click();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.locator("html[data-brand]")).not.toBeAttached();
});

test("a logo stands in the menu until it is removed", async ({ page }) => {
  await enter(page, "ingrid", `${settings}/appearance`);
  await page.locator("input[data-upload]").setInputFiles({ name: "logo.txt", mimeType: "text/plain", buffer: Buffer.from("no picture") });
  await expect(page.getByText(/This kind of file is not accepted/)).toBeVisible();
  await page.locator("input[data-upload]").setInputFiles({ name: "logo.png", mimeType: "image/png", buffer: png(64) });
  await expect(page.getByRole("img", { name: "The logo of Northwind Health" })).toBeVisible();
  await axe(page);
  await page.getByRole("button", { name: "Remove the logo" }).click();
  await expect(page.getByText("Logo removed")).toBeVisible();
  await expect(page.getByRole("img", { name: "The logo of Northwind Health" })).toBeHidden();
});

test("the sign-in log is filtered, kept for so long, and exported", async ({ page }) => {
  await enter(page, "ingrid", `${settings}/sign-ins`);
  const grid = page.getByRole("grid", { name: "Sign-in log" });
  await expect(grid.getByText("Signed in").first()).toBeVisible();
  await page.getByLabel("Search the log…").fill("nobody-at-all");
  await expect(page.getByText("Nothing matches these filters")).toBeVisible();
  await page.getByRole("button", { name: "Clear filters" }).click();
  await page.getByRole("button", { name: "Kept for 365 days" }).click();
  await page.getByLabel("Days").fill("7");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByLabel("Days")).toHaveAttribute("aria-invalid", "true");
  await page.getByLabel("Days").fill("400");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("button", { name: "Kept for 400 days" }).click();
  await page.getByLabel("Days").fill("365");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("button", { name: "Kept for 365 days" })).toBeVisible();
  await page.getByRole("button", { name: "Export" }).click();
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("menuitem", { name: /XLSX/ }).click()]);
  expect(download.suggestedFilename()).toMatch(/\.xlsx$/);
});

test("a token is shown once and works until it is deleted", async ({ page, playwright, baseURL }) => {
  await enter(page, "ingrid", "/o/northwind/profile?tab=tokens");
  await page.getByRole("button", { name: "New token" }).first().click();
  await page.getByLabel("What it is for").fill("Evidence upload");
  await page.getByRole("button", { name: "Make the token" }).click();
  const dialog = page.getByRole("dialog", { name: "Copy the token now" });
  const token = await dialog.locator("code").first().innerText();
  expect(token).toMatch(/^assay_/);
  await axe(page);
  await dialog.getByRole("button", { name: "I have copied it" }).click();
  await expect(page.getByText(token)).toBeHidden();

  const program = await playwright.request.newContext({ baseURL, extraHTTPHeaders: { Authorization: `Bearer ${token}` } });
  expect(await (await program.get("/api/v1/session")).json()).toMatchObject({ role: "auditor" });
  await page.getByRole("button", { name: "Delete the token Evidence upload" }).first().click();
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await expect(page.getByText("Token deleted")).toBeVisible();
  expect((await program.get("/api/v1/session")).status()).toBe(401);
  await program.dispose();
});

test("who is no administrator does not come here", async ({ page }) => {
  await enter(page, "dana", settings);
  await expect(page).toHaveURL(/\/o\/northwind\/?$/);
});
