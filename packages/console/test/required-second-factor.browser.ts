import AxeBuilder from "@axe-core/playwright";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { codeOf } from "../../server/test/browser-session.ts";
import { midHalfMinute } from "./mid-half-minute.ts";
import { type ConsoleUnderTest, NO_BROWSER, startConsole } from "./start-console.ts";

const PASSWORD = "correct horse battery";

describe.skipIf(NO_BROWSER !== undefined)("a second factor that is required", { timeout: 120_000 }, () => {
  let under: ConsoleUnderTest;
  beforeAll(async () => {
    under = await startConsole("Ann Example", { SAFEGUARD_SECOND_FACTOR: "required" });
  }, 120_000);
  afterAll(() => under?.stop());

  const shows = (text: string) => under.page.getByRole("heading", { level: 1, name: text }).waitFor();
  async function faultsOfBothThemes(): Promise<void> {
    const { page } = under;
    for (const scheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme: scheme });
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect([scheme, violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])]).toEqual([scheme, []]);
    }
    const width = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(width).toBeLessThanOrEqual(0);
  }

  it("stands in the place of every page until it is set up, and then the page opens that was asked for", async () => {
    const { page, url } = under;
    for (const path of ["/overview", "/settings/sign-in", "/settings/people?q=ann"]) {
      await page.goto(`${url}${path}`);
      await shows("First a second factor");
      expect(await page.getByRole("navigation").count()).toBe(0);
    }
    await page.getByText("Signed in as Ann Example, ann@example.com").waitFor();
    await faultsOfBothThemes();
    await page.getByLabel("Your password now").fill(PASSWORD);
    await page.getByRole("button", { name: "Go on" }).click();
    const secret = ((await page.getByTestId("secret").textContent()) ?? "").replaceAll(" ", "");
    await page.setViewportSize({ width: 360, height: 800 });
    await faultsOfBothThemes();
    const code = codeOf(`otpauth://totp/x?secret=${secret}`, await midHalfMinute());
    await page.getByLabel("The code that it shows now").fill(code);
    await page.getByRole("button", { name: "Turn it on" }).click();
    await page.getByTestId("recovery-codes").waitFor();
    await faultsOfBothThemes();
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.getByRole("button", { name: "I have kept them" }).click();

    const row = page.getByRole("row", { name: /Ann Example/ });
    await row.getByText("On", { exact: true }).waitFor();
    expect(new URL(page.url()).pathname).toBe("/settings/people");
    await faultsOfBothThemes();
  });

  it("is asked for once more after it was turned off, in the reader's language", async () => {
    const { page, url } = under;
    await page.goto(`${url}/settings/sign-in`);
    await page.getByRole("button", { name: "Turn it off" }).click();
    await page.getByLabel("Your password now").fill(PASSWORD);
    await page.getByRole("dialog").getByRole("button", { name: "Turn it off" }).click();
    await shows("First a second factor");
    await page.evaluate(() => window.localStorage.setItem("safeguard-language", "nl"));
    await page.reload();
    await shows("Eerst een tweede factor");
    await page.getByRole("button", { name: "Afmelden" }).click();
    await page.waitForURL("**/sign-in");
    expect(under.complaints).toEqual([]);
  });
});
