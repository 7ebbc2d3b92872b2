import type { APIRequestContext, Locator, Page } from "@playwright/test";
import { expect as hurried } from "./fixture";
import { testAt } from "./own";

const test = testAt("serve");
test.use({ viewport: { width: 1440, height: 900 } });
const expect = hurried.configure({ timeout: 20_000 });

/** So many rows of each kind that comes in as a table, and of each that comes one by one. */
const many = 10_000;
const some = 1_100;
/** So many elements a page may have, whatever it lists. */
const most = 2_500;

const padded = (n: number) => String(n).padStart(5, "0");
const numbers = (n: number) => Array.from({ length: n }, (_, i) => i + 1);
const csv = (head: string, rows: string[]) => ({
  name: "rows.csv",
  mimeType: "text/csv",
  buffer: Buffer.from([head, ...rows].join("\r\n")),
});

/** A hundred headings, each with ninety-nine requirements below it. */
const requirements = csv(
  "Ref,Parent ref,Title,Assessable",
  numbers(many).map((n) => {
    const heading = padded(n - ((n - 1) % 100));
    return n % 100 === 1 ? `R-${padded(n)},,Quartz group ${padded(n)},no` : `R-${padded(n)},R-${heading},Quartz rule ${padded(n)},yes`;
  }),
);
const controls = csv(
  "Ref,Title",
  numbers(many).map((n) => `C-${padded(n)},Quartz control ${padded(n)}`),
);
const requests = csv(
  "Name,Frequency,Reviewer",
  numbers(many).map((n) => `Quartz proof ${padded(n)},Yearly,maja@fjord.example`),
);
/** Half of them are other than they were, half have no reference. */
const corrected = csv(
  "Ref,Title",
  numbers(many).map((n) => (n % 2 ? `C-${padded(n)},Quartz measure ${padded(n)}` : `,Quartz control ${padded(n)}`)),
);

/** Brings a table in as a person does, and answers with what the page of the check has become. */
async function bring(page: Page, home: string, target: string, file: ReturnType<typeof csv>) {
  await page.goto(`${home}/imports/new?target=${target}`);
  await page.locator("input[data-upload]").setInputFiles(file);
  await page.getByRole("button", { name: "Check", exact: true }).click();
  const run = page.getByRole("button", { name: /^Import [\d,]+ rows$/ });
  await expect(run).toBeVisible({ timeout: 60_000 });
  return run;
}

/** Asks for many of a kind, a few at a time; who asks too fast is asked to wait, and asks again. */
async function create(api: APIRequestContext, path: string, bodies: object[]) {
  const rest = [...bodies];
  const worker = async () => {
    for (let data = rest.pop(); data; data = rest.pop())
      await expect(async () => expect((await api.post(`/api/v1/${path}`, { data })).status()).toBeLessThan(300)).toPass({
        intervals: [200],
      });
  };
  await Promise.all([worker(), worker(), worker(), worker()]);
}

/** Moves what scrolls in or around a list to a share of its height. */
const scroll = (list: Locator, share: number) =>
  list.evaluate((el, to) => {
    const all = [el, ...el.querySelectorAll("*")];
    for (let up = el.parentElement; up; up = up.parentElement) all.push(up);
    const box = all.find((e) => e.scrollHeight > e.clientHeight + 1 && /auto|scroll/.test(getComputedStyle(e).overflowY));
    if (box) box.scrollTop = to * (box.scrollHeight - box.clientHeight);
  }, share);

test("no list grows with what it lists: the elements of every page at ten thousand rows", async ({ page, own }) => {
  test.setTimeout(300_000);
  const found = new Map<string, number>();
  /** Counts the elements of the page as it is. */
  const count = async (name: string) => {
    const n = await page.evaluate(() => document.querySelectorAll("*").length);
    found.set(name, Math.max(found.get(name) ?? 0, n));
    expect.soft(n, `${name}: elements on the page`).toBeLessThanOrEqual(most);
  };

  await page.goto(own.setup);
  await page.getByLabel(/organisation/i).fill("Fjord Analytics");
  await page.getByLabel(/^(your )?name/i).fill("Maja Lind");
  await page.getByLabel(/e-mail/i).fill("maja@fjord.example");
  await page.getByLabel("Password", { exact: true }).fill("a password that is long enough");
  await page.locator("form").getByRole("button").last().click();
  await page.waitForURL("**/o/**");
  const home = new URL(page.url()).pathname.replace(/(\/o\/[^/]+).*/, "$1");
  const api = page.request;
  const read = async <T>(path: string): Promise<T> => (await (await api.get(`/api/v1/${path}`)).json()) as T;

  let framework = "";
  await test.step("ten thousand of each come in as tables", async () => {
    const made = await api.post("/api/v1/frameworks/own", { data: { name: "Quartz rules", short: "Quartz" } });
    framework = ((await made.json()) as { id: string }).id;
    for (const [target, file] of [
      [`requirements&under=${framework}`, requirements],
      ["controls", controls],
      ["evidence", requests],
    ] as const) {
      const run = await bring(page, home, target, file);
      await expect(run).toHaveText("Import 10,000 rows");
      await count("an import's check");
      await run.click();
      await expect(page.getByText("Imported.", { exact: true })).toBeVisible({ timeout: 60_000 });
      await count("an import's page");
    }
    const run = await bring(page, home, "controls", corrected);
    await expect(run).toHaveText("Import 5,000 rows");
    await expect(page.getByRole("heading", { name: "5,000 rows are refused" })).toBeVisible();
    await count("an import's check, half refused");
  });

  await test.step("more than a thousand tasks, activities and waiting files come one by one", async () => {
    const { person } = await read<{ person: string }>("session");
    await page.goto("about:blank"); // an open page would read all of it again and again
    await create(
      api,
      "tasks",
      numbers(some).map((n) => ({ title: `Quartz task ${padded(n)}`, owner: person, due_on: "2020-01-01" })),
    );
    await create(
      api,
      "activities",
      numbers(some).map((n) => ({ name: `Quartz round ${padded(n)}`, frequency: n % 2 ? "daily" : "monthly" })),
    );
    const { items } = await read<{ items: { id: string; name: string }[] }>("evidence?limit=100&sort=name");
    for (const e of [...items, ...items.slice(0, 20)])
      await expect(async () => {
        const file = { name: `${e.name}.csv`, mimeType: "text/csv", buffer: Buffer.from(`of,${e.name},${Math.random()}\n`) };
        expect((await api.post(`/api/v1/evidence/${e.id}/files`, { multipart: { file } })).status()).toBe(200);
      }).toPass({ intervals: [200] });
  });

  /** Opens a list, and counts at its top, its middle and its end, where its last row must stand. */
  const table = async (name: string, path: string, label: string, last: RegExp | string) => {
    await page.goto(`${home}/${path}`);
    const grid = page.getByRole("grid", { name: label });
    await expect(grid).toHaveAttribute("aria-busy", "false");
    await expect(grid.getByRole("row").nth(1)).toBeVisible();
    await count(name);
    const rows = Number(await grid.getAttribute("aria-rowcount"));
    expect(rows, `${name}: rows`).toBeGreaterThan(1_000);
    await scroll(grid, 0.5);
    await expect(async () => {
      const at = await grid.getByRole("row").nth(5).getAttribute("aria-rowindex");
      expect(Number(at)).toBeGreaterThan(rows * 0.4);
    }).toPass();
    await count(name);
    await grid.focus();
    await page.keyboard.press("End");
    const end = grid.locator(`[aria-rowindex="${rows}"]`);
    await expect(end).toBeInViewport();
    await expect(end).toContainText(last);
    await count(name);
  };

  await test.step("tables", async () => {
    await table("controls", "controls?sort=ref", "Controls", "C-10000");
    await table("evidence", "evidence?sort=name", "Evidence", "Quartz proof 10000");
    await table("tasks", "tasks", "Tasks", /Quartz (task|round) \d{5}/);
    await table("activities", "activities", "Recurring activities", /Quartz round \d{5}/);
    await table("Statement of Applicability", `frameworks/${framework}/statement`, "Statement of Applicability", "R-10000");
    await table("audit log", "audit?system=true", "Audit log", "added person Maja Lind");
  });

  await test.step("the outline of ten thousand requirements", async () => {
    await page.goto(`${home}/frameworks/${framework}`);
    const tree = page.getByRole("tree", { name: "Requirements" });
    await expect(tree.getByRole("treeitem").first()).toContainText("R-00001");
    await page.getByRole("button", { name: "Expand all" }).click();
    await count("requirements");
    await scroll(tree, 0.5);
    await expect(tree.getByRole("treeitem", { name: /R-0[45]\d{3}/ }).first()).toBeVisible();
    await count("requirements");
    await tree.focus();
    await page.keyboard.press("End");
    await expect(tree.getByRole("treeitem", { name: /R-10000/ })).toBeInViewport();
    await count("requirements");
  });

  await test.step("pages that show a part and say how much there is", async () => {
    await page.goto(`${home}/evidence/review?all=1`);
    const queue = page.getByRole("list", { name: "Review evidence" });
    await expect(queue.getByRole("button")).toHaveCount(100);
    await count("review queue");
    await scroll(queue, 1);
    await expect(queue.getByRole("button").last()).toBeInViewport();
    await page.goto(`${home}/search?q=quartz`);
    await expect(page.getByRole("region", { name: "Controls" })).toContainText("Quartz control");
    await count("search");
    await page.goto(`${home}/search?q=quartz&kind=control&page=50`);
    await expect(page.getByText("Page 50 of 50")).toBeVisible();
    await count("search");
    await page.goto(`${home}/work`);
    await expect(page.getByText(/Quartz task/).first()).toBeVisible();
    await count("my work");
    await page.goto(`${home}/activities?as=board`);
    await expect(page.getByText(/Quartz round/).first()).toBeVisible();
    await count("board of activities");
    const column = page.getByRole("region", { name: "Not started" }).getByRole("list");
    await scroll(column, 1);
    await expect(
      column
        .getByRole("listitem")
        .filter({ hasText: /^And 1,000 more/ })
        .last(),
    ).toBeInViewport();
    await count("board of activities");
    await page.goto(`${home}/activities?as=calendar`);
    await expect(page.getByText(/Quartz round/).first()).toBeVisible();
    await count("calendar of activities");
    await page.goto(home);
    await expect(page.getByRole("heading", { name: "What is due" })).toBeVisible();
    await count("overview");
  });
  for (const [type, n] of found) test.info().annotations.push({ type, description: `${n} elements` });
});
