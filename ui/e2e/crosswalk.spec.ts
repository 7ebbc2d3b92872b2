import type { Page } from "@playwright/test";
import { enter } from "./door";
import { axe, expect, test } from "./fixture";

// Broken files are refused, and a row with controls is only deleted after a second question, on purpose.
test.use({ expected: [/status of (409|422)/] });

const list = "/o/northwind/frameworks";
const pane = (page: Page) => page.getByRole("complementary", { name: "Requirement" });
const yaml = (name: string, text: string) => ({ name, mimeType: "application/yaml", buffer: Buffer.from(text) });
const rules = (version: number, second: string, more = "") => `urn: urn:walk:library:rules
locale: en
name: Walkers rules
version: ${version}
provider: Walkers
objects:
  framework:
    urn: urn:walk:framework:rules
    name: Walkers rules
    requirement_nodes:
    - {urn: "urn:walk:req_node:rules:w", assessable: false, ref_id: W, name: Walking}
    - {urn: "urn:walk:req_node:rules:w.1", parent_urn: "urn:walk:req_node:rules:w", assessable: true, ref_id: W.1, name: ${version === 1 ? "Shoes are worn" : "Boots are worn"}}
    - {urn: "urn:walk:req_node:rules:w.2", parent_urn: "urn:walk:req_node:rules:w", assessable: true, ref_id: W.2, name: ${second}}
    - {urn: "urn:walk:req_node:rules:x", parent_urn: "urn:walk:req_node:rules:w", assessable: true, description: A row without a ref and without a name}
${more}`;
const sets = `name: Walkers rules to SOC 2
objects:
  requirement_mapping_sets:
  - urn: urn:walk:req_mapping_set:rules-to-soc2
    name: Walkers rules to SOC 2
    source_framework_urn: urn:walk:framework:rules
    target_framework_urn: urn:intuitem:risk:framework:soc2-2017
    requirement_mappings:
    - {source_requirement_urn: "urn:walk:req_node:rules:w.1", target_requirement_urn: "urn:x:req_node:soc2-2017:cc6.4", relationship: equal}
    - {source_requirement_urn: "urn:walk:req_node:rules:w.2", target_requirement_urn: "urn:x:req_node:soc2-2017:cc8.1", relationship: intersect}
`;

async function upload(page: Page, name: string, text: string) {
  await page.goto(`${list}?add=import`);
  const dialog = page.getByRole("dialog", { name: "Import OSCAL" });
  await dialog.locator("input[data-upload]").setInputFiles(yaml(name, text));
  await dialog.getByRole("button", { name: "Import", exact: true }).click();
  return dialog;
}

async function remove(page: Page, name: string) {
  await page.getByRole("button", { name: `More for ${name}` }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete" }).click();
  await expect(page.getByText(`${name} deleted`).first()).toBeVisible();
}

for (const theme of ["light", "dark"] as const)
  test(`the crosswalk shows what is answered already and what leads there, ${theme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: theme });
    await page.setViewportSize({ width: 1440, height: 900 });
    await enter(page, "ingrid", list);
    await page.getByRole("article").filter({ hasText: "Riverside" }).getByRole("link", { name: "Riverside" }).click();
    await page.getByRole("link", { name: "Crosswalk" }).click();
    await expect(page.getByText(/answered or served: \d+ of 13 requirements/)).toBeVisible();
    await expect(page.getByText("Riverside 1.3 is part of SOC 2 CC6.1, which", { exact: false }).first()).toBeVisible();
    await axe(page);
    await page.getByRole("button", { name: /^Nothing known: / }).hover();
    await expect(page.getByText(/no relation leads to one that you have/).first()).toBeVisible();
    await page.getByRole("button", { name: /^Nothing known \d+$/ }).click();
    await expect(page).toHaveURL(/standing=/);
    await expect(page.getByText("Data stays in the United States")).toBeVisible();
    await expect(page.getByText("Accounts are personal and approved")).toBeHidden();
    await page.getByRole("link", { name: "Compare" }).click();
    await page.getByRole("combobox", { name: /^Compare with/ }).click();
    await page.getByRole("option", { name: /^SOC 2/ }).click();
    await expect(page.getByText(/of Riverside is answered by SOC 2, wholly or in part/)).toBeVisible();
    await axe(page);
    await page.getByRole("button", { name: /^1: \d+ requirements? leads? to SOC 2 CC6$/ }).click();
    await expect(page.getByRole("heading", { name: "Requirements of 1" })).toBeVisible();
    await page.getByRole("link", { name: "The other way round" }).click();
    await expect(page.getByText(/of SOC 2 is answered by Riverside/)).toBeVisible();
  });

test("an own framework is written, related, and served by what is suggested", async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await enter(page, "ingrid", list);
  await page.getByRole("button", { name: "Own framework" }).click();
  const dialog = page.getByRole("dialog", { name: "Own framework" });
  await axe(page);
  await dialog.getByLabel("Name", { exact: true }).fill("Letter of the regulator");
  await dialog.getByLabel("Short name").fill("Letter");
  await dialog.getByRole("button", { name: "Create" }).click();
  await expect(page.getByText("No requirement yet")).toBeVisible();

  const add = async (ref: string, title: string, heading = false) => {
    await page.getByRole("button", { name: "Add a requirement" }).first().click();
    const form = page.getByRole("dialog", { name: "Add a requirement" });
    await form.getByLabel("ID").fill(ref);
    await form.getByLabel("Title").fill(title);
    if (heading) await form.getByLabel("It counts").uncheck();
    await form.getByRole("button", { name: "Add a requirement" }).click();
    await expect(form).toBeHidden();
  };
  await add("L", "Doors", true);
  await add("L.1", "Doors are locked");
  await add("L.1", "Doors are locked again").catch(() => undefined);
  const again = page.getByRole("dialog", { name: "Add a requirement" });
  await expect(again.getByText("Another requirement of this framework has this ref.")).toBeVisible();
  await again.getByLabel("ID").fill("L.2");
  await again.getByRole("button", { name: "Add a requirement" }).click();
  const tree = page.getByRole("tree", { name: "Requirements" });
  await expect(tree.getByRole("treeitem", { name: /L\.2/ })).toBeVisible();

  // Moved above the first, and back by Undo.
  await page.getByRole("button", { name: "More for L.2" }).click();
  await page.getByRole("menuitem", { name: "Move up" }).click();
  await expect(tree.getByRole("treeitem").nth(1)).toContainText("L.2");
  await page.getByRole("button", { name: "Undo", exact: true }).first().click();
  await expect(tree.getByRole("treeitem").nth(1)).toContainText("L.1");

  await tree.getByRole("treeitem", { name: /L\.1/ }).click();
  await pane(page).getByRole("combobox", { name: "Relate to a requirement" }).click();
  await page.getByPlaceholder("Search requirements of other frameworks…").fill("CC6.4");
  await page.getByRole("option", { name: /SOC 2 CC6\.4/ }).click();
  const relation = page.getByRole("dialog", { name: "Relate to a requirement" });
  await relation.getByLabel("How it stands to the other").selectOption("Subset");
  await expect(relation.getByText("SOC 2 CC6.4 asks for all that Letter L.1 asks for, and more.")).toBeVisible();
  await axe(page);
  await relation.getByRole("button", { name: "Save" }).click();
  await expect(
    pane(page)
      .getByText(/^Letter L\.1 is part of SOC 2 CC6\.4, which .+ serves$/)
      .first(),
  ).toBeVisible();
  await expect(pane(page).getByText("No control serves this requirement")).toBeVisible();
  await axe(page);

  // One is dismissed and remembered, one accepted.
  await pane(page)
    .getByRole("button", { name: /^Dismiss / })
    .first()
    .click();
  await expect(pane(page).getByRole("button", { name: "Show 1 dismissed" })).toBeVisible();
  await pane(page)
    .getByRole("button", { name: /^Accept .+ – L\.1$/ })
    .first()
    .click();
  await expect(page.getByText("1 control mapped")).toBeVisible();
  await expect(pane(page).getByText("No control serves this requirement")).toBeHidden();
  await page.getByRole("link", { name: "Crosswalk" }).click();
  await expect(page.getByText(/answered or served: 1 of 2 requirements/)).toBeVisible();

  // Deleted only after the second question, because a control is mapped.
  await page.getByRole("link", { name: "Requirements" }).click();
  await tree.getByRole("treeitem", { name: /L\.1/ }).click();
  await page.getByRole("button", { name: "More for L.1" }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete", exact: true }).click();
  await expect(page.getByRole("alertdialog").getByText(/One control is mapped to this requirement/)).toBeVisible();
  await page.getByRole("button", { name: "Delete all the same" }).click();
  await expect(tree.getByRole("treeitem", { name: /L\.1/ })).toBeHidden();
  await remove(page, "Letter");
});

test("a library comes in with its mapping set, and its next edition is accepted row by row", async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await enter(page, "ingrid", list);
  let dialog = await upload(
    page,
    "bomb.yaml",
    "name: B\na: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\nobjects: *d\n",
  );
  await expect(dialog.getByText(/repeats itself by aliases/)).toBeVisible();
  dialog = await upload(page, "matrix.yaml", "name: M\nobjects:\n  risk_matrix: [{name: m}]\n");
  await expect(dialog.getByText(/holds a risk matrix/)).toBeVisible();

  dialog = await upload(page, "sets.yaml", sets);
  await expect(dialog.getByText(/It waits for rules/)).toBeVisible();
  dialog = await upload(page, "rules.yaml", rules(1, "Maps are carried"));
  await expect(dialog.getByText("Walkers rules is imported and in use.")).toBeVisible();
  await expect(dialog.getByText("2 relations to other frameworks were made.")).toBeVisible();
  await expect(dialog.getByText("One row has no ref; it got one from its place.")).toBeVisible();
  await axe(page);
  await dialog.getByRole("link", { name: "Open Walkers rules" }).click();
  const tree = page.getByRole("tree", { name: "Requirements" });
  await tree.getByRole("treeitem", { name: /W\.2/ }).click();
  await expect(
    pane(page)
      .getByText(/Walkers rules W\.2 overlaps SOC 2 CC8\.1/)
      .first(),
  ).toBeVisible();
  await pane(page).getByRole("textbox", { name: "Title" }).fill("Maps and compasses are carried");
  await page.keyboard.press("Enter");
  await expect(page.getByText("W.2 saved")).toBeVisible();

  dialog = await upload(
    page,
    "rules-2.yaml",
    rules(
      2,
      "Maps are read",
      `    - {urn: "urn:walk:req_node:rules:w.4", parent_urn: "urn:walk:req_node:rules:w", assessable: true, ref_id: W.4, name: Walks are told}\n`,
    ),
  );
  await expect(dialog.getByText(/is here already, in edition 1\. Nothing was changed: edition 2 differs in 3 rows/)).toBeVisible();
  await dialog.getByRole("link", { name: "Review the differences" }).click();
  await expect(page.getByRole("heading", { name: "Edition 2" })).toBeVisible();
  await expect(page.getByText("You changed these words, so they stay.", { exact: false })).toBeVisible();
  await axe(page);
  await page.getByRole("button", { name: "Accept W.1" }).click();
  await expect(page.getByText("1 row taken over")).toBeVisible();
  await page.getByRole("checkbox", { name: "Choose all" }).check();
  await page.getByRole("button", { name: "Accept", exact: true }).click();
  await page.getByRole("button", { name: "Keep ours: W.2" }).click();
  await expect(page.getByText("Every difference is decided: the framework is of edition 2 now.")).toBeVisible();
  await page.getByRole("link", { name: "Walkers rules" }).click();
  await expect(tree.getByRole("treeitem", { name: /W\.1 Boots are worn/ })).toBeVisible();
  await expect(tree.getByRole("treeitem", { name: /W\.2 Maps and compasses are carried/ })).toBeVisible();
  await expect(tree.getByRole("treeitem", { name: /W\.4 Walks are told/ })).toBeVisible();
  await remove(page, "Walkers rules");
  await page.goto(list);
  await page.getByRole("button", { name: "Delete Walkers rules to SOC 2" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete" }).click();
  await expect(page.getByRole("button", { name: "Delete Walkers rules to SOC 2" })).toBeHidden();
});

test("an auditor looks at the crosswalk and changes nothing", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await enter(page, "lena", list);
  await page.getByRole("article").filter({ hasText: "Riverside" }).getByRole("link", { name: "Riverside" }).click();
  await page.getByRole("link", { name: "Crosswalk" }).click();
  await expect(page.getByText(/answered or served/)).toBeVisible();
  await expect(page.getByRole("button", { name: /^Accept/ })).toHaveCount(0);
  await axe(page);
  await page.getByRole("link", { name: "Compare" }).click();
  await expect(page.getByText(/wholly or in part/)).toBeVisible();
  await axe(page);
});
