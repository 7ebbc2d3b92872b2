import type { Page } from "@playwright/test";
import { enter } from "./door";
import { ask, axe, expect, test } from "./fixture";

test.use({ expected: [/status of 4(03|04|09|12|22)/], actionTimeout: 20_000 });

const stamp = Date.now().toString(36);
const nasty = `<img src=x onerror=alert(1)><script>alert(2)</script>`;

type Row = { id: string; ref: string; title: string; status: string; current: string; working: string; version: number };
const find = async (page: Page, q: string): Promise<Row> =>
  (await ask(page, "GET", `/policies?q=${encodeURIComponent(q)}`)).body.items[0] as Row;

/** The box that is written in. */
const box = (page: Page) => page.getByRole("textbox", { name: /^Words of POL-/ });
const kept = (page: Page) => expect(page.locator("[data-kept]")).toHaveAttribute("data-kept", "saved");
const standing = (page: Page) => page.getByRole("complementary", { name: "Where it stands" });

/** Puts HTML on the clipboard of a paste, as Word or a web page does. */
const paste = (page: Page, html: string, text: string) =>
  box(page).evaluate(
    (el, { html, text }) => {
      const data = new DataTransfer();
      data.setData("text/html", html);
      data.setData("text/plain", text);
      el.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
    },
    { html, text },
  );

test("the life of a policy: from a template to people who have read it, and on to its next edition", async ({ page }) => {
  test.setTimeout(300_000);
  const dialogs: string[] = [];
  page.on("dialog", (d) => {
    dialogs.push(d.message());
    void d.dismiss();
  });
  await page.setViewportSize({ width: 1440, height: 900 });
  await enter(page, "dana", "/o/northwind/policies");
  await expect(page.getByRole("heading", { name: "Policies", level: 1 })).toBeVisible();
  await axe(page);

  // What a framework in use asks for stands first in the library. One of them becomes a suggestion.
  await page.getByRole("button", { name: "Library" }).click();
  const library = page.getByRole("dialog", { name: "Pick from the library" });
  await expect(library.getByText("Asked for by a framework of yours").first()).toBeVisible();
  await axe(page);
  await library.getByRole("searchbox").fill("physical");
  await library.getByLabel("Physical Security Policy").check();
  await library.getByRole("button", { name: "Add as suggestions" }).click();
  await expect(page.getByText("1 policy added").first()).toBeVisible();
  const made = await find(page, "Physical Security Policy");
  expect(made.status).toBe("suggested");

  // Taken up: the template's words, with the organisation's name in them, in the editor.
  await page.goto(`/o/northwind/policies/${made.id}`);
  await standing(page).getByRole("button", { name: "Begin with the template's words" }).click();
  await expect(box(page)).toBeVisible();
  await axe(page);
  await box(page).click();
  await page.keyboard.press("Control+End");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: /^Style/ }).click();
  await page.getByRole("menuitem", { name: "Heading 2" }).click();
  await page.keyboard.type("Visitors");
  await page.keyboard.press("Enter");
  await page.keyboard.type("Visitors are met at the door and ");
  await page.keyboard.press("Control+b");
  await page.keyboard.type("never walk alone");
  await page.keyboard.press("Control+b");
  await page.keyboard.type(`. ${nasty}`);
  await page.keyboard.press("Enter");
  await kept(page);

  // What Word puts on the clipboard becomes a list, a table, a link; what could run does not come along.
  const item = (text: string) =>
    `<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>·&nbsp;</span>${text}<o:p></o:p></p>`;
  await paste(
    page,
    `<html><body><style>p{color:red}</style>${item("Badges are worn")}${item("Keys are counted")}
      <table><tr><th>Room</th><th>Who</th></tr><tr><td>Server room</td><td>Platform team</td></tr></table>
      <p>See <a href="https://example.com/rooms" onclick="alert(3)">the rooms</a> or <a href="javascript:alert(4)">this</a>.</p>
      <img src=x onerror="alert(5)"><script>alert(6)</script><iframe srcdoc="<script>alert(7)</script>"></iframe></body></html>`,
    "Badges are worn",
  );
  await expect(box(page).locator("li", { hasText: "Keys are counted" })).toBeVisible();
  await expect(box(page).locator("th", { hasText: "Room" })).toBeVisible();
  await expect(box(page).locator("a")).toHaveCount(1);
  expect(await page.locator("[data-editor] img[src], [data-editor] script, [data-editor] iframe").count()).toBe(0);
  await kept(page);
  await page.keyboard.press("Control+z");
  await expect(box(page).locator("li", { hasText: "Keys are counted" })).toHaveCount(0);
  await page.keyboard.press("Control+Shift+z");
  await expect(box(page).locator("li", { hasText: "Keys are counted" })).toBeVisible();
  await kept(page);

  // It is there when the page is read again, without the editor.
  await page.reload();
  await page.getByRole("button", { name: "Read", exact: true }).click();
  const words = page.getByRole("region", { name: /^Words of POL-/ });
  await expect(words.getByRole("heading", { name: "Visitors", exact: true })).toBeVisible();
  await expect(words.locator("strong", { hasText: "never walk alone" })).toBeVisible();
  await expect(words.getByText(nasty)).toBeVisible();
  await expect(words.getByRole("link", { name: "the rooms" })).toHaveAttribute("href", "https://example.com/rooms");
  await axe(page);

  // Nobody approves their own words alone.
  await standing(page).getByRole("button", { name: "Ask for approval" }).click();
  const submit = page.getByRole("dialog", { name: "Who approves version 1.0?" });
  await submit.getByRole("combobox", { name: "Add an approver" }).click();
  await page.getByRole("option", { name: /Ingrid Solberg/ }).click();
  await axe(page);
  await submit.getByRole("combobox", { name: "Add an approver" }).click();
  await page.getByRole("option", { name: /Priya Raman/ }).click();
  await submit.getByRole("button", { name: "Ask for approval" }).click();
  await expect(standing(page).getByText("Version 1.0 waits for Ingrid Solberg.")).toBeVisible();
  await expect(standing(page).getByRole("button", { name: "Approve" })).toHaveCount(0);

  // It is not Priya's turn yet; Ingrid sends it back, and has to say why.
  await enter(page, "priya", "/o/northwind/my-policies");
  await expect(page.getByText("Physical Security Policy")).toHaveCount(0);
  await enter(page, "ingrid", `/o/northwind/policies/${made.id}`);
  await standing(page).getByRole("button", { name: "Send back" }).click();
  const reject = page.getByRole("dialog", { name: "Send version 1.0 back?" });
  await reject.getByRole("button", { name: "Send back" }).click();
  await expect(reject.getByText("Say what has to change.")).toBeVisible();
  await reject.getByLabel("What has to change").fill(`Say who meets them. ${nasty}`);
  await reject.getByRole("button", { name: "Send back" }).click();
  await expect(standing(page).getByText(/^Sent back by Ingrid Solberg/)).toBeVisible();

  // Mended, submitted again, approved by both.
  await enter(page, "dana", `/o/northwind/policies/${made.id}`);
  await expect(standing(page).getByText(`Say who meets them. ${nasty}`)).toBeVisible();
  await standing(page).getByRole("button", { name: "Write", exact: true }).click();
  await box(page).click();
  await page.keyboard.press("Control+End");
  await page.keyboard.type("The host meets them.");
  await kept(page);
  await standing(page).getByRole("button", { name: "Ask for approval" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Ask for approval" }).click();
  await expect(standing(page).getByText("Version 1.0 waits for Ingrid Solberg.")).toBeVisible();
  await enter(page, "ingrid", `/o/northwind/policies/${made.id}`);
  await standing(page).getByRole("button", { name: "Approve" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Approve" }).click();
  await expect(standing(page).getByText("Version 1.0 waits for Priya Raman.")).toBeVisible();
  await enter(page, "priya", "/o/northwind/my-policies");
  await page.getByRole("link", { name: /Physical Security Policy/ }).click();
  await expect(page.getByText("The host meets them.")).toBeVisible();
  await axe(page);
  await page.getByRole("button", { name: "Approve" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Approve" }).click();
  await expect(page).toHaveURL(/my-policies$/);

  // Ratified, then published: from here on it never changes.
  await enter(page, "dana", `/o/northwind/policies/${made.id}`);
  await expect(page.getByText("Ratified").first()).toBeVisible();
  await standing(page).getByRole("button", { name: "Publish" }).click();
  const publish = page.getByRole("dialog", { name: /^Publish POL-\d{4}, version 1.0\?/ });
  await axe(page);
  await publish.getByRole("button", { name: "Publish" }).click();
  await expect(standing(page).getByText(/^Version 1.0 is in force since/)).toBeVisible();
  const first = (await find(page, "Physical Security Policy")).current;
  const locked = await ask(page, "PATCH", `/policy-versions/${first}`, { change_summary: "x" }, { "If-Match": '"1"' });
  expect([409, 412]).toContain(locked.status);
  const paper = await page.request.get(`/api/v1/policy-versions/${first}/pdf`);
  expect(paper.headers()["content-type"]).toContain("application/pdf");
  expect((await paper.body()).subarray(0, 5).toString()).toBe("%PDF-");

  // People are asked, and one of them reads and signs with their own name.
  await page.getByRole("tab", { name: "Acknowledgments" }).click();
  await page.getByRole("button", { name: "Ask to acknowledge" }).click();
  const form = page.getByRole("dialog", { name: /^Who shall acknowledge/ });
  await form.getByLabel("Who", { exact: true }).selectOption("departments");
  await form.getByRole("combobox", { name: /^Which departments/ }).click();
  await page.getByRole("option", { name: /^Executive/ }).click();
  await page.getByRole("option", { name: /^People/ }).click();
  await page.keyboard.press("Escape");
  await form.getByLabel("Message").fill(`Please read. ${nasty}`);
  await axe(page);
  await form.getByRole("button", { name: "Ask to acknowledge" }).click();
  await expect(page.getByText("0 of 2 people")).toBeVisible();
  await enter(page, "priya", "/o/northwind/my-policies");
  await expect(page.getByText(`Please read. ${nasty}`)).toBeVisible();
  await page.getByRole("link", { name: /Physical Security Policy/ }).click();
  await axe(page);
  const sign = page.getByRole("button", { name: "I have read it and follow it" });
  await expect(sign).toBeDisabled();
  await page.getByLabel("Your name").fill("Somebody Else");
  await sign.click();
  await expect(page.getByText("Type your name as it is written here: Priya Raman.")).toBeVisible();
  await page.getByLabel("Your name").fill("priya raman");
  await sign.click();
  await expect(page).toHaveURL(/my-policies$/);
  await expect(page.getByText("Read and acknowledged")).toBeVisible();

  // Who asked sees who has, and reminds who has not.
  await enter(page, "ingrid", "/o/northwind/policies/acknowledgments");
  await axe(page);
  await page.getByRole("button", { name: `1 has not ${made.ref}` }).click();
  const who = page.getByRole("dialog");
  await expect(who.getByRole("listitem").filter({ hasText: "Grace Novak" })).toContainText("Waiting");
  await expect(who.getByRole("listitem").filter({ hasText: "Priya Raman" })).not.toContainText("Waiting");
  await axe(page);
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: `Remind ${made.ref}` }).click();
  await expect(page.getByText("Those who have not acknowledged are reminded").first()).toBeVisible();

  // The next edition begins with these words; what changed is shown word by word.
  await enter(page, "dana", `/o/northwind/policies/${made.id}`);
  await standing(page).getByRole("button", { name: "Begin the next version" }).click();
  await expect(box(page)).toBeVisible();
  await box(page).click();
  await page.keyboard.press("Control+End");
  await page.keyboard.type(" Deliveries wait outside.");
  await kept(page);
  await page.getByRole("tab", { name: /^Versions/ }).click();
  await page.getByRole("button", { name: "Compare version 2.0 with the one before" }).click();
  await expect(page.locator("ins", { hasText: "Deliveries wait outside" })).toBeVisible();
  await axe(page);
  await page.getByRole("button", { name: "Side by side" }).click();
  await expect(page.getByRole("columnheader", { name: "v2.0" })).toBeVisible();
  await axe(page);
  expect(dialogs).toEqual([]);
});

test("two who write the same draft: nothing is lost, and whoever is second decides", async ({ page }) => {
  test.setTimeout(120_000);
  await page.setViewportSize({ width: 1440, height: 900 });
  await enter(page, "dana", "/o/northwind/policies");
  const made = await ask(page, "POST", "/policies", { title: `Written by two ${stamp}` });
  const v = (await ask(page, "POST", `/policies/${made.body.id}/versions`, {})).body;
  await page.goto(`/o/northwind/policies/${made.body.id}?edit=1`);
  await box(page).click();
  await page.keyboard.type("Mine.");
  await kept(page);
  const write = async (text: string) => {
    const now = (await ask(page, "GET", `/policy-versions/${v.id}`)).body;
    const content = { type: "doc", content: [{ type: "paragraph", content: [{ type: "text", text }] }] };
    const said = await ask(page, "PATCH", `/policy-versions/${v.id}`, { content }, { "If-Match": `"${now.version}"` });
    expect(said.status).toBe(200);
  };
  await write("Theirs.");
  await page.keyboard.type(" More of mine.");
  await expect(page.getByText("Somebody else has changed these words meanwhile.", { exact: false })).toBeVisible();
  await axe(page);
  await page.getByRole("button", { name: "Take theirs" }).click();
  await expect(box(page)).toHaveText("Theirs.");
  await write("Theirs again.");
  await box(page).click();
  await page.keyboard.press("Control+End");
  await page.keyboard.type(" And mine.");
  await page.getByRole("button", { name: "Keep mine" }).click();
  await kept(page);
  await expect.poll(async () => (await ask(page, "GET", `/policy-versions/${v.id}`)).body.text).toContain("And mine.");
});

test("a review turns amber, then red, as the organisation sets it; found good, its clock starts anew", async ({ page }) => {
  test.setTimeout(120_000);
  await page.setViewportSize({ width: 1440, height: 900 });
  await enter(page, "ingrid", "/o/northwind/policies/reviews");
  await axe(page);
  const row = page.getByRole("listitem").filter({ hasText: "Vulnerability and Patch Management Policy" });
  const light = async () => ((await ask(page, "GET", "/policies?q=Vulnerability%20and%20Patch")).body.items[0] as { light: string }).light;
  await expect.poll(light).toBe("green");
  const set = async (amber: string, red: string) => {
    await page.getByRole("link", { name: "Review settings" }).click();
    await page.getByLabel("Amber before the day").fill(amber);
    await page.getByLabel("Red before the day").fill(red);
    await page.getByRole("button", { name: "Save" }).click();
    await expect(page.getByText("Review settings saved").first()).toBeVisible();
  };
  // Amber is before red: the other way round is refused, in words.
  await page.getByRole("link", { name: "Review settings" }).click();
  await page.getByLabel("Amber before the day").fill("20");
  await page.getByLabel("Red before the day").fill("30");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("A review is amber before it is red: choose fewer days than for amber.")).toBeVisible();
  await axe(page);
  await set("365", "0");
  await expect.poll(light).toBe("amber");
  await set("365", "364");
  await expect.poll(light).toBe("red");
  await set("30", "0");
  await expect.poll(light).toBe("green");

  // The demo has one whose day has passed: somebody looks at it and finds it good.
  await page.getByRole("link", { name: /^Upcoming reviews/ }).click();
  const late = page.getByRole("listitem").filter({ hasText: "Acceptable Use Policy" });
  await expect(late.getByText(/overdue/)).toBeVisible();
  await late.getByRole("button", { name: "No change" }).click();
  await expect(late.getByText(/overdue/)).toHaveCount(0);
  await expect(row).toBeVisible();
});

test("the roadmap: what has no day stands at the end, what has one in its month, and opens", async ({ page }) => {
  test.setTimeout(60_000);
  await page.setViewportSize({ width: 1440, height: 900 });
  await enter(page, "ingrid", "/o/northwind/policies/roadmap");
  const title = `Clear desks ${Date.now()}`;
  const made = (await ask(page, "POST", "/policies", { title })).body as { id: string; version: number };
  const lane = (name: string | RegExp) => page.getByRole("listitem").filter({ has: page.getByRole("heading", { level: 2, name }) });
  const card = (of: ReturnType<typeof lane>) => of.getByRole("link", { name: title });
  await page.reload();
  await expect(card(lane(/^No day yet/))).toHaveCount(1);
  const plan = async (day: Date) => {
    const now = (await ask(page, "GET", `/policies/${made.id}`)).body as { version: number };
    const change = { planned_on: day.toISOString().slice(0, 10) };
    expect((await ask(page, "PATCH", `/policies/${made.id}`, change, { "If-Match": `"${now.version}"` })).status).toBe(200);
    await page.reload();
  };
  const next = new Date(Date.UTC(new Date().getUTCFullYear(), new Date().getUTCMonth() + 1, 15));
  await plan(next);
  await expect(card(lane(/^No day yet/))).toHaveCount(0);
  const month = new Intl.DateTimeFormat("en-US", { month: "short", year: "numeric", timeZone: "UTC" }).format(next);
  await expect(card(lane(new RegExp(`^${month}`)))).toHaveCount(1);
  await plan(new Date(Date.now() - 40 * 86_400_000));
  await expect(card(lane(/^Late/))).toHaveCount(1);
  await card(lane(/^Late/)).click();
  await expect(page.getByRole("heading", { level: 1, name: title })).toBeVisible();
  await ask(page, "DELETE", `/policies/${made.id}`);
});

test("exceptions: asked for, approved by somebody else, declined with a reason", async ({ page }) => {
  test.setTimeout(120_000);
  await page.setViewportSize({ width: 1440, height: 900 });
  await enter(page, "dana", "/o/northwind/policies/exceptions");
  await axe(page);
  const subject = `The old scanner ${stamp} ${nasty}`;
  await page.getByRole("button", { name: "New exception" }).first().click();
  const form = page.getByRole("dialog", { name: "New exception" });
  await form.getByRole("combobox", { name: /^Policy:/ }).click();
  await page.getByPlaceholder("Find a policy").fill("Access");
  await page.getByRole("option", { name: /Access Control Policy/ }).click();
  await form.getByLabel("Who or what").fill(subject);
  await form.getByLabel("Which part of the policy").fill("Everybody signs in with an account of their own");
  await form.getByLabel("Why", { exact: true }).fill(`It knows one account. ${nasty}`);
  await form.getByLabel("Until").fill(new Date(Date.now() + 60 * 86_400_000).toISOString().slice(0, 10));
  await axe(page);
  await form.getByRole("button", { name: "Ask for it" }).click();
  const line = page.getByRole("listitem").filter({ hasText: subject });
  await expect(line.getByText("You asked for this: somebody else has to approve it.")).toBeVisible();
  await enter(page, "ingrid", "/o/northwind/policies/exceptions?state=requested");
  await page.getByRole("listitem").filter({ hasText: subject }).getByRole("button", { name: "Approve" }).click();
  await expect(page.getByText("Exception approved").first()).toBeVisible();
});

/** A PDF of one page with a line on it. */
function pdf(line: string): Buffer {
  const objects = [
    "<< /Type /Catalog /Pages 2 0 R >>",
    "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 200] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>",
    `<< /Length ${line.length + 30} >>\nstream\nBT /F 14 Tf 20 150 Td (${line}) Tj ET\nendstream`,
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
  ];
  let out = "%PDF-1.4\n";
  const at = objects.map((o, i) => {
    const here = out.length;
    out += `${i + 1} 0 obj\n${o}\nendobj\n`;
    return here;
  });
  const table = out.length;
  out += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${at.map((n) => `${String(n).padStart(10, "0")} 00000 n \n`).join("")}`;
  return Buffer.from(`${out}trailer << /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${table}\n%%EOF\n`);
}

test("a document that is there already is uploaded in place of a text", async ({ page }) => {
  test.setTimeout(120_000);
  await page.setViewportSize({ width: 1440, height: 900 });
  await enter(page, "dana", "/o/northwind/policies");
  const made = await ask(page, "POST", "/policies", { title: `On paper ${stamp}` });
  await page.goto(`/o/northwind/policies/${made.body.id}`);
  await expect(page.getByText("No words yet").first()).toBeVisible();
  await axe(page);
  await page
    .locator("input[type=file]")
    .first()
    .setInputFiles({ name: "paper.pdf", mimeType: "application/pdf", buffer: pdf("Windows are shut at night") });
  await expect(page.getByText("paper.pdf uploaded").first()).toBeVisible();
  // The browser's own viewer where it has one; else the words, or the file.
  await expect(page.getByTitle("paper.pdf").or(page.getByText("paper.pdf").first()).first()).toBeVisible();
  const v = (await find(page, `On paper ${stamp}`)).working;
  const file = await page.request.get(`/api/v1/policy-versions/${v}/document?inline=true`);
  expect(file.headers()["content-disposition"]).toContain("inline");
  expect(file.headers()["content-security-policy"]).toContain("sandbox");
  await axe(page);
});

test.describe("refusals", () => {
  test("an auditor reads and writes nothing; an executive has what they are asked", async ({ page }) => {
    test.setTimeout(120_000);
    await enter(page, "lena", "/o/northwind/policies");
    await expect(page.getByRole("button", { name: "New policy" })).toHaveCount(0);
    await expect(page.getByRole("button", { name: "Library" })).toHaveCount(0);
    const draft = await find(page, "Breach Notification Policy");
    await page.goto(`/o/northwind/policies/${draft.id}?edit=1`);
    await expect(page.getByRole("heading", { level: 1 })).toContainText("Breach Notification Policy");
    await expect(page.getByRole("button", { name: "Ask for approval" })).toHaveCount(0);
    await expect(box(page)).toHaveCount(0);
    for (const [method, path] of [
      ["POST", `/policies/${draft.id}/versions`],
      ["POST", `/policy-versions/${draft.working}/submit`],
      ["POST", `/policies/${draft.id}/archive`],
    ] as const)
      expect((await ask(page, method, path, { approvers: ["x"] })).status, path).toBe(403);
    await enter(page, "priya", `/o/northwind/policies/${draft.id}`);
    await expect(page).toHaveURL(/my-policies$/);
    expect((await ask(page, "GET", "/policies")).status).toBe(403);
    expect((await ask(page, "GET", `/my-policies/${draft.working}`)).status).toBe(404);
  });
});

for (const colorScheme of ["light", "dark"] as const)
  test.describe(colorScheme, () => {
    test.use({ colorScheme });
    test("every screen of the module, wide and on a phone", async ({ page }) => {
      test.setTimeout(240_000);
      await enter(page, "ingrid", "/o/northwind/policies");
      const access = (await find(page, "Access Control Policy")).id;
      const screens = [
        "policies",
        `policies?open=${access}`,
        "policies/reviews",
        "policies/roadmap",
        "policies/board",
        "policies/acknowledgments",
        "policies/exceptions",
        "policies/settings",
        `policies/${access}`,
        `policies/${access}?tab=versions`,
        `policies/${access}?tab=acknowledgments`,
        `policies/${access}?tab=exceptions`,
        `policies/${access}?tab=history`,
        "my-policies",
      ];
      for (const [width, height] of [
        [1440, 900],
        [390, 844],
      ] as const) {
        await page.setViewportSize({ width, height });
        for (const screen of screens) {
          await page.goto(`/o/northwind/${screen}`);
          await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
          await expect(page.locator("[aria-busy=true], .skeleton")).toHaveCount(0);
          await axe(page);
          const wide = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
          expect(wide, `${screen} scrolls sideways at ${width}`).toBe(false);
        }
      }
    });
  });
