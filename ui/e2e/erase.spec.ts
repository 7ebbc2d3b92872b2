import { enter } from "./door";
import { ask, axe, expect, signIn, test } from "./fixture";
import { testAt } from "./own";

const home = "/o/northwind";
/** Screenshots to look at, where a folder for them is named. */
const shots = process.env.ASSAY_SHOTS;

test("what is kept about oneself can be taken along, and only administrators see the ways out", async ({ page }) => {
  await enter(page, "dana", `${home}/profile`);
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download" }).click();
  expect((await download).suggestedFilename()).toMatch(/^personal-data-\d{4}-\d{2}-\d{2}\.zip$/);
  await axe(page);
});

test.describe("somebody who is no administrator", () => {
  test.use({ expected: [/status of 403/] });
  test("is refused", async ({ page }) => {
    await enter(page, "dana", home);
    const me = (await ask(page, "GET", "/session")).body.person;
    const password = { password: "x", reason: "x" };
    expect((await ask(page, "POST", "/erasure", { slug: "northwind", ...password })).status).toBe(403);
    expect((await ask(page, "POST", "/erasure/cancel")).status).toBe(403);
    expect((await ask(page, "GET", `/people/${me}/erasure`)).status).toBe(403);
    expect((await ask(page, "POST", `/people/${me}/erasure`, { confirm: "x", ...password })).status).toBe(403);
    expect((await ask(page, "GET", `/people/${me}/data`)).status).toBe(403);
  });
});

const own = testAt("demo");
own.describe("leaving for good", () => {
  own.use({ expected: [/status of 4(04|09|22)/] });

  for (const [theme, width] of [
    ["light", 1440],
    ["dark", 390],
  ] as const)
    own(`an organisation is to be deleted, says so on every page, and is kept after all, ${theme}, ${width} px`, async ({ page, own }) => {
      const admin = own.accounts.get("ingrid") ?? { email: "", password: "" };
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme: theme });
      await signIn(page, admin.email, admin.password);
      await page.goto(`${home}/settings`);
      await page.getByRole("button", { name: "Delete…" }).click();
      const dialog = page.getByRole("dialog", { name: "Delete Northwind Health?" });
      await expect(dialog.getByText("nobody, can bring anything back")).toBeVisible();
      await axe(page);
      if (shots) await page.screenshot({ path: `${shots}/leave-${theme}.png` });
      const go = dialog.getByRole("button", { name: "Delete in 30 days" });
      await expect(go).toBeDisabled();
      await dialog.getByLabel("Type northwind to say that you mean it").fill("northwind");
      await dialog.getByLabel("Why?").fill("We are sold");
      await dialog.getByLabel("Your password").fill("not my password");
      await go.click();
      await expect(dialog.getByText("This is not your password")).toBeVisible();
      await dialog.getByLabel("Your password").fill(admin.password);
      await go.click();
      await expect(dialog).toHaveCount(0);
      await expect(page.getByText("asked for it: We are sold")).toBeVisible();

      await page.goto(`${home}/controls`);
      const banner = page.getByRole("note").filter({ hasText: "will be deleted on" });
      await expect(banner).toContainText("Ingrid");
      await expect(banner).toContainText("Until then everything works");
      await axe(page);
      if (shots) await page.screenshot({ path: `${shots}/leaving-${theme}.png` });
      const mails = (await (await page.request.get("/demo/outbox.json")).json()) as { items: { kind: string; text: string }[] };
      expect(mails.items.find((m) => m.kind === "erasure")?.text).toContain("The reason given: We are sold");

      await banner.getByRole("button", { name: "Keep it" }).click();
      await page.getByRole("alertdialog").getByRole("button", { name: "Keep it" }).click();
      await expect(banner).toHaveCount(0);
      await page.goto(`${home}/settings`);
      await expect(page.getByRole("button", { name: "Delete…" })).toBeVisible();
    });

  own("a person is erased: records call them by a pseudonym, and their door is shut", async ({ page, own }) => {
    const admin = own.accounts.get("ingrid") ?? { email: "", password: "" };
    const dana = own.accounts.get("dana") ?? { email: "", password: "" };
    await signIn(page, admin.email, admin.password);
    await page.goto(`${home}/members?q=dana`);
    await page.getByRole("row").filter({ hasText: dana.email }).click();
    const name = (await page.getByRole("heading", { level: 2 }).first().textContent())?.trim() ?? "";
    await page.getByRole("button", { name: /^Actions/ }).click();
    await page.getByRole("menuitem", { name: "Erase personal data…" }).click();
    const dialog = page.getByRole("dialog", { name: /^Erase the personal data of/ });
    const pseudonym = /Person [A-Z2-7]{6}/.exec((await dialog.getByText(/call them Person/).textContent()) ?? "")?.[0] ?? "";
    expect(pseudonym).not.toBe("");
    await axe(page);
    if (shots) await page.screenshot({ path: `${shots}/erase.png` });
    const download = page.waitForEvent("download");
    await dialog.getByRole("link", { name: "Download their data" }).click();
    expect((await download).suggestedFilename()).toMatch(/^personal-data-/);
    await dialog.getByLabel(/^Type .* to say that you mean it/).fill("Somebody else");
    await dialog.getByLabel("Why?").fill("They asked for it");
    await dialog.getByLabel("Your password").fill(admin.password);
    await dialog.getByRole("button", { name: "Erase for good" }).click();
    await expect(dialog.getByText("neither the person's name nor their address")).toBeVisible();
    await dialog.getByLabel(/^Type .* to say that you mean it/).fill(dana.email);
    await dialog.getByRole("button", { name: "Erase for good" }).click();
    await expect(page.getByText(`Records call them ${pseudonym} in a moment`)).toBeVisible();
    await expect(page.getByRole("row").filter({ hasText: dana.email })).toHaveCount(0);

    await expect.poll(async () => (await ask(page, "GET", `/people?q=${pseudonym.slice(7)}`)).body.total, { timeout: 60_000 }).toBe(1);

    // Who left is in a list of its own; the records they own say the pseudonym.
    await page.goto(`${home}/members`);
    await page.getByRole("button", { name: "People who left" }).click();
    await expect(page.getByRole("dialog", { name: "People who left" }).getByText(pseudonym)).toBeVisible();
    await axe(page);
    if (shots) await page.screenshot({ path: `${shots}/left.png` });
    const found = (await ask(page, "GET", `/people?q=${encodeURIComponent(name)}`)).body as { total: number };
    expect(found.total).toBe(0);
    expect((await ask(page, "POST", "/audit/verify", {})).body.ok).not.toBe(false);
    const refused = await page.request.post("/api/v1/session", { data: { email: dana.email, password: dana.password } });
    expect(refused.status()).toBe(401);
  });
});
