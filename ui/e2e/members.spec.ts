import { enter, someone } from "./door";
import { axe, expect, test } from "./fixture";

test.use({ expected: [/status of (409|422)/] });

const list = "/o/northwind/members";

for (const theme of ["light", "dark"] as const)
  test(`members are found, filtered and looked at, ${theme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: theme });
    await enter(page, "ingrid", list);
    const grid = page.getByRole("grid", { name: "Members" });
    await expect(grid.getByText("Dana Whitfield")).toBeVisible();
    await axe(page);
    await page.getByLabel("Search members…").fill("whitfield");
    await expect(page.getByText("1 member", { exact: true })).toBeVisible();
    await page.getByRole("button", { name: "Clear", exact: true }).click();
    const active = page.getByRole("button", { name: /^Active/ });
    await active.click();
    await expect(active).toHaveAttribute("aria-pressed", "true");
    await expect(page).toHaveURL(/status=active/);
    await active.click();
    await expect(page).not.toHaveURL(/status/);
    await page.getByRole("button", { name: "Filter by Role" }).click();
    await page.getByRole("menuitemcheckbox", { name: /Auditor/ }).click();
    await page.keyboard.press("Escape");
    await expect(grid.getByText("Lena Fischer")).toBeVisible();
    await expect(grid.getByText("Dana Whitfield")).toBeHidden();
    await grid.getByText("Lena Fischer").click();
    await expect(page.getByRole("complementary", { name: "Member details" })).toContainText("lena@hartley-audit.example");
    await axe(page);
    await page.keyboard.press("Escape");
    await expect(page).not.toHaveURL(/open=/);
  });

test("a member's details are saved where they stand, and taken back", async ({ page }) => {
  await enter(page, "ingrid", `${list}?q=marcus`);
  await page.getByRole("grid").getByText("Marcus Chen").click();
  const record = page.getByRole("complementary", { name: "Member details" });
  const title = record.getByRole("textbox", { name: "Title" });
  await expect(title).toHaveValue("IT Manager");
  await title.fill("Head of IT");
  await title.press("Control+Enter");
  await expect(page.getByText("Title saved")).toBeVisible();
  await expect(record.getByText(/changed title/).first()).toBeVisible();
  await page.getByRole("button", { name: "Undo", exact: true }).click();
  await expect(title).toHaveValue("IT Manager");
  await page.reload();
  await expect(title).toHaveValue("IT Manager");
});

test("the server's refusals are said in its words", async ({ page }) => {
  await enter(page, "ingrid", `${list}?q=ingrid`);
  await page.getByRole("button", { name: "Role: Administrator" }).click();
  await page.getByRole("menuitem", { name: /^User/ }).click();
  await expect(page.getByRole("region", { name: "Notifications" }).getByText("You cannot change your own role or status.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Role: Administrator" })).toBeVisible();
  await page.getByRole("button", { name: "Invite" }).click();
  await page.getByLabel("E-mail address").fill("dana@northwind.example");
  await page.getByRole("button", { name: "Send the invitation" }).click();
  await expect(page.getByRole("alert")).toContainText("a member already");
  await page.getByLabel("E-mail address").fill("dana");
  await page.getByRole("button", { name: "Send the invitation" }).click();
  await expect(page.getByLabel("E-mail address")).toHaveAttribute("aria-invalid", "true");
  await axe(page);
});

test("somebody is invited, reminded, and taken out again", async ({ page }) => {
  const email = someone("bruno");
  await enter(page, "ingrid", list);
  await page.getByRole("button", { name: "Invite" }).click();
  await axe(page);
  await page.getByLabel("E-mail address").fill(email);
  await page.getByLabel(/^Name/).fill("Bruno Berg");
  await page.getByRole("button", { name: "Send the invitation" }).click();
  const record = page.getByRole("complementary", { name: "Member details" });
  await expect(record).toContainText("Not joined yet");
  await expect(record).toContainText("Never");
  await record.getByRole("button", { name: "Send again" }).click();
  await expect(page.getByText(`Invitation sent again to ${email}`)).toBeVisible();
  await record.getByRole("button", { name: "Actions for Bruno Berg" }).click();
  await page.getByRole("menuitem", { name: /Take the invitation back/ }).click();
  await expect(page.getByRole("alertdialog")).toContainText(email);
  await axe(page);
  await page.getByRole("button", { name: "Take back" }).click();
  await expect(page.getByText("Invitation taken back")).toBeVisible();
  await expect(page).not.toHaveURL(/open=/);
});

test("somebody is disabled, which says what happens, and enabled again", async ({ page }) => {
  await enter(page, "ingrid", `${list}?q=omar`);
  await page.getByRole("grid").getByText("Omar Haddad").click();
  const record = page.getByRole("complementary", { name: "Member details" });
  await record.getByRole("button", { name: "Actions for Omar Haddad" }).click();
  await page.getByRole("menuitem", { name: "Disable…" }).click();
  await expect(page.getByRole("alertdialog", { name: "Disable Omar Haddad?" })).toContainText("signed out of this organisation at once");
  await page.getByRole("button", { name: "Disable", exact: true }).click();
  await expect(page.getByText("Omar Haddad is disabled")).toBeVisible();
  await record.getByRole("button", { name: "Actions for Omar Haddad" }).click();
  await page.getByRole("menuitem", { name: "Enable" }).click();
  await expect(page.getByText("Omar Haddad can sign in again")).toBeVisible();
});

test("the list is exported with its filter", async ({ page }) => {
  await enter(page, "ingrid", `${list}?role=auditor`);
  await page.getByRole("button", { name: "Export" }).click();
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("menuitem", { name: /CSV/ }).click()]);
  expect(download.suggestedFilename()).toMatch(/\.csv$/);
});

test("who is no administrator does not come here", async ({ page }) => {
  await enter(page, "dana", list);
  await expect(page).toHaveURL(/\/o\/northwind\/?$/);
  await expect(page.getByRole("link", { name: "Members" })).toBeHidden();
});
