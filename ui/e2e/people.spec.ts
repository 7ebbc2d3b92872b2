import type { Page } from "@playwright/test";
import { enter } from "./door";
import { axe, expect, test } from "./fixture";

test.use({ expected: [/status of 4(09|22)/] });

const stamp = Date.now().toString(36);
const payload = '<img src=x onerror="alert(1)">';
/** Nothing that somebody wrote ever runs. */
const silent = (page: Page) => {
  const said: string[] = [];
  page.on("dialog", (d) => {
    said.push(d.message());
    void d.dismiss();
  });
  return said;
};

test("a person is added, flagged, found in the chart, leaves and comes back", async ({ page }) => {
  test.setTimeout(180_000);
  await page.setViewportSize({ width: 1440, height: 900 });
  const said = silent(page);
  await enter(page, "ingrid", "/o/northwind/personnel");
  await expect(page.getByRole("heading", { name: "Personnel" })).toBeVisible();
  await axe(page);

  const name = `Robin Walk ${stamp}`;
  await page.getByRole("button", { name: "New person" }).first().click();
  const form = page.getByRole("dialog", { name: "New person" });
  await form.getByLabel("Name", { exact: true }).fill(name);
  await form.getByLabel("E-mail").fill("no address");
  await form.getByRole("button", { name: "Add person" }).click();
  await expect(form.getByText("Give an e-mail address such as name@example.com.")).toBeVisible();
  await form.getByLabel("E-mail").fill(`robin.${stamp}@northwind.example`);
  await form.getByRole("combobox", { name: /^Manager/ }).click();
  await page.getByPlaceholder("Find…").fill("Omar");
  await page.getByRole("option", { name: /Omar Haddad/ }).click();
  await form.getByRole("button", { name: "Add person" }).click();
  const record = page.getByRole("complementary", { name: "Person details" });
  await expect(record.getByText("NDA unknown")).toBeVisible();
  await axe(page);

  // What is known is a flag, what is not stays unknown.
  await record.getByRole("button", { name: "NDA: Unknown" }).click();
  await page.getByRole("menuitem", { name: "Not signed" }).click();
  await expect(record.getByText("No NDA")).toBeVisible();
  await expect(record.getByText("NDA unknown", { exact: true })).toHaveCount(0);
  const card = page.getByRole("button", { name: /^No NDA/ }).first();
  await card.click();
  await expect(page).toHaveURL(/flags=no_nda/);
  await expect(page.getByRole("row", { name: new RegExp(name) })).toBeVisible();

  // In the chart under the manager; the arrow keys walk it.
  await page.getByRole("link", { name: "Org chart" }).last().click();
  await expect(page.getByRole("tree", { name: "Org chart" })).toBeVisible();
  await expect(page.getByRole("treeitem", { name: new RegExp(`^${name}`) })).toBeVisible();
  await axe(page);
  await page.getByRole("treeitem", { name: /^Priya Raman/ }).focus();
  await page.keyboard.press("ArrowLeft");
  await expect(page.getByRole("treeitem", { name: /^Priya Raman/ })).toHaveAttribute("aria-expanded", "false");
  await page.keyboard.press("ArrowRight");
  await expect(page.getByRole("treeitem", { name: /^Grace Novak/ })).toBeVisible();
  await page.getByRole("link", { name, exact: true }).click();

  // Access is granted, the person leaves, and the checklist goes to its end.
  await page.goto("/o/northwind/grants?new=1");
  const grant = page.getByRole("dialog", { name: "New grant" });
  await grant.getByRole("combobox", { name: /^Person/ }).click();
  await page.getByPlaceholder("Find…").fill(name);
  await page.getByRole("option", { name: new RegExp(name) }).click();
  await grant.getByRole("combobox", { name: /^Application/ }).click();
  await page.getByPlaceholder("Find…").fill("Figma");
  await page.getByRole("option", { name: /Figma/ }).click();
  await grant.getByLabel("Level").fill(payload);
  await grant.getByRole("button", { name: "Grant access" }).click();
  await expect(page.getByRole("complementary", { name: "Grant details" }).getByRole("heading", { name: `${name}, Figma` })).toBeVisible();
  await axe(page);
  await page.goto(`/o/northwind/personnel?q=${stamp}`);
  await page
    .getByRole("row", { name: new RegExp(name) })
    .getByText(name, { exact: true })
    .click();
  await record.getByRole("button", { name: "This person leaves…" }).click();
  const leave = page.getByRole("dialog", { name: `${name} leaves` });
  await axe(page);
  await leave.getByRole("button", { name: "Start the checklist" }).click();
  await expect(record.getByText("0 of 6 done").first()).toBeVisible();
  await expect(record.getByText("Left, has access")).toBeVisible();
  await record.getByRole("button", { name: "Add item" }).click();
  const item = page.getByRole("dialog", { name: "New item" });
  await item.getByLabel("What has to be done").fill(payload);
  await item.getByRole("button", { name: "Add item" }).click();
  await expect(record.getByText("0 of 7 done").first()).toBeVisible();
  await axe(page);
  await record.getByRole("button", { name: /^Revoke: Revoke access to Figma/ }).click();
  const revoke = page.getByRole("dialog", { name: /^Revoke:/ });
  await revoke.getByLabel("How it was done").fill(payload);
  await revoke.getByRole("button", { name: "Revoke" }).click();
  await expect(record.getByText("1 of 7 done").first()).toBeVisible();
  await expect(record.getByText("Left, has access")).toHaveCount(0);
  for (let n = 2; n <= 7; n++) {
    await record
      .getByRole("button", { name: /^Mark as done:/ })
      .first()
      .click();
    await page
      .getByRole("dialog", { name: /^Done:/ })
      .getByRole("button", { name: "Done" })
      .click();
    await expect(record.getByText(`${n} of 7 done`).first()).toBeVisible();
  }
  await record.getByRole("button", { name: "They work here again" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "They work here again" }).click();
  await expect(record.getByRole("heading", { name: "Leaver checklist" })).toHaveCount(0);
  expect(said).toEqual([]);
});

test("people and access come in as tables", async ({ page }) => {
  test.setTimeout(120_000);
  await page.setViewportSize({ width: 1440, height: 900 });
  const said = silent(page);
  const bring = async (target: string, csv: string) => {
    await page.goto(`/o/northwind/imports/new?target=${target}`);
    await page.locator("input[data-upload]").setInputFiles({ name: "table.csv", mimeType: "text/csv", buffer: Buffer.from(csv) });
    await page.getByRole("button", { name: "Check", exact: true }).click();
    await page.getByRole("button", { name: "Import 2 rows" }).click();
    await expect(page.getByText("Imported.", { exact: true })).toBeVisible();
  };
  await enter(page, "dana", "/o/northwind/personnel");
  await bring(
    "personnel",
    `Name,Email,Department,Role,Manager,Location\nCleo ${stamp},cleo.${stamp}@x.example,Office ${stamp},Clerk ${stamp},Bea ${stamp},"${payload.replaceAll('"', '""')}"\nBea ${stamp},bea.${stamp}@x.example,Office ${stamp},Lead ${stamp},,\n`,
  );
  await page.goto(`/o/northwind/personnel?q=${stamp}`);
  await expect(page.getByRole("row", { name: new RegExp(`Cleo ${stamp}`) })).toContainText(`Bea ${stamp}`);
  await page.getByText(`Cleo ${stamp}`, { exact: true }).first().click();
  await expect(page.getByRole("complementary", { name: "Person details" }).getByLabel("Location")).toHaveValue(payload);
  await page.goto("/o/northwind/departments");
  await expect(page.getByRole("row", { name: new RegExp(`Office ${stamp}`) })).toBeVisible();
  await axe(page);
  await bring("grants", `Email,Application,Level\ncleo.${stamp}@x.example,Slack,Member\nbea.${stamp}@x.example,Slack,Member\n`);
  await page.goto(`/o/northwind/grants?q=${stamp}%20Slack`);
  await expect(page.getByText("2 grants", { exact: true })).toBeVisible();

  // Revoked together, and undone together.
  for (const who of ["Cleo", "Bea"])
    await page
      .getByRole("row", { name: new RegExp(`${who} ${stamp}`) })
      .getByRole("checkbox")
      .check({ force: true });
  await page.getByRole("button", { name: "Status", exact: true }).last().click();
  await page.getByRole("menuitem", { name: "Revoked" }).click();
  await expect(page.getByText("2 changed").first()).toBeVisible();
  await page.getByRole("button", { name: "Undo", exact: true }).first().click();
  await expect(page.getByText("Undone").first()).toBeVisible();
  await expect(page.getByRole("row", { name: new RegExp(`Cleo ${stamp}`) })).toContainText("Active");
  expect(said).toEqual([]);
});

for (const colorScheme of ["light", "dark"] as const) {
  for (const width of [390, 1440]) {
    test.describe(`${colorScheme} ${width}`, () => {
      test.use({ colorScheme, viewport: { width, height: 844 } });
      test("every page of people and access", async ({ page }) => {
        test.setTimeout(120_000);
        await enter(page, "ingrid", "/o/northwind/personnel");
        for (const [path, heading] of [
          ["personnel", "Personnel"],
          ["org-chart", "Org chart"],
          ["departments", "Departments"],
          ["job-roles", "Roles"],
          ["applications", "Applications"],
          ["grants", "Access"],
          ["access-matrix", "Access by person and application"],
          ["settings/personnel", "Settings"],
        ] as const) {
          await page.goto(`/o/northwind/${path}`);
          await expect(page.getByRole("heading", { name: heading, exact: true }).first()).toBeVisible();
          await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
          await axe(page);
          const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
          expect(wide, path).toBeLessThanOrEqual(0);
        }
      });
    });
  }
}

test.describe("refusals", () => {
  test.use({ expected: [/status of 403/] });

  test("an executive has figures and nobody's name", async ({ page }) => {
    await enter(page, "priya", "/o/northwind");
    await expect(page.getByRole("navigation").getByRole("link", { name: "Personnel" })).toHaveCount(0);
    const card = page.getByRole("heading", { name: "People" });
    await expect(card).toBeVisible({ timeout: 20_000 });
    await expect(page.getByText("George Ellis")).toHaveCount(0);
    await page.goto("/o/northwind/personnel");
    await expect(page.getByRole("grid")).toHaveCount(0);
    await axe(page);
  });

  test("an auditor reads and changes nothing", async ({ page }) => {
    await enter(page, "lena", "/o/northwind/personnel");
    await expect(page.getByRole("row", { name: /Ingrid Solberg/ })).toBeVisible();
    await expect(page.getByRole("button", { name: "New person" })).toHaveCount(0);
    await page.getByRole("row", { name: /Ingrid Solberg/ }).click();
    const record = page.getByRole("complementary", { name: "Person details" });
    await expect(record.getByText("ingrid@northwind.example")).toBeVisible();
    await expect(record.getByRole("button", { name: "This person leaves…" })).toHaveCount(0);
    await expect(record.getByRole("button", { name: "Hand over…" })).toHaveCount(0);
  });
});
