import type { Page } from "@playwright/test";
import { enter } from "./door";
import { ask, axe, expect, test } from "./fixture";

const home = "/o/northwind";
const shot = (page: Page, name: string) =>
  process.env.SHOTS ? page.screenshot({ path: `${process.env.SHOTS}/branch-${name}.png` }) : undefined;
const unique = () => Date.now().toString(36).slice(-5).toUpperCase();

test.use({ expected: [/status of 4(03|04|09|22)/] });

type Compared = {
  rows: number;
  kinds: { table: string; changed: number }[];
  scopes: { branch: { controls: { claimed: Record<string, number> } } }[];
};
type Item = { id: string; name: string; state: string };
const branches = async (page: Page) => ((await ask(page, "GET", "/branches")).body as { items: Item[] }).items;
/** Walks share an installation: each leaves no branch open. */
const tidy = async (page: Page) => {
  for (const b of await branches(page)) if (b.state === "open") await ask(page, "POST", `/branches/${b.id}/discard`, {});
};
const implemented = async (page: Page) => {
  const { body } = await ask(page, "GET", "/dashboard");
  return (body as { controls: { claimed: Record<string, number> } }).controls.claimed.implemented ?? 0;
};

for (const [theme, width] of [
  ["light", 1440],
  ["dark", 390],
] as const)
  test(`a bulk change is tried in a branch, compared, applied and undone, ${theme}, ${width} px`, async ({ page }) => {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme: theme });
    await enter(page, "ingrid", home);
    await tidy(page);
    const name = `What if ${unique()}`;
    const before = await implemented(page);

    await page.goto(`${home}/branches`);
    await expect(page.getByRole("heading", { name: "Branches", level: 1 })).toBeVisible();
    await axe(page);
    await shot(page, `list-${theme}`);
    await page.getByRole("button", { name: "New branch" }).click();
    const dialog = page.getByRole("dialog", { name: "New branch" });
    await dialog.getByLabel("Name").fill(name);
    await dialog.getByLabel(/What is it to find out/).fill("How ready we are when all of it is done");
    await axe(page);
    await shot(page, `new-${theme}`);
    await dialog.getByRole("button", { name: "Make the branch" }).click();
    await expect(page.getByText("Nothing was changed in this branch yet.")).toBeVisible();
    await expect(page.getByRole("button", { name: "Apply", exact: true })).toBeDisabled();

    // Inside, everything says so, and what reaches beyond a branch is not there.
    await page.getByRole("button", { name: `Open “${name}”` }).click();
    const bar = page.getByRole("note").filter({ hasText: "You are working in the branch" });
    await expect(bar).toContainText(`“${name}”. Nothing you do here changes Northwind`);
    await expect(page).toHaveURL(/branch=[A-Z2-7]{26}/);
    const id = new URL(page.url()).searchParams.get("branch") ?? "";
    await axe(page);
    await shot(page, `inside-${theme}`);
    if (width > 900) {
      await expect(page.getByRole("link", { name: "Members" })).toHaveCount(0);
      await page.getByRole("link", { name: "Controls", exact: true }).click();
      await expect(page).toHaveURL(new RegExp(`/controls\\?.*branch=${id}`)); // every address keeps it
      await expect(page.getByRole("link", { name: "Import" })).toHaveCount(0);
    }
    const list = (await ask(page, "GET", "/controls?status=not_started,in_progress,gap&limit=100")).body as { items: { id: string }[] };
    expect(list.items.length).toBeGreaterThan(10);
    const bulk = { ids: list.items.map((c) => c.id), set: { status: "implemented" } };
    expect((await ask(page, "POST", "/controls/bulk", bulk, { "Assay-Branch": id })).status).toBe(200);
    const compared = (await ask(page, "GET", `/branches/${id}/compare`)).body as Compared;
    const changed = compared.kinds.find((k) => k.table === "control_status")?.changed ?? 0;
    const more = (compared.scopes[0]?.branch.controls.claimed.implemented ?? 0) - before;
    expect([changed > 10, more > 10]).toEqual([true, true]);
    expect(await implemented(page)).toBe(before);

    await bar.getByRole("button", { name: "Compare" }).click();
    await expect(page.getByRole("heading", { name, level: 1 })).toBeVisible();
    expect(new URL(page.url()).searchParams.get("branch")).toBeNull();
    const readiness = page.getByRole("table", { name: "Readiness" }).getByRole("row").filter({ hasText: "Readiness" }).nth(0);
    await expect(readiness).toBeVisible();
    await expect(
      page
        .getByRole("table", { name: "Readiness" })
        .getByText(/^\+[\d.]+ pts$/)
        .first(),
    ).toBeVisible();
    await expect(page.getByRole("button", { name: new RegExp(`Control status ${changed} changed`) })).toBeVisible();
    await expect(page.getByRole("insertion").first()).toBeVisible();
    await axe(page);
    await shot(page, `compare-${theme}`);

    await page.getByRole("button", { name: "Apply", exact: true }).click();
    const apply = page.getByRole("dialog", { name: /^Apply “/ });
    await expect(apply.getByText(`${compared.rows} rows will be written.`)).toBeVisible();
    await apply.getByLabel("Reason").fill("Decided on Monday");
    await axe(page);
    await shot(page, `apply-${theme}`);
    await apply.getByRole("button", { name: "Apply", exact: true }).click();
    await expect(page.getByText("The branch was applied")).toBeVisible();
    expect(await implemented(page)).toBe(before + more);
    const newest = (await ask(page, "GET", "/audit?action=branch.apply&limit=1")).body as {
      items: { action: string; summary: string; note: string }[];
    };
    expect(newest.items[0]).toMatchObject({ action: "branch.apply", note: "Decided on Monday" });
    expect(newest.items[0]?.summary).toBe(`applied the branch ${name}: ${compared.rows} rows`);

    await page.getByRole("button", { name: "Undo" }).click();
    await expect(page.getByText("Undone")).toBeVisible();
    expect(await implemented(page)).toBe(before);
    await expect(page.getByRole("listitem").filter({ hasText: name }).first()).toContainText("Applied");

    // Its address leads nowhere any more, and says so.
    await page.goto(`${home}?branch=${id}`);
    await expect(page.getByRole("note").filter({ hasText: "a branch that is closed" })).toBeVisible();
    await page.getByRole("button", { name: "Leave the branch" }).click();
    await expect(page).toHaveURL(/\/branches$/);
  });

test("what both sides changed is told of and left, and a branch is discarded", async ({ page }) => {
  await enter(page, "ingrid", home);
  await tidy(page);
  const run = unique();
  const make = async (ref: string) =>
    (await ask(page, "POST", "/controls", { ref, title: `Made for ${ref}` })).body as { id: string; version: number };
  const [both, mine] = [await make(`BRA-${run}`), await make(`BRB-${run}`)];
  await page.goto(`${home}/branches`);
  await page.getByRole("button", { name: "New branch" }).click();
  await page.getByRole("dialog").getByLabel("Name").fill(`Both sides ${run}`);
  await page.getByRole("button", { name: "Make the branch" }).click();
  await expect(page).toHaveURL(/branches\/[A-Z2-7]{26}$/);
  const id = page.url().split("/").at(-1) ?? "";
  const rename = (c: { id: string }, title: string, headers = {}) =>
    ask(page, "PATCH", `/controls/${c.id}`, { title }, { "If-Match": "1", ...headers });
  expect((await rename(both, "In the branch", { "Assay-Branch": id })).status).toBe(200);
  expect((await rename(mine, "Only there", { "Assay-Branch": id })).status).toBe(200);
  expect((await rename(both, "Here")).status).toBe(200);
  await page.reload();
  await expect(page.getByRole("heading", { name: "1 row is in the way" })).toBeVisible();
  await expect(page.getByText(new RegExp(`changed the title of BRA-${run} on \\d+ \\w+, and so did the branch\\.`))).toBeVisible();
  await axe(page);
  await shot(page, "in-the-way");
  await page.getByRole("button", { name: "Apply", exact: true }).click();
  const apply = page.getByRole("dialog", { name: /^Apply “/ });
  await expect(apply.getByText("1 row will be written. 1 row stays as it is.")).toBeVisible();
  await apply.getByLabel("Reason").fill("The rest");
  await apply.getByRole("button", { name: "Apply the rest" }).click();
  await expect(page.getByText("The branch was applied")).toBeVisible();
  const title = async (c: { id: string }) => ((await ask(page, "GET", `/controls/${c.id}`)).body as { title: string }).title;
  expect([await title(both), await title(mine)]).toEqual(["Here", "Only there"]);

  await page.getByRole("button", { name: "New branch" }).click();
  await page.getByRole("dialog").getByLabel("Name").fill(`For nothing ${run}`);
  await page.getByRole("button", { name: "Make the branch" }).click();
  await page.getByRole("button", { name: "Discard", exact: true }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Discard", exact: true }).click();
  await expect(page.getByText("The branch was discarded")).toBeVisible();
  await expect(page.getByRole("listitem").filter({ hasText: `For nothing ${run}` })).toContainText("Discarded");
});

test("an auditor compares and changes nothing; what reaches beyond a branch is refused in it", async ({ page }) => {
  await enter(page, "ingrid", home);
  await tidy(page);
  const { id } = (await ask(page, "POST", "/branches", { name: `For readers ${unique()}` })).body as { id: string };

  await enter(page, "lena", home);
  await page.goto(`${home}/branches`);
  await expect(page.getByRole("button", { name: "New branch" })).toHaveCount(0);
  await page.getByRole("link", { name: /^For readers/ }).click();
  await expect(page.getByRole("table", { name: "Readiness" })).toBeVisible();
  for (const name of ["Apply", "Discard", "Rename"]) await expect(page.getByRole("button", { name, exact: true })).toHaveCount(0);
  const refused = await ask(page, "POST", `/branches/${id}/apply`, { reason: "x", rows: 0 });
  expect(refused.status).toBe(403);
  expect((refused.body as { detail: string }).detail).toBe("Your role does not allow this.");
  const written = await ask(page, "POST", "/controls", { title: "x" }, { "Assay-Branch": id });
  expect(written.status).toBe(403);
  await enter(page, "ingrid", home);
  const outside = await ask(page, "POST", "/members", { email: "x@northwind.example", role: "user" }, { "Assay-Branch": id });
  expect([outside.status, (outside.body as { detail: string }).detail]).toEqual([
    409,
    "This reaches beyond the records that a branch is a copy of. Leave the branch to do it.",
  ]);
  await tidy(page);
});
