import { readFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { enter } from "./door";
import { axe, expect, test } from "./fixture";

// Files of another kind are refused on purpose.
test.use({ expected: [/status of 422/] });

const list = "/o/northwind/frameworks";
const pane = (page: Page) => page.getByRole("complementary", { name: "Requirement" });
const json = (name: string, text: string) => ({ name, mimeType: "application/json", buffer: Buffer.from(text) });

const catalog = `<?xml version="1.0" encoding="UTF-8"?>
<catalog xmlns="http://csrc.nist.gov/ns/oscal/1.0" uuid="5b8f3c52-9f0b-4a53-8f0e-5d2a5a3c1e21">
  <metadata><title>Rules of the yard</title><last-modified>2026-01-01T00:00:00Z</last-modified><version>1</version><oscal-version>1.1.3</oscal-version></metadata>
  <group id="y"><title>The yard</title>
    <control id="y-1"><title>Gates are shut</title><part id="y-1_smt" name="statement"><p>Shut the <em>gates</em> at night.</p></part></control>
    <control id="y-2"><title>Lamps are lit</title><part id="y-2_smt" name="statement"><p>Light the lamps.</p></part></control>
  </group>
</catalog>`;
const components = JSON.stringify({
  "component-definition": {
    uuid: "6b8f3c52-9f0b-4a53-8f0e-5d2a5a3c1e21",
    metadata: { title: "Gate keeper", "last-modified": "2026-01-01T00:00:00Z", version: "1", "oscal-version": "1.1.3" },
    components: [
      {
        uuid: "7b8f3c52-9f0b-4a53-8f0e-5d2a5a3c1e21",
        type: "hardware",
        title: "Gate motor",
        description: "It shuts the gate.",
        purpose: "Safety",
        "control-implementations": [
          {
            uuid: "8b8f3c52-9f0b-4a53-8f0e-5d2a5a3c1e21",
            source: "yard.xml",
            description: "What it does.",
            "implemented-requirements": [
              { uuid: "9b8f3c52-9f0b-4a53-8f0e-5d2a5a3c1e21", "control-id": "y-1", description: "It shuts the gate at ten." },
            ],
          },
        ],
      },
    ],
  },
});

test("a catalog in XML comes in, components and statements are added, and all of it goes out again", async ({ page }) => {
  await enter(page, "ingrid", `${list}?add=import`);
  const dialog = page.getByRole("dialog", { name: "Import OSCAL" });
  const choose = dialog.locator("input[data-upload]");
  await choose.setInputFiles({
    name: "bomb.xml",
    mimeType: "application/xml",
    buffer: Buffer.from(`<!DOCTYPE x [<!ENTITY a "aaa">]><x>&a;</x>`),
  });
  await dialog.getByRole("button", { name: "Import", exact: true }).click();
  await expect(dialog.getByRole("alert")).toContainText("document type");
  await dialog.getByRole("button", { name: "Remove bomb.xml" }).click();
  await choose.setInputFiles({ name: "yard.xml", mimeType: "application/xml", buffer: Buffer.from(catalog) });
  await dialog.getByLabel(/^Short name/).fill("Yard");
  await dialog.getByRole("button", { name: "Import", exact: true }).click();
  await dialog.getByRole("link", { name: "Open Yard" }).click();

  // Components: first what would change, then the change.
  const more = page.getByRole("button", { name: "More for Yard" });
  await more.click();
  await page.getByRole("menuitem", { name: "Import plan or components…" }).click();
  const plan = page.getByRole("dialog", { name: "Import a plan or components" });
  await plan.locator("input[data-upload]").setInputFiles(json("results.json", `{"assessment-results":{}}`));
  await expect(plan.getByRole("alert")).toContainText("does not read this kind yet");
  await plan.locator("input[data-upload]").setInputFiles(json("gate.json", components));
  await expect(plan.getByText("2 new")).toBeVisible();
  await expect(plan.getByText("components.purpose")).toBeVisible();
  await axe(page);
  await plan.getByRole("button", { name: "Import", exact: true }).click();
  await expect(page.getByText("Gate keeper imported")).toBeVisible();

  await page.getByRole("treeitem", { name: /Gates are shut/ }).click();
  await expect(pane(page).getByRole("link", { name: /Gate motor/ })).toBeVisible();
  await pane(page).getByRole("button", { name: "Start from this draft" }).click();
  const text = pane(page).getByRole("textbox", { name: "How it is met" });
  await expect(text).toHaveValue(/Gate motor \(GATE-MOTOR\): It shuts the gate\./);
  await text.fill("The motor shuts the gate; the guard looks.");
  await pane(page).getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByText("Statement for Y-1 saved")).toBeVisible();
  await pane(page)
    .getByRole("button", { name: /^Status:/ })
    .click();
  await page.getByRole("menuitem", { name: "Implemented", exact: true }).click();
  await expect(pane(page).getByRole("button", { name: "Status: Implemented" })).toBeVisible();
  await axe(page);

  const download = async (name: string) => {
    await page.getByRole("button", { name: "Export", exact: true }).click();
    const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("menuitem", { name }).click()]);
    return { name: file.suggestedFilename(), text: await readFile(await file.path(), "utf8") };
  };
  const out = await download("Catalog (XML)");
  expect(out.name).toBe("yard-catalog.xml");
  expect(out.text).toContain("<em>gates</em>");
  expect((await download("Component definition")).text).toContain('"purpose": "Safety"');
  const ssp = await download("System security plan");
  expect(ssp.text).toContain("the guard looks");

  // The plan that went out changes nothing when it comes in.
  await more.click();
  await page.getByRole("menuitem", { name: "Import plan or components…" }).click();
  await plan.locator("input[data-upload]").setInputFiles(json("ssp.json", ssp.text));
  await expect(plan.getByText("Everything in it is here already.")).toBeVisible();
  await plan.getByRole("button", { name: "Close" }).last().click();

  await more.click();
  await page.getByRole("menuitem", { name: "System facts…" }).click();
  const facts = page.getByRole("dialog", { name: "System facts" });
  await expect(facts.getByLabel("Name of the system")).toHaveValue("Northwind Care");
  await axe(page);
  await facts.getByRole("button", { name: "Add a kind of information" }).click();
  await facts.getByLabel("Kind of information").last().fill("Support mails");
  await facts.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("System facts saved")).toBeVisible();
});

test("an auditor reads statements and exports, and changes nothing", async ({ page }) => {
  await enter(page, "lena", list);
  await page.getByRole("article").filter({ hasText: "SOC 2" }).getByRole("link", { name: "SOC 2" }).click();
  await page.getByLabel("Search requirements…").fill("CC6.1");
  await page.getByRole("treeitem", { name: /CC6\.1/ }).click();
  await expect(pane(page).getByText("Everyone signs in through the identity provider")).toBeVisible();
  await expect(pane(page).getByRole("button", { name: "Delete the statement" })).toHaveCount(0);
  await expect(page.getByRole("button", { name: /^More for/ })).toHaveCount(0);
  await page.getByRole("button", { name: "Export", exact: true }).click();
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("menuitem", { name: "Profile of what applies" }).click(),
  ]);
  expect(file.suggestedFilename()).toBe("soc-2-profile.json");
});
