import { readFileSync } from "node:fs";
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { askHere, dutch, makeSender, type Sender } from "./ask-here.ts";
import { type ConsoleUnderTest, NO_BROWSER, startConsole } from "./start-console.ts";

const COUNT = 2500;

describe.skipIf(NO_BROWSER !== undefined)("messages, in the browser", () => {
  let under: ConsoleUnderTest;
  let send: Sender;
  const search = (page: Page) =>
    page.getByRole("textbox", { name: "Search" }).or(page.getByRole("combobox", { name: "Search" }));
  const rows = (page: Page) => page.getByRole("table", { name: "Messages" }).locator('[role="row"]:has([role="cell"])');
  beforeAll(async () => {
    under = await startConsole();
    send = await makeSender(under.page);
  }, 120_000);
  afterAll(() => under?.stop());

  it("say what will stand there while there is none", async () => {
    const { page, url } = under;
    await page.goto(`${url}/channels/messages`);
    await page.getByText("No message yet").waitFor();
  });

  it("are thousands, of which those in sight are there, and the rest come as they are scrolled to", async () => {
    const { page } = under;
    await askHere(page, "POST", "/v1/policies/default/destinations", { block: ["BE"], reason: "test" });
    await send(dutch(COUNT), { purpose: "notification" });
    await send(["+32470123456", "+32470123457"]);
    await page.reload();
    await rows(page).first().waitFor();
    expect(await rows(page).count()).toBeLessThan(80);
    const last = page.locator(`[aria-rowindex="${COUNT + 3}"]`);
    for (let times = 0; times < 60 && (await last.count()) === 0; times++) {
      await page.mouse.wheel(0, 20_000);
      await page.waitForTimeout(150);
    }
    await last.waitFor();
    expect(await rows(page).count()).toBeLessThan(80);
  }, 120_000);

  it("are found by a search that is completed, and stands in the address", async () => {
    const { page, url } = under;
    await page.goto(`${url}/channels/messages`);
    await search(page).fill("stat");
    await page.getByRole("option", { name: /^status:/ }).click();
    await page.getByRole("option", { name: /^blocked/ }).click();
    await page.waitForURL(/q=status/);
    await page.getByRole("link", { name: "+32470123•••" }).first().waitFor();
    expect(await rows(page).count()).toBe(2);
    await search(page).fill("to:+3247 purpose:otp reason:destination_blocked");
    await page.keyboard.press("Enter");
    await page.waitForURL(/3247/);
    await expect.poll(() => rows(page).count(), { timeout: 10_000 }).toBe(2);
    await search(page).fill("to:+32470123456 purpose:otp");
    await page.keyboard.press("Enter");
    await page.waitForURL(/q=to(?::|%3A)(?:~|%7E)[0-9a-f]{12}/);
    expect(page.url()).not.toContain("470123456");
    await expect.poll(() => rows(page).count(), { timeout: 10_000 }).toBe(1);
    await page.goBack();
    await expect.poll(() => rows(page).count(), { timeout: 10_000 }).toBe(2);
    await page.goForward();
    await expect.poll(() => rows(page).count(), { timeout: 10_000 }).toBe(1);
    await search(page).fill("colour:red");
    await page.keyboard.press("Enter");
    await page.getByText("“colour” is not understood").waitFor();
  });

  it("are given as a file, masked", async () => {
    const { page, url } = under;
    await page.goto(`${url}/channels/messages?q=status:blocked`);
    await rows(page).first().waitFor();
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Export CSV" }).click(),
    ]);
    const lines = readFileSync(await file.path(), "utf8")
      .trim()
      .split("\r\n");
    expect(lines).toHaveLength(3);
    expect(lines[1]).toContain("+32470123•••,BE");
    expect(lines.join()).not.toContain("+324701234");
  });

  it("are opened by a press anywhere in a row, but not by selecting its text", async () => {
    const { page, url } = under;
    await page.goto(`${url}/channels/messages?q=${encodeURIComponent("status:blocked")}`);
    const reason = rows(page).first().locator(".messages-reason");
    await reason.click();
    await page.getByRole("dialog", { name: "Message" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog", { name: "Message" }).waitFor({ state: "detached" });
    await page.evaluate(() =>
      window.getSelection()?.selectAllChildren(document.querySelector(".messages-reason") ?? document),
    );
    await reason.dispatchEvent("click");
    await page.waitForTimeout(300);
    expect(await page.getByRole("dialog", { name: "Message" }).count()).toBe(0);
  });

  it("tell step by step what was decided, and show a number only on the record", async () => {
    const { page } = under;
    await page.getByRole("link", { name: "+32470123•••" }).first().click();
    const drawer = page.getByRole("dialog", { name: "Message" });
    await drawer.locator('[data-check="destination"][data-decided]').waitFor();
    expect(await drawer.locator("[data-check]").count()).toBe(7);
    await drawer.getByText("same result").waitFor();
    await drawer.getByRole("button", { name: "Reveal number" }).click();
    await drawer.getByText(/^\+3247012345[67]$/).waitFor();
    await drawer.getByText("That you looked is in the audit log").waitFor();
    expect(JSON.stringify(await askHere(page, "GET", "/v1/audit"))).toContain("revealed");
    await drawer.getByRole("button", { name: "Mask number" }).click();
  });

  it("are decided again with the policy of now", async () => {
    const { page } = under;
    const drawer = page.getByRole("dialog", { name: "Message" });
    await drawer.getByRole("button", { name: "Check against the current policy" }).click();
    await drawer.getByTestId("check").getByText("The same as then").waitFor();
    await askHere(page, "POST", "/v1/policies/default/destinations", { allow: ["BE"], reason: "test" });
    await drawer.getByRole("button", { name: "Check against the current policy" }).click();
    await drawer.getByTestId("check").getByText("Other than then").waitFor();
    await page.keyboard.press("Escape");
    await page.waitForURL((address) => !address.searchParams.has("message"));
  });

  it("in doubt stand first, until somebody says what became of them", async () => {
    const { page, url } = under;
    await send(["+31612340009"]);
    await page.goto(`${url}/channels/messages`);
    await page.getByText("1 message in doubt").waitFor();
    await page.getByRole("button", { name: "Settle …" }).click();
    await page.getByLabel("It was not sent").check();
    await page.getByLabel("How do you know?").fill("it is not in the provider's log");
    await page.getByRole("button", { name: "Settle", exact: true }).click();
    await page.getByText("That is settled.").waitFor();
    await page.getByText("1 message in doubt").waitFor({ state: "detached" });
  });

  it("that wait are canceled", async () => {
    const { page, url } = under;
    const [waiting] = await send(["+31612345111"], { sendAt: new Date(Date.now() + 3_600_000).toISOString() });
    await page.goto(`${url}/channels/messages?message=${waiting?.id}`);
    await page.getByRole("button", { name: "Cancel it" }).click();
    await page.getByText("The message is canceled.").waitFor();
    await page.getByRole("dialog").getByText("Canceled").first().waitFor();
  });

  it("of which few are verified stand out, with the lines that mend missing outcomes", async () => {
    const { page, url } = under;
    await page.goto(`${url}/channels/verification`);
    await page.getByRole("tab", { name: "Twilio Feedback" }).click();
    await page.getByText(`client.api.baseUrl = "${url}"`).waitFor();
    expect(await page.getByTestId("feedback").textContent()).toMatch(/"AC[0-9a-f]{32}"/);
    const table = page.getByRole("table", { name: "Destination" });
    await table.getByRole("link", { name: "Netherlands" }).waitFor();
    await page.getByText("Range", { exact: true }).click();
    await page.waitForURL(/by=range/);
    await page.getByRole("table", { name: "Range" }).getByRole("link").first().click();
    await page.waitForURL(/channels\/messages\?q=to/);
    await rows(page).first().waitFor();
  });

  it.each(["light", "dark"] as const)("can be read by everybody in %s", async (colorScheme) => {
    const { page, url, complaints } = under;
    await page.emulateMedia({ colorScheme });
    const [doubted] = await send(["+31612350009"]);
    for (const path of [
      "/channels/messages",
      "/channels/messages?q=status:blocked",
      `/channels/messages?message=${doubted?.id}`,
      "/channels/verification",
      "/channels/verification?by=range",
    ]) {
      await page.goto(`${url}${path}`);
      await page.getByRole("heading", { level: 1, includeHidden: true }).waitFor();
      if (path.includes("message=")) await page.locator("[data-check]").first().waitFor();
      await page.waitForTimeout(700);
      const { violations } = await new AxeBuilder({ page }).analyze();
      const found = violations.flatMap(({ id, nodes }) =>
        nodes.map(({ target, failureSummary }) => ({ id, target, failureSummary })),
      );
      expect(found, path).toEqual([]);
    }
    expect(complaints).toEqual([]);
  });
});
