import AxeBuilder from "@axe-core/playwright";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ConsoleUnderTest, NO_BROWSER, startConsole } from "./start-console.ts";

describe.skipIf(NO_BROWSER !== undefined)("the command palette, in the browser", () => {
  let under: ConsoleUnderTest;
  beforeAll(async () => {
    under = await startConsole();
  });
  afterAll(() => under?.stop());

  const ask = async (words: string): Promise<void> => {
    const { page } = under;
    await page.getByRole("button", { name: "Go to …" }).waitFor();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.keyboard.press("Control+k");
    await page.getByPlaceholder("Page, destination, account …").fill(words);
  };

  it("goes to a page by its name, by the keyboard alone", async () => {
    const { page } = under;
    await ask("audit");
    await page.getByRole("dialog").getByText("Audit log").waitFor();
    await page.keyboard.press("Enter");
    await page.waitForURL("**/channels/settings/audit");
  });

  it("leads to a destination by what one wants of it", async () => {
    const { page } = under;
    await ask("block tajik");
    await page.getByText("Block or allow Tajikistan").waitFor();
    await page.keyboard.press("Enter");
    await page.waitForURL("**/safeguard?q=Tajikistan");
  });

  it("changes the looks and the language", async () => {
    const { page } = under;
    await ask("dark");
    await page.getByText("Appearance: Dark").click();
    await expect.poll(() => page.locator("html").getAttribute("data-mantine-color-scheme")).toBe("dark");
    await ask("nederlands");
    await page.getByText("Language: Nederlands").click();
    await page.getByRole("button", { name: "Ga naar …" }).waitFor();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.keyboard.press("Control+k");
    await page.getByPlaceholder("Pagina, bestemming, account …").fill("english");
    await page.getByText("Taal: English").click();
    await page.getByRole("button", { name: "Go to …" }).waitFor();
  });

  it("says what the keyboard does, but not while one types", async () => {
    const { page, url } = under;
    await page.goto(`${url}/channels/settings/audit`);
    await page.getByLabel("Text").press("?");
    expect(await page.getByRole("dialog").count()).toBe(0);
    await page.getByRole("heading", { level: 1 }).click();
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "What the keyboard does" }).waitFor();
    await page.keyboard.press("Escape");
  });

  it.each(["light", "dark"] as const)("can be read by everybody in %s", async (colorScheme) => {
    const { page, url, complaints } = under;
    await page.goto(`${url}/overview`);
    await ask(colorScheme);
    await page.getByText(colorScheme === "light" ? "Appearance: Light" : "Appearance: Dark").click();
    await ask("ta");
    await page.getByText("Block or allow Tanzania").waitFor();
    await page.waitForTimeout(500);
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(
      violations.flatMap(({ id, nodes }) =>
        nodes.map(({ target, failureSummary }) => ({ id, target, failureSummary })),
      ),
    ).toEqual([]);
    expect(complaints).toEqual([]);
  });
});
