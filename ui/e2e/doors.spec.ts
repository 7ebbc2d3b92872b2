import { enter, mailedLink, someone, totp } from "./door";
import { axe, expect, test } from "./fixture";
import { account } from "./setup";

// A browser notes every refusal on its console; these walks provoke them.
test.use({ expected: [/status of (401|404|409|422|428)/] });

const password = "seven quiet harbour lamps";

test("signing in goes to the page that was asked for, and says when it was wrong", async ({ page }) => {
  const { email, password: right } = account("dana");
  await page.goto("/o/northwind/profile?tab=tokens");
  await page.waitForURL("**/sign-in?next=*");
  await expect(page).toHaveTitle("Sign in to Assay · Assay");
  await axe(page);
  await page.getByLabel("E-mail address").fill(email);
  await page.getByLabel("Password", { exact: true }).fill("not the password at all");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("alert")).toContainText("is not right");
  await page.getByLabel("Password", { exact: true }).fill(right);
  await page.keyboard.press("Enter");
  await page.waitForURL("**/profile?tab=tokens");
  await expect(page.getByRole("heading", { level: 1, name: "Profile and security" })).toBeVisible();

  // The session ends elsewhere: the page says so, and leads back.
  await page.context().clearCookies();
  await page.getByRole("tab", { name: "Security" }).click();
  await page.waitForURL("**/sign-in?next=*ended=true");
  await expect(page.getByText("You were signed out.")).toBeVisible();
});

test("a link that does not work says why and what to do instead", async ({ page }) => {
  await page.goto("/join#nothing-like-a-token");
  await expect(page.getByRole("heading", { name: "This link does not work" })).toBeVisible();
  await expect(page.getByRole("alert")).toContainText("not known here");
  await axe(page);
  await page.goto("/reset");
  await expect(page.getByRole("alert")).toContainText("not complete");
  await page.getByRole("link", { name: "Ask for a new link" }).click();
  await expect(page.getByRole("heading", { name: "Choose a new password" })).toBeVisible();
  await axe(page);
});

test("an invited person joins, guards the account with a second step, and comes back by code and by recovery code", async ({
  page,
  browser,
}) => {
  const email = someone("noor");
  await enter(page, "ingrid", "/o/northwind/members?invite=true");
  await page.getByLabel("E-mail address").fill(email);
  await page.getByRole("radio", { name: /Auditor/ }).check();
  await page.getByLabel(/^Name/).fill("Noor Haddad");
  await page.getByRole("button", { name: "Send the invitation" }).click();
  await expect(page.getByText(`Invitation sent to ${email}`)).toBeVisible();
  const link = await mailedLink(page, email, "invitation");

  const context = await browser.newContext({ colorScheme: "dark", viewport: { width: 390, height: 844 }, hasTouch: true });
  const guest = await context.newPage();
  await guest.goto(link);
  await expect(guest.getByText("You are invited as Auditor.")).toBeVisible();
  await axe(guest);
  await expect(guest.getByLabel("Your name")).toHaveValue("Noor Haddad");
  await guest.getByLabel("Password", { exact: true }).fill("northwind");
  await expect(guest.getByText("9 of 15 characters")).toBeVisible();
  await guest.getByRole("button", { name: "Join Northwind Health" }).click();
  await expect(guest.getByText("Use at least 15 characters.")).toBeVisible();
  await guest.getByLabel("Password", { exact: true }).fill(password);
  await guest.getByRole("button", { name: "Join Northwind Health" }).click();
  await guest.waitForURL("**/o/northwind");

  await guest.goto(new URL("/o/northwind/profile?tab=security", link).href);
  await axe(guest);
  await guest.getByRole("button", { name: "Turn on" }).click();
  await guest.getByLabel("Current password").fill(password);
  await guest.getByRole("button", { name: "Continue" }).click();
  await expect(guest.getByRole("img", { name: /authenticator/ })).toBeVisible();
  await axe(guest);
  const secret = await guest.getByRole("dialog").locator("code").innerText();
  await guest.getByLabel("The code your app shows now").fill(totp(secret));
  const codes = guest.getByRole("list", { name: "Your recovery codes" }).getByRole("listitem");
  await expect(codes).toHaveCount(10);
  const recovery = await codes.first().innerText();
  await axe(guest);
  await guest.keyboard.press("Escape"); // shown once: only a button closes it
  await guest.getByLabel("I have saved these codes").check();
  await guest.getByRole("button", { name: "Done" }).click();
  await expect(guest.getByText("Two-step sign-in is on")).toBeVisible();

  const back = async () => {
    await guest.goto("about:blank"); // an open page would notice, and go to sign-in by itself
    await guest.context().clearCookies();
    await guest.goto(new URL("/sign-in", link).href);
    await guest.getByLabel("E-mail address").fill(email);
    await guest.getByLabel("Password", { exact: true }).fill(password);
    await guest.getByRole("button", { name: "Sign in" }).click();
    await expect(guest.getByRole("heading", { name: "Enter your code" })).toBeVisible();
  };
  await back();
  await axe(guest);
  await guest.getByLabel("Code").fill("000000"); // complete at its last digit, and sent at once
  await expect(guest.getByText("This code is not right, or was used before.", { exact: true })).toBeVisible();
  await guest.getByLabel("Code").fill(totp(secret, Date.now() + 30_000)); // the one of before was used
  await guest.waitForURL("**/o/northwind");
  await back();
  await guest.getByRole("button", { name: /use a recovery code/ }).click();
  await guest.getByLabel("Recovery code").fill(recovery);
  await guest.getByRole("button", { name: "Sign in" }).click();
  await guest.waitForURL("**/o/northwind");
  await guest.goto(new URL("/o/northwind/profile?tab=security", link).href);
  await expect(guest.getByText("9 of 10 left.")).toBeVisible();

  await guest.goto(link);
  await expect(guest.getByRole("alert")).toContainText("used already");
  await context.close();
});

test("a forgotten password is chosen anew by mail", async ({ page, browser }) => {
  const email = someone("elif");
  await enter(page, "ingrid", "/o/northwind/members");
  const made = await page.evaluate(
    (to) =>
      fetch("/api/v1/members", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ email: to, role: "user", name: "Elif" }),
      }).then((r) => r.status),
    email,
  );
  expect(made).toBe(200);
  const join = await mailedLink(page, email, "invitation");
  const context = await browser.newContext();
  const guest = await context.newPage();
  await guest.goto(join);
  await guest.getByLabel("Password", { exact: true }).fill(password);
  await guest.getByRole("button", { name: "Join Northwind Health" }).click();
  await guest.waitForURL("**/o/northwind");

  await guest.goto("about:blank"); // a page that is open would go to the door by itself
  await context.clearCookies();
  await guest.goto(new URL("/sign-in", join).href);
  await guest.getByRole("link", { name: "Forgot your password?" }).click();
  await guest.getByLabel("E-mail address").fill(email);
  await guest.getByRole("button", { name: "Send the link" }).click();
  await expect(guest.getByRole("heading", { name: "Look into your mail" })).toBeVisible();
  await axe(guest);
  const link = await mailedLink(page, email, "reset");
  await guest.goto(link);
  await guest.getByLabel("New password").fill("passwordpassword");
  await guest.getByRole("button", { name: "Save the password" }).click();
  await expect(guest.locator("[aria-invalid=true]")).toBeFocused();
  await guest.getByLabel("New password").fill("nine blue harbour bells");
  await guest.getByRole("button", { name: "Save the password" }).click();
  await expect(guest.getByRole("heading", { name: "Your password is changed" })).toBeVisible();
  await guest.getByRole("link", { name: "Sign in" }).click();
  await guest.getByLabel("E-mail address").fill(email);
  await guest.getByLabel("Password", { exact: true }).fill("nine blue harbour bells");
  await guest.getByRole("button", { name: "Sign in" }).click();
  await guest.waitForURL("**/o/northwind");
  await guest.goto(link);
  await expect(guest.getByRole("alert")).toContainText("used already");
  await context.close();
});

test("two tabs of one browser never write into the wrong organisation", async ({ page, context }) => {
  const { email, password: right } = account("ingrid");
  await page.goto("/sign-in?next=/o/northwind/profile");
  await page.getByLabel("E-mail address").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(right);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL("**/o/northwind/profile");
  const other = await context.newPage();
  await other.goto("/o/northwind/profile");
  await other.getByRole("button", { name: "Northwind Health" }).click();
  await other.getByRole("menuitem", { name: "Harbor Labs" }).click();
  await other.waitForURL("**/o/harbor-labs");

  await page.getByRole("tab", { name: "Access tokens" }).click();
  await expect(page.getByRole("dialog", { name: /another organisation in another tab/ })).toBeVisible();
  await axe(page);
  await page.getByRole("button", { name: "Go back to Northwind Health" }).click();
  await expect(page.getByRole("button", { name: "New token" }).first()).toBeVisible();

  await other.goto("/o/harbor-labs/profile");
  await expect(other.getByRole("heading", { name: "This page belongs to Harbor Labs" })).toBeVisible();
  await axe(other);
  await other.getByRole("button", { name: "Switch to Harbor Labs" }).click();
  await expect(other.getByRole("heading", { level: 1, name: "Profile and security" })).toBeVisible();
});
