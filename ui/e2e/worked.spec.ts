import type { APIRequestContext } from "@playwright/test";
import { expect, test } from "./fixture";
import { folder, start } from "./own";

/** A day so many days before today, in UTC. */
const ago = (days: number) => new Date(Date.now() - days * 864e5).toISOString().slice(0, 10);

async function post<T>(api: APIRequestContext, path: string, data: unknown): Promise<T> {
  const answer = await api.post(`/api/v1${path}`, { data });
  expect(answer.status(), `${path}: ${await answer.text()}`).toBeLessThan(300);
  return (await answer.json()) as T;
}

// The worked example of readiness, as server/framework/framework_test.go computes it by hand: R1 is met, R2 needs attention, R3 is in
// progress; 1 of 3 met, readiness 2 of 4, everything covered. Here a person sees it: on the screen, in the API and in the export alike.
test("the worked example is the same on the screen, in the API and in the export", async ({ browser }) => {
  test.setTimeout(90_000);
  const own = await start("serve", folder());
  const context = await browser.newContext({ baseURL: own.base, viewport: { width: 1440, height: 900 }, timezoneId: "UTC" });
  try {
    const page = await context.newPage();
    await page.goto(own.setup);
    await page.getByLabel(/organisation/i).fill("Worked Example");
    await page.getByLabel(/^(your )?name/i).fill("Maja Lind");
    await page.getByLabel(/e-mail/i).fill("maja@fjord.example");
    await page.getByLabel("Password", { exact: true }).fill("a password that is long enough");
    await page.locator("form").getByRole("button").last().click();
    await page.waitForURL("**/o/**");
    const api = page.request;

    const catalog = {
      catalog: {
        uuid: "e",
        metadata: { title: "Example", version: "1" },
        controls: [
          { id: "r1", title: "One" },
          { id: "r2", title: "Two" },
          { id: "r3", title: "Three" },
        ],
      },
    };
    const made = await api.post("/api/v1/frameworks/import?name=Example&short=EX", {
      multipart: { file: { name: "example.json", mimeType: "application/json", buffer: Buffer.from(JSON.stringify(catalog)) } },
    });
    expect(made.status(), await made.text()).toBe(200);
    const framework = ((await made.json()) as { framework: { id: string } }).framework.id;
    const tree = (await (await api.get(`/api/v1/frameworks/${framework}/requirements`)).json()) as { items: { id: string; ref: string }[] };
    const requirement = new Map(tree.items.map((r) => [r.ref, r.id]));

    // Each proof: the day it is from, and for how many days it counts; "" was never collected.
    const controls: [string, string, [string, number][], string[]][] = [
      ["C1", "implemented", [[ago(0), 365]], ["R1"]],
      [
        "C2",
        "implemented",
        [
          [ago(0), 365],
          [ago(34), 30],
        ],
        ["R1", "R2"],
      ],
      ["C3", "in_progress", [["", 30]], ["R2"]],
      ["C4", "implemented", [[ago(50), 30]], ["R3"]],
    ];
    for (const [ref, status, proofs, serves] of controls) {
      const { id } = await post<{ id: string }>(api, "/controls", { ref, title: `Control ${ref}` });
      await post(api, `/controls/${id}/status`, { status });
      for (const [n, [day, validity]] of proofs.entries()) {
        const request = await post<{ id: string }>(api, "/evidence", {
          name: `Proof ${n + 1} of ${ref}`,
          validity_days: validity,
          controls: [id],
        });
        if (!day) continue;
        const sent = await api.post(`/api/v1/evidence/${request.id}/files?collected_on=${day}`, {
          multipart: { file: { name: "proof.txt", mimeType: "text/plain", buffer: Buffer.from(`${ref} ${n}\n`) } },
        });
        expect(sent.status(), await sent.text()).toBe(200);
      }
      for (const r of serves) await post(api, `/requirements/${requirement.get(r)}/controls`, { control: id });
    }

    // In the API.
    const one = (await (await api.get(`/api/v1/frameworks/${framework}`)).json()) as { readiness: Record<string, number> };
    expect(one.readiness).toMatchObject({
      applicable: 3,
      met: 1,
      attention: 1,
      in_progress: 1,
      progress: 3333,
      controls: 4,
      effective: 2,
      readiness: 5000,
      coverage: 10000,
    });

    // On the screen.
    await page.goto(page.url().replace(/(\/o\/[^/]+).*/, "$1/frameworks"));
    const card = page.getByRole("article").filter({ hasText: "EX" });
    await expect(card.getByText("1 of 3 met")).toBeVisible();
    await expect(card.getByRole("img", { name: /EX: Progress: 33%/ })).toBeVisible();
    for (const figure of ["33%", "50%", "100%"]) await expect(card.getByText(figure, { exact: true }).first()).toBeVisible();
    await card.getByRole("link", { name: "EX" }).click();
    const outline = page.getByRole("tree", { name: "Requirements" });
    await expect(outline.getByRole("treeitem", { name: /Met R1/ })).toBeVisible();
    await expect(outline.getByRole("treeitem", { name: /Needs attention R2/ })).toBeVisible();
    await expect(outline.getByRole("treeitem", { name: /In progress R3/ })).toBeVisible();

    // In the export.
    const rows = (await (await api.get("/api/v1/requirements/export?format=csv&columns=ref,state")).text())
      .replace("\ufeff", "")
      .trim()
      .split("\r\n");
    expect(rows.slice(1)).toEqual(["R1,met", "R2,attention", "R3,in_progress"]);
  } finally {
    await context.close();
    await own.stop();
  }
});
