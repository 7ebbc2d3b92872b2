import { enter } from "./door";
import { ask, axe, expect, test } from "./fixture";

test.use({ expected: [/status of 4(03|09|22)/] });

const stamp = Date.now().toString(36);
/** A day so many days from today. */
const day = (n: number) => new Date(Date.now() + n * 86_400_000).toISOString().slice(0, 10);

test("a new vendor is assessed in five steps, with its report, and approved: the clock moves", async ({ page }) => {
  test.setTimeout(180_000);
  await page.setViewportSize({ width: 1440, height: 900 });
  await enter(page, "ingrid", "/o/northwind/vendors");
  await expect(page.getByRole("heading", { name: "Vendors" })).toBeVisible();
  await axe(page);

  // A name is enough.
  const name = `Cloudbank ${stamp}`;
  await page.getByRole("button", { name: "New vendor" }).first().click();
  const form = page.getByRole("dialog", { name: "New vendor" });
  await form.getByLabel("Vendor", { exact: true }).fill(name);
  await form.getByLabel("Service").fill("Keeps copies of the backups");
  await form.getByRole("button", { name: "Create vendor" }).click();
  const record = page.getByRole("complementary", { name: "Vendor details" });
  await expect(record.getByText("Nobody has assessed this vendor.", { exact: true })).toBeVisible();
  await axe(page);

  // Step 1: who they are. Facts are written at the vendor.
  await record.getByRole("button", { name: "Conduct initial assessment" }).click();
  await expect(page).toHaveURL(/vendor-assessments\//);
  const steps = page.getByRole("navigation", { name: "Steps of the assessment" });
  await expect(steps.getByRole("button", { name: "Vendor" })).toHaveAttribute("aria-current", "step");
  await expect(page.getByLabel("Vendor", { exact: true }).last()).toHaveValue(name);
  await axe(page);
  await page.getByRole("button", { name: "Next" }).click();

  // Step 2: what they see, and what they have to show for it.
  const step = page.getByRole("region", { name: "Data and service" });
  await step.getByRole("button", { name: "Classification" }).or(step.getByText("Not classified")).first().click();
  await page.getByRole("menuitem", { name: "Restricted" }).click();
  await expect(step.getByText("Restricted")).toBeVisible();
  await step.getByRole("button", { name: "Add attestation" }).click();
  const proof = page.getByRole("dialog", { name: "Add attestation" });
  await axe(page);
  await proof
    .locator("input[type=file]")
    .setInputFiles({ name: "soc2.txt", mimeType: "text/plain", buffer: Buffer.from("The auditors found nothing.\n") });
  await expect(proof.getByLabel("File")).toContainText("soc2.txt");
  await proof.getByLabel("Period from").fill(day(-400));
  await proof.getByLabel("Period to").fill(day(-330));
  await proof.getByRole("button", { name: "Save" }).click();
  await expect(step.getByText("Expiring")).toBeVisible();
  await expect(step.getByRole("link", { name: "soc2.txt", exact: true }).first()).toHaveAttribute("href", /attachments/);
  await axe(page);
  await page.getByRole("button", { name: "Next" }).click();

  // Step 3: the score is seen as it is made, and restricted data keeps the tier up.
  const standing = page.getByRole("complementary", { name: "What is concluded" });
  await page.getByRole("group", { name: "Likelihood" }).getByText("Unlikely").click();
  await page.getByRole("group", { name: "Impact" }).getByText("Minor").click();
  await expect(standing.getByText("4High")).toBeVisible();
  await expect(standing.getByText(/^The next review would be due on/)).toBeVisible();
  await page.getByRole("group", { name: "Likelihood" }).getByText("Almost certain").click();
  await page.getByRole("group", { name: "Impact" }).getByText("Severe").click();
  await expect(standing.getByText("25Critical")).toBeVisible();
  await axe(page);
  await page.getByRole("button", { name: "Next" }).click();

  // Step 4: notes, and legal.
  await page.getByLabel("Notes").fill("Read the report of last year.");
  await page.getByRole("switch", { name: "Legal has to look at it" }).click();
  await expect(page.getByRole("switch", { name: "Legal has looked at it" })).toBeVisible();
  await axe(page);
  await page.getByRole("button", { name: "Next" }).click();

  // Step 5: not before legal has looked at it. The draft is there after a reload.
  await page.getByRole("textbox", { name: "Conclusion" }).fill("Good enough, with a review twice a year.");
  await expect(page.getByText("Legal has yet to look at it: it cannot be approved before.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Conclude and approve" })).toBeDisabled();
  await page.getByRole("button", { name: "Back" }).click();
  const draft = `/vendor-assessments/${new URL(page.url()).pathname.split("/").pop()}`;
  await expect.poll(async () => (await ask(page, "GET", draft)).body.step).toBe(4);
  await page.reload();
  await expect(page.getByLabel("Notes")).toHaveValue("Read the report of last year.");
  await page.getByRole("switch", { name: "Legal has looked at it" }).click();
  await expect(page.getByRole("switch", { name: "Legal has looked at it" })).toBeChecked();
  await page.getByRole("button", { name: "Next" }).click();
  await expect(page.getByRole("textbox", { name: "Conclusion" })).toHaveValue("Good enough, with a review twice a year.");
  await axe(page);
  await page.getByRole("button", { name: "Conclude and approve" }).click();
  await expect(page.getByText(/^Concluded by Ingrid Solberg on/)).toBeVisible();
  await axe(page);

  // The vendor: approved, critical, its clock moved by six months; the report asks for a newer one.
  await page.getByRole("link", { name }).click();
  await expect(page.getByText("Reviewed every 6 months")).toBeVisible();
  await expect(page.getByText("Approved").first()).toBeVisible();
  await expect(page.getByText("Expiring").first()).toBeVisible();
  await axe(page);
  await page.getByRole("link", { name: "Vendors", exact: true }).last().click();
  const card = page.getByRole("button", { name: /^Critical/ }).first();
  await card.click();
  await expect(card).toHaveAttribute("aria-pressed", "true");
  await expect(page.getByRole("row", { name: new RegExp(name) })).toContainText("Critical");
});

test("clocks, attestations and contracts of the story say what to do", async ({ page }) => {
  test.setTimeout(120_000);
  await page.setViewportSize({ width: 1440, height: 900 });
  await enter(page, "ingrid", "/o/northwind/vendors?sort=ref");
  const record = page.getByRole("complementary", { name: "Vendor details" });
  const open = async (vendor: string) => {
    await page.getByRole("grid", { name: "Vendors" }).getByText(vendor, { exact: true }).click();
    await expect(record.getByLabel("Vendor", { exact: true })).toHaveValue(vendor);
  };
  await open("Cumulus Hosting");
  await expect(record.getByRole("button", { name: "Review due soon" })).toBeVisible();
  await open("Ledgerly");
  await expect(record.getByRole("button", { name: "Review overdue" })).toBeVisible();
  await open("Keystone Identity");
  await expect(record.getByText("Expired").first()).toBeVisible();
  await expect(record.getByText("Ask “Keystone Identity” for a newer SOC 2 Type II")).toBeVisible();
  await open("Scribewell");
  await expect(record.getByRole("link", { name: "Go on with the assessment" })).toBeVisible();

  // A contract with a file, a sum, a day on which it has to be decided.
  await record.getByRole("button", { name: "Add contract" }).click();
  const deal = page.getByRole("dialog", { name: "Add contract" });
  await axe(page);
  await deal.getByRole("textbox", { name: "Contract" }).fill(`Order ${stamp}`);
  await deal.getByLabel("Ends").fill(day(75));
  await deal.getByLabel("Notice").fill("60");
  await deal.getByLabel("Amount a year").fill("1200");
  await deal.getByRole("button", { name: "Save" }).click();
  await expect(record.getByText(/^Decide by/)).toBeVisible();
  await expect(record.getByText("$1,200")).toBeVisible();

  // Charts are menus: a part shows what it counts.
  const classes = page.getByRole("region", { name: "Data sensitivity" });
  await classes.getByRole("button", { name: /^Restricted/ }).click();
  await expect(page).toHaveURL(/classification=/);
  await expect(page.getByRole("row", { name: /Loomdesk/ })).toBeVisible();
  await expect(page.getByRole("row", { name: /Postwing/ })).toHaveCount(0);
  const impact = page.getByRole("region", { name: "Business impact" }).getByRole("button", { name: /^Severe/ });
  await impact.click();
  await expect(page).toHaveURL(/impact=5/);
  await expect(page.getByRole("row", { name: /Cumulus Hosting/ })).toBeVisible();
  await expect(page.getByRole("row", { name: /Loomdesk/ })).toHaveCount(0);
});

test("a questionnaire is answered and judged", async ({ page }) => {
  test.setTimeout(120_000);
  await page.setViewportSize({ width: 1440, height: 900 });
  await enter(page, "ingrid", "/o/northwind/vendors?q=Polltree");
  await page.getByRole("grid", { name: "Vendors" }).getByText("Polltree", { exact: true }).click();
  const record = page.getByRole("complementary", { name: "Vendor details" });
  await record.getByRole("button", { name: "Put questions" }).click();
  const put = page.getByRole("dialog", { name: /^Put questions to Polltree/ });
  await put.getByLabel("How thorough").selectOption("3");
  await put.getByRole("button", { name: "Put questions" }).click();
  await expect(page.getByText("0 of 23 answered")).toBeVisible();
  await axe(page);
  const first = page.getByRole("listitem").filter({ hasText: "VQ-001" });
  await first.getByRole("button", { name: "No", exact: true }).click();
  await expect(page.getByText("1 of 23 answered")).toBeVisible();
  await expect(first.getByLabel("Follow up").first()).toBeVisible();
  await first.getByRole("button", { name: "Accepted" }).click();
  await expect(page.getByRole("button", { name: "0 to look at" })).toBeVisible();
  await expect(page.getByText("100%")).toBeVisible();
  const second = page.getByRole("listitem").filter({ hasText: "VQ-002" });
  await second.getByLabel("Your answer").fill("Their security officer");
  await second.getByLabel("Your answer").blur();
  await expect(page.getByText("2 of 23 answered")).toBeVisible();
  await axe(page);
});

test.describe("doors", () => {
  test("an executive has figures and no register", async ({ page }) => {
    await enter(page, "priya", "/o/northwind");
    await expect(page.getByRole("navigation").getByRole("link", { name: "Vendors" })).toHaveCount(0);
    await expect(page.getByRole("heading", { name: "Vendors" })).toBeVisible({ timeout: 30_000 });
    await axe(page);
    expect((await ask(page, "GET", "/vendors")).status).toBe(403);
    expect((await ask(page, "GET", "/vendors/figures")).status).toBe(200);
  });

  test("a user concludes and does not approve", async ({ page }) => {
    await enter(page, "dana", "/o/northwind/vendors?q=Brightquill");
    await page.getByRole("grid", { name: "Vendors" }).getByText("Brightquill", { exact: true }).click();
    const record = page.getByRole("complementary", { name: "Vendor details" });
    await expect(record.getByRole("button", { name: "Conduct initial assessment" })).toBeVisible();
    await expect(record.getByRole("button", { name: /^(Approve|Reject)/ })).toHaveCount(0);
  });
});

test("what is typed is text, on every screen, at both sizes and in both themes", async ({ page }) => {
  test.setTimeout(120_000);
  const evil = `<img src=x onerror=alert(1)>${stamp}`;
  let dialogs = 0;
  page.on("dialog", (d) => {
    dialogs++;
    void d.dismiss();
  });
  await enter(page, "ingrid", "/o/northwind/vendors");
  const made = await ask(page, "POST", "/vendors", {
    name: evil,
    service: evil,
    description: evil,
    category: evil.slice(0, 60),
    contact_name: evil,
    location: evil,
    purpose: evil,
    subservice: true,
  });
  const { id } = made.body;
  await ask(page, "POST", `/vendors/${id}/contracts`, { title: evil, number: evil, note: evil });
  await ask(page, "POST", `/vendors/${id}/attestations`, { type: "other", title: evil, exceptions: evil });
  const q = (await ask(page, "POST", `/vendors/${id}/questionnaires`, { depth: 3 })).body;
  const open = q.answers.find((x: { type: string }) => x.type === "text");
  await ask(page, "PATCH", `/vendor-answers/${open.id}`, { answer: [evil], note: evil, mark: "follow_up" }, { "If-Match": "1" });
  const a = (await ask(page, "POST", `/vendors/${id}/assessments`)).body;
  await ask(page, "PATCH", `/vendor-assessments/${a.id}`, { notes: evil, likelihood: 1, impact: 1, step: 5 }, { "If-Match": "1" });
  for (const [width, theme] of [
    [1440, "light"],
    [390, "dark"],
  ] as const) {
    await page.setViewportSize({ width, height: 844 });
    await page.emulateMedia({ colorScheme: theme });
    for (const path of [`vendors?open=${id}`, `vendors/${id}`, `vendor-assessments/${a.id}`, `vendor-questionnaires/${q.id}`]) {
      await page.goto(`/o/northwind/${path}`);
      await expect(
        page
          .getByText(evil)
          .or(page.locator("textarea", { hasText: evil }))
          .first(),
      ).toBeVisible();
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
      await axe(page);
    }
  }
  const ended = await ask(page, "POST", `/vendor-assessments/${a.id}/conclude`, { decision: "rejected", conclusion: evil });
  expect(ended.status).toBe(200);
  await page.goto(`/o/northwind/vendor-assessments/${a.id}`);
  await expect(page.getByText(evil).first()).toBeVisible();
  await axe(page);
  expect(dialogs).toBe(0);
});
