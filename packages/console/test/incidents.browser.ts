import { readFileSync } from "node:fs";
import AxeBuilder from "@axe-core/playwright";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ConsoleUnderTest, NO_BROWSER, startConsole } from "./start-console.ts";

describe.skipIf(NO_BROWSER !== undefined)("an attack, in the browser", () => {
  let under: ConsoleUnderTest;
  beforeAll(async () => {
    under = await startConsole();
  });
  afterAll(() => under?.stop());

  it("is simulated from the empty overview, and its incident appears within seconds", async () => {
    const { page } = under;
    await page.getByText("Send the first message").first().waitFor();
    await page.getByRole("button", { name: "Simulate an attack" }).click();
    const link = page.getByRole("link", { name: "Open incident 1" });
    await link.waitFor({ timeout: 30_000 });
    await link.click();
    await page.waitForURL("**/channels/incidents/1");
    expect(await page.getByTestId("sentence").textContent()).toMatch(/new numbers in .+ fell in \+/);
  });

  it("shows its evidence in pictures that have marks, and as tables", async () => {
    const { page } = under;
    const marks = (picture: string, mark = "[data-mark]") =>
      page.locator(`[data-picture="${picture}"] svg[role=img] ${mark}`);
    await marks("number-line").first().waitFor();
    expect(await marks("number-line", '[data-mark="stopped"]').count()).toBeGreaterThan(0);
    expect(await marks("number-line", '[data-mark="leaked"]').count()).toBeGreaterThan(0);
    expect(await marks("number-time").count()).toBeGreaterThan(3);
    expect(await marks("funnel").count()).toBe(4);
    expect(await marks("latency", '[data-mark="usual"]').count()).toBe(1);
    expect(await marks("rate").count()).toBeGreaterThan(0);
    const line = page.locator('[data-picture="number-line"]');
    await line.getByRole("button", { name: "Number line: table and files" }).click();
    await page.getByRole("menuitem", { name: "Show as a table" }).click();
    expect(await line.getByRole("row").count()).toBeGreaterThan(2);
    expect(await line.getByRole("row").nth(1).textContent()).toMatch(/^\+\d+x/);
    await line.getByRole("button", { name: "Number line: table and files" }).click();
    await page.getByRole("menuitem", { name: "Show as a picture" }).click();
  });

  it("gives its pictures and its record as files", async () => {
    const { page } = under;
    const fileOf = async (name: string): Promise<string> => {
      await page.getByRole("button", { name: "Number line: table and files" }).click();
      const [download] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("menuitem", { name }).click(),
      ]);
      return download.path();
    };
    expect(readFileSync(await fileOf("Save as SVG"), "utf8")).toMatch(/^<svg [^>]*>.*fill="rgb\(/s);
    expect(
      readFileSync(await fileOf("Save as PNG"))
        .subarray(1, 4)
        .toString(),
    ).toBe("PNG");
    await page.getByRole("button", { name: "Export", exact: true }).click();
    const [json] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("menuitem", { name: "Save as JSON" }).click(),
    ]);
    const record = JSON.parse(readFileSync(await json.path(), "utf8"));
    expect(record).toMatchObject({ incident: { number: 1 }, evidence: { masked: true } });
  });

  it("shows whole numbers only when asked, and says that it is recorded", async () => {
    const { page } = under;
    await page
      .getByText(/^\+\d+•••$/)
      .first()
      .waitFor();
    await page.getByRole("button", { name: "Reveal numbers" }).click();
    await page.getByText("That you looked is in the audit log").waitFor();
    await page
      .getByRole("cell", { name: /^\+\d{8,}$/ })
      .first()
      .waitFor();
    await page.getByRole("button", { name: "Mask numbers" }).click();
  });

  it("is contained after its preview, and released", async () => {
    const { page } = under;
    await page.getByRole("button", { name: "Block for longer" }).click();
    await page
      .getByText(/^New numbers here are challenged until .+ This blocks them outright, for 24 hours\.$/)
      .waitFor();
    await page.getByTestId("preview").getByText("No new number in").waitFor();
    await page.getByLabel("Why?").fill("pumping");
    await page.getByRole("dialog").getByRole("button", { name: "Block for longer" }).click();
    await page.getByText("Incident 1 is blocked for longer.").waitFor();
    await page.getByRole("button", { name: "Contain for longer" }).waitFor();
    await page.getByRole("button", { name: "Release" }).click();
    await page.getByTestId("preview").getByText("get messages again").waitFor();
    await page.getByLabel("Why?").fill("a campaign of ours");
    await page.getByRole("dialog").getByRole("button", { name: "Release" }).click();
    await page.getByText("Released. The incident stays open").waitFor();
    await page.getByText("Released, still open").waitFor();
    await page
      .getByText(/^Released by /)
      .first()
      .waitFor();
  });

  it("says in the audit log which range was contained, and which released", async () => {
    const { page, url } = under;
    await page.goto(`${url}/channels/settings/audit`);
    const acts = page.getByRole("button");
    // (one row for each range: an attack may walk over several)
    await acts
      .filter({ hasText: /Ann Example contained \+\d{3,}x+/ })
      .first()
      .waitFor();
    await acts.filter({ hasText: /Ann Example judged incident 1: released/ }).waitFor();
  });

  it("is told in Dutch to who reads Dutch: the headline, and why a message was stopped", async () => {
    const { page, url } = under;
    await page.evaluate(() => localStorage.setItem("safeguard-language", "nl"));
    await page.goto(`${url}/channels/incidents/1`);
    await page
      .getByTestId("sentence")
      .filter({ hasText: /nieuwe nummers in .+ vielen in \+\d+x+, waar normaal/ })
      .waitFor();
    await page.goto(`${url}/channels/messages?q=status%3Achallenged`);
    await page
      .getByRole("link", { name: /^\+\d+•••/ })
      .first()
      .click();
    await page
      .getByTestId("sentence")
      .filter({ hasText: /^Extra controle: .+ nieuwe nummers/ })
      .waitFor();
    await page.evaluate(() => localStorage.setItem("safeguard-language", "en"));
  });

  it("stands in the queue, whose filters are in the address", async () => {
    const { page, url } = under;
    await page.goto(`${url}/channels/incidents?state=closed`);
    await page.getByText("There is no such incident").waitFor();
    await page.getByRole("combobox", { name: "State" }).click();
    await page.getByRole("option", { name: "All" }).click();
    await page.getByRole("link", { name: "Incident 1" }).waitFor();
    expect(new URL(page.url()).searchParams.get("state")).toBe("all");
    const [csv] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Export CSV" }).click(),
    ]);
    expect(readFileSync(await csv.path(), "utf8").split("\r\n")).toHaveLength(3);
  });

  it("is met by a lockdown, which is in sight until it ends", async () => {
    const { page, url } = under;
    await page.goto(`${url}/overview`);
    await page.getByRole("button", { name: "Lock down" }).click();
    await page.getByLabel("Why?").fill("everything burns");
    await page.getByRole("dialog").getByRole("button", { name: "Lock down" }).click();
    await page.getByText("Why: “everything burns”").waitFor();
    await page.getByRole("link", { name: "Locked down" }).waitFor();
    await page.getByRole("button", { name: "End the lockdown" }).click();
    await page.getByLabel("Why?").fill("over");
    await page.getByRole("button", { name: "End the lockdown" }).click();
    await page.getByRole("button", { name: "Lock down" }).waitFor();
  });

  it("left its messages on the phones of the sandbox", async () => {
    const { page, url } = under;
    await page.goto(`${url}/sandbox`);
    await page.getByRole("article").first().waitFor();
    await page.getByRole("button", { name: "Enter the code" }).first().click();
    await page.getByRole("button", { name: "Entered" }).waitFor();
  });

  it("says once that the server cannot be reached, keeps what it shows, and goes on by itself", async () => {
    const { page, url } = under;
    await page.goto(`${url}/overview`);
    await page.getByRole("link", { name: "Incident 1" }).waitFor();
    await page.route("**/v1/**", (route) => route.abort());
    await page.getByText("The server cannot be reached; trying again").waitFor({ timeout: 30_000 });
    await page.waitForTimeout(8_000);
    expect(await page.getByText("cannot be reached").count()).toBe(1);
    expect(await page.getByRole("link", { name: "Incident 1" }).count()).toBe(1);
    await page.unroute("**/v1/**");
    await page.getByText("cannot be reached").waitFor({ state: "detached", timeout: 30_000 });
  });

  it.each(["light", "dark"] as const)("can be read by everybody in %s", async (colorScheme) => {
    const { page, url, complaints } = under;
    await page.emulateMedia({ colorScheme });
    for (const path of ["/overview", "/channels/incidents?state=all", "/channels/incidents/1", "/sandbox"]) {
      await page.goto(`${url}${path}`);
      await page.getByRole("heading", { level: 1 }).waitFor();
      if (path.endsWith("/1")) await page.locator('[data-picture="rate"] [data-mark]').first().waitFor();
      await page.waitForTimeout(500);
      const { violations } = await new AxeBuilder({ page }).analyze();
      const found = violations.flatMap(({ id, nodes }) =>
        nodes.map(({ target, failureSummary }) => ({ id, target, failureSummary })),
      );
      expect(found, path).toEqual([]);
    }
    expect(complaints).toEqual([]);
  });
});
