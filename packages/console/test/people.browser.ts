import AxeBuilder from "@axe-core/playwright";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { codeOf } from "../../server/test/browser-session.ts";
import { midHalfMinute } from "./mid-half-minute.ts";
import { type ConsoleUnderTest, NO_BROWSER, startConsole } from "./start-console.ts";

const PASSWORD = "correct horse battery";

describe.skipIf(NO_BROWSER !== undefined)("people and settings, in the browser", { timeout: 120_000 }, () => {
  let under: ConsoleUnderTest;
  beforeAll(async () => {
    under = await startConsole();
  }, 120_000);
  afterAll(() => under?.stop());

  const go = (path: string) => under.page.goto(`${under.url}${path}`);
  /** Another browser of its own. */
  async function elsewhere(): Promise<Page> {
    const context = await under.context.browser()?.newContext({ locale: "en-GB" });
    if (context === undefined) throw new Error("the browser is gone");
    return context.newPage();
  }
  async function signIn(page: Page, email: string, password = PASSWORD): Promise<void> {
    await page.goto(`${under.url}/sign-in`);
    await page.getByLabel("E-mail address").fill(email);
    await page.locator("input[autocomplete=current-password]").fill(password);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
  }

  it("invites somebody, who comes in by the link, and is not offered what the role does not permit", async () => {
    const { page } = under;
    await go("/settings/people");
    await page.getByRole("button", { name: "Invite somebody" }).click();
    await page.getByLabel("Name").last().fill("Bo Example");
    await page.getByLabel("E-mail address").fill("bo@example.com");
    await page.getByRole("radio", { name: "Analyst" }).check();
    await page.getByRole("button", { name: "Make the link" }).click();
    const link = await page.getByLabel("Invitation").inputValue();
    expect(link).toMatch(new RegExp(`^${under.url}/join#`));
    await page.getByRole("dialog").getByRole("button", { name: "Close" }).first().click();

    const bo = await elsewhere();
    await bo.goto(link);
    await bo.getByLabel("New password").fill(PASSWORD);
    await bo.getByLabel("The same once more").fill(PASSWORD);
    await bo.getByRole("button").last().click();
    await bo.waitForURL("**/overview");
    await bo.goto(`${under.url}/settings/people`);
    await bo.getByText("Only owners change this.").waitFor();
    expect(await bo.getByRole("button", { name: "Invite somebody" }).count()).toBe(0);
    await bo.goto(`${under.url}/settings/account`);
    await bo.getByText("Only owners change these.").waitFor();
    expect(await bo.getByRole("textbox", { name: "Name" }).isDisabled()).toBe(true);
    await bo.context().close();
  });

  it("finds people by the address of the page, changes a role, and removes somebody", async () => {
    const { page } = under;
    await go("/settings/people?q=bo");
    const row = page.getByRole("row", { name: /Bo Example/ });
    await row.waitFor();
    expect(await page.getByRole("row", { name: /Ann Example/ }).count()).toBe(0);
    await page.getByRole("button", { name: "What can be done with Bo Example" }).click();
    await page.getByRole("menuitem", { name: "Change the role …" }).click();
    await page.getByRole("radio", { name: "Operator" }).check();
    await page.getByRole("button", { name: "Give this role" }).click();
    await row.getByText("Operator").last().waitFor();

    await page.getByRole("button", { name: "What can be done with Bo Example" }).click();
    await page.getByRole("menuitem", { name: "Make an invitation …" }).click();
    await page.getByText("This person has a login already").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "hidden" });

    await page.getByRole("button", { name: "What can be done with Bo Example" }).click();
    await page.getByRole("menuitem", { name: "Remove …" }).click();
    await page.getByRole("button", { name: "Remove Bo Example" }).click();
    await page.getByText("Nobody matches").waitFor();

    // Who has a login already needs no link.
    await page.getByRole("button", { name: "Invite somebody" }).click();
    await page.getByRole("textbox", { name: "Name" }).last().fill("Bo Again");
    await page.getByRole("textbox", { name: "E-mail address" }).fill("bo@example.com");
    await page.getByRole("button", { name: "Make the link" }).click();
    await page.getByText("Bo Again is a member now").waitFor();
  });

  it("shows the last owner the server's own words instead of letting him lock himself out", async () => {
    const { page } = under;
    await go("/settings/people");
    await page.getByRole("button", { name: "What can be done with Ann Example" }).click();
    await page.getByRole("menuitem", { name: "Remove …" }).click();
    await page.getByRole("button", { name: "Remove Ann Example" }).click();
    await page.getByText("This is the account's last owner").waitFor();
  });

  it("sets up a second factor, which the next sign-in asks for, and takes a recovery code for it", async () => {
    const { page } = under;
    await go("/settings/sign-in");
    await page.getByRole("button", { name: "Set it up" }).click();
    await page.getByLabel("Your password now").fill("not the password at all");
    await page.getByRole("button", { name: "Go on" }).click();
    await page.getByRole("alert").getByText("Invalid password").waitFor();
    await page.getByLabel("Your password now").fill(PASSWORD);
    await page.getByRole("button", { name: "Go on" }).click();
    const secret = ((await page.getByTestId("secret").textContent()) ?? "").replaceAll(" ", "");
    await page.getByRole("img", { name: "The secret as a QR code" }).waitFor();
    const uri = `otpauth://totp/x?secret=${secret}`;
    await page.getByLabel("The code that it shows now").fill(codeOf(uri, (await midHalfMinute()) + 30_000));
    await page.getByRole("button", { name: "Turn it on" }).click();
    await page.getByRole("alert").getByText("of the half minute after this one").waitFor();
    await page.getByLabel("The code that it shows now").fill(codeOf(uri, await midHalfMinute()));
    await page.getByRole("button", { name: "Turn it on" }).click();
    await page.getByTestId("recovery-codes").waitFor();
    const codes = await page.getByTestId("recovery-codes").locator("code").allTextContents();
    expect(codes).toHaveLength(10);
    await page.getByRole("button", { name: "I have kept them" }).click();
    await page.getByText("After the password, signing in asks for a code from your app.").waitFor();

    const other = await elsewhere();
    await signIn(other, "ann@example.com");
    await other.getByRole("button", { name: /recovery code/i }).click();
    await other.getByRole("textbox").fill(codes[0] ?? "");
    await other.getByRole("button", { name: "Sign in", exact: true }).click();
    await other.waitForURL("**/overview");

    await page.reload();
    await page.getByText("This browser").waitFor();
    expect(await page.getByRole("listitem").getByRole("button", { name: "End it" }).count()).toBe(1);
    await page.getByRole("button", { name: "End all others" }).click();
    await page.getByRole("listitem").getByRole("button", { name: "End it" }).waitFor({ state: "detached" });
    await other.goto(`${under.url}/overview`);
    await other.waitForURL("**/sign-in**");
    await other.context().close();

    await page.getByRole("button", { name: "Turn it off" }).click();
    await page.getByLabel("Your password now").fill(PASSWORD);
    await page.getByRole("dialog").getByRole("button", { name: "Turn it off" }).click();
    await page.getByRole("button", { name: "Set it up" }).waitFor();
  });

  it("changes the password with the old one, and says which it does not take", async () => {
    const { page } = under;
    await page.getByRole("button", { name: "Change the password" }).click();
    await page.getByLabel("Your password now").fill(PASSWORD);
    const dialog = page.getByRole("dialog");
    const choose = async (password: string): Promise<void> => {
      await dialog.getByLabel("New password").fill(password);
      await dialog.getByLabel("The same once more").fill(password);
      await dialog.getByRole("button", { name: "Change it" }).click();
    };
    await choose("qwerty123456");
    await dialog.getByRole("alert").getByText("is one of the commonest").waitFor();
    await choose("another good sentence");
    await page.getByText("The password is changed").waitFor();
    await page.reload();
    await page.getByText("This browser").waitFor();
  });

  it("brings who is not signed in to where he wanted to go", async () => {
    const page = await elsewhere();
    await page.goto(`${under.url}/settings/people?q=ann`);
    await page.waitForURL("**/sign-in?to=**");
    expect(new URL(page.url()).searchParams.get("to")).toBe("/settings/people?q=ann");
    await page.getByLabel("E-mail address").fill("ann@example.com");
    await page.locator("input[autocomplete=current-password]").fill("another good sentence");
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.getByRole("row", { name: /Ann Example/ }).waitFor();
    expect(page.url()).toBe(`${under.url}/settings/people?q=ann`);
    await page.context().close();
  });

  it("saves only what was changed of the settings, and shows it again", async () => {
    const { page } = under;
    await go("/settings/account");
    await page.getByRole("textbox", { name: "Name" }).fill("Example shop");
    await page.getByRole("radio", { name: "Send them once more" }).check();
    const [request] = await Promise.all([
      page.waitForRequest((one) => one.method() === "PATCH"),
      page.getByRole("button", { name: "Save", exact: true }).click(),
    ]);
    expect(request.postDataJSON()).toEqual({ name: "Example shop", onInDoubt: "resend" });
    await page.getByText("The settings are saved").waitFor();
    await page.reload();
    expect(await page.getByRole("textbox", { name: "Name" }).inputValue()).toBe("Example shop");
    expect(await page.getByRole("radio", { name: "Send them once more" }).isChecked()).toBe(true);
    await page.getByRole("row", { name: /Messages, deliveries and outcomes 90 days/ }).waitFor();
  });

  it("has no fault that axe finds, and the page's policy has refused nothing", async () => {
    const { page } = under;
    for (const scheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme: scheme });
      for (const path of ["/settings/people", "/settings/sign-in", "/settings/account"]) {
        await go(path);
        await page.getByRole("heading", { level: 1 }).waitFor();
        await page.locator("[aria-busy=true]").first().waitFor({ state: "detached" });
        const { violations } = await new AxeBuilder({ page }).analyze();
        expect([scheme, path, violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])]).toEqual([
          scheme,
          path,
          [],
        ]);
      }
    }
    expect(under.complaints).toEqual([]);
  });
});
