import { statSync } from "node:fs";
import { enter } from "./door";
import { ask, axe, expect, signIn, test } from "./fixture";
import { testAt } from "./own";

const home = "/o/northwind";

for (const [theme, width] of [
  ["light", 1440],
  ["dark", 390],
] as const)
  test(`a backup says how far it is, and a drill proves it, ${theme}, ${width} px`, async ({ page }) => {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme: theme });
    await enter(page, "ingrid", `${home}/backups`);
    await expect(page.getByText("If this disk were lost")).toBeVisible();
    await expect(page.getByText("The last second")).toBeVisible();
    await page.getByRole("button", { name: "Run a drill now" }).click();
    await expect(page.getByText("The drill passed").first()).toBeVisible();
    await expect(page.getByText("Up to date")).toBeVisible();
    await axe(page);

    // The days are one stop of the keyboard; the arrows walk along them.
    const today = page.getByRole("radio", { checked: true });
    await today.focus();
    await page.keyboard.press("ArrowLeft");
    await expect(today).toBeFocused();
    await expect(page).toHaveURL(/day=\d{4}-\d{2}-\d{2}/);
    // What is older than the backup is shown, and offers no way back.
    await expect(
      page
        .getByRole("list", { name: /20\d\d/ })
        .getByRole("listitem")
        .first(),
    ).toBeVisible();
    await expect(page.getByRole("button", { name: /^Go back to before this/ })).toHaveCount(0);
    await axe(page);

    // The report is proof, and says what was done.
    await page.getByRole("link", { name: "Report" }).first().click();
    await expect(page.getByRole("heading", { name: "Restore drill report" }).first()).toBeVisible();
    await expect(page.getByText(/^restore-drill-.*txt$/).first()).toBeVisible();
  });

const own = testAt("demo");
own.describe("going back", () => {
  own.use({ expected: [/status of 4(04|09|12|22)/] });

  own("an organisation goes back to before a mistake, its mails wait, and it goes forward again", async ({ page, own }) => {
    const admin = own.accounts.get("ingrid") ?? { email: "", password: "" };
    await signIn(page, admin.email, admin.password);
    const list = (await ask(page, "GET", "/controls?limit=3&sort=ref")).body as {
      items: { id: string; ref: string; title: string; version: number }[];
    };
    const [a, b] = list.items;
    if (!a || !b) throw new Error("the demo has no controls");
    // The log has what came before; whoever changes something within the same second goes back with it.
    await expect.poll(async () => (await ask(page, "GET", "/backups")).body.behind).toBe(0);
    await page.waitForTimeout(1500);
    expect(
      (await ask(page, "PATCH", `/controls/${a.id}`, { title: "Overwritten by mistake" }, { "If-Match": String(a.version) })).status,
    ).toBe(200);
    expect((await ask(page, "DELETE", `/controls/${b.id}?reason=mistake`)).status).toBeLessThan(300);
    await expect.poll(async () => (await ask(page, "GET", "/backups")).body.behind).toBe(0);

    await page.goto(`${home}/backups`);
    await page
      .getByRole("button", { name: /^Go back to before this: .*Overwritten by mistake/ })
      .first()
      .click();
    const dialog = page.getByRole("dialog", { name: /^Go back to / });
    await expect(dialog.getByText(/rows? would change/)).toBeVisible();
    await expect(dialog.getByText("Overwritten by mistake")).toBeVisible();
    await expect(dialog.getByText(b.title)).toBeVisible();
    await axe(page);
    // A reason is asked for; looking has changed nothing.
    await expect(dialog.getByRole("button", { name: "Go back" })).toBeDisabled();
    expect((await ask(page, "GET", `/controls/${a.id}`)).body.title).toBe("Overwritten by mistake");
    await dialog.getByLabel("Why").fill("Two controls were spoiled");
    await dialog.getByRole("button", { name: "Go back" }).click();
    await expect(page.getByText("The organisation is as it was").first()).toBeVisible();
    expect((await ask(page, "GET", `/controls/${a.id}`)).body.title).toBe(a.title);
    expect((await ask(page, "GET", `/controls/${b.id}`)).body.title).toBe(b.title);

    // Mails wait for a person. The audit log proves all that was since, and this.
    await expect(page.getByText(/^Mails wait/)).toBeVisible();
    await axe(page);
    const verdict = await ask(page, "POST", "/audit/verify", {});
    expect(verdict.body.ok).toBe(true);
    await page.goto(`${home}/audit`);
    await expect(page.getByText("Two controls were spoiled").first()).toBeVisible();
    await page.goto(`${home}/controls/${a.id}`);
    await expect(page.getByText(a.title).first()).toBeVisible();

    await page.goto(`${home}/backups`);
    await page.getByRole("button", { name: "Do not send them" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Do not send them" }).click();
    await expect(page.getByText(/^Mails wait/)).toHaveCount(0);

    // The way back is a state like any other.
    await page
      .getByRole("button", { name: /^Go back to before this: .* took the organisation back/ })
      .first()
      .click();
    await expect(dialog.getByText("Overwritten by mistake").or(dialog.getByText(a.title)).first()).toBeVisible();
    await dialog.getByLabel("Why").fill("It was none");
    await dialog.getByRole("button", { name: "Go back" }).click();
    await expect(page.getByText("The organisation is as it was").first()).toBeVisible();
    expect((await ask(page, "GET", `/controls/${a.id}`)).body.title).toBe("Overwritten by mistake");
  });

  own("a moment before the backup began is refused in a sentence", async ({ page, own }) => {
    const admin = own.accounts.get("ingrid") ?? { email: "", password: "" };
    await signIn(page, admin.email, admin.password);
    await page.goto(`${home}/backups`);
    await page.getByRole("button", { name: "Go back" }).click();
    await page.getByLabel("Date and time").fill("2020-01-01T10:00");
    await page.getByRole("button", { name: "Look" }).click();
    await expect(page.getByText("The backup does not reach back to that moment.")).toBeVisible();
    await axe(page);
  });
});

test("an administrator takes everything along, as plain files and as an archive", async ({ page }) => {
  await enter(page, "ingrid", `${home}/backups`);
  for (const [name, file] of [
    ["Plain files", /^northwind-plain-.*\.zip$/],
    ["Archive", /^northwind-\d.*\.zip$/],
  ] as const) {
    const come = page.waitForEvent("download");
    await page.getByRole("link", { name }).click();
    const got = await come;
    expect(got.suggestedFilename()).toMatch(file);
    expect(statSync(await got.path()).size).toBeGreaterThan(1_000_000);
  }
});

test("only an administrator sees the backups", async ({ page }) => {
  await enter(page, "dana", `${home}/backups`);
  await expect(page).toHaveURL(new RegExp(`${home}$`));
  await expect(page.getByRole("navigation").getByRole("link", { name: "Backups" })).toHaveCount(0);
});
