import AxeBuilder from "@axe-core/playwright";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { askHere, dutch, makeSender, type Sender } from "./ask-here.ts";
import { type ConsoleUnderTest, NO_BROWSER, startConsole } from "./start-console.ts";

describe.skipIf(NO_BROWSER !== undefined)("live traffic, in the browser", () => {
  let under: ConsoleUnderTest;
  let send: Sender;
  const counted = async (action: string): Promise<number> => {
    const text = await under.page.locator(`[data-count="${action}"]`).textContent();
    return Number(text?.replaceAll(/\D/g, "") || "-1");
  };
  const counts = (action: string) => expect.poll(() => counted(action), { timeout: 20_000 });
  beforeAll(async () => {
    under = await startConsole();
    send = await makeSender(under.page);
  }, 120_000);
  afterAll(() => under?.stop());

  it("counts decisions as they are made, and what was before somebody looked", async () => {
    const { page, url } = under;
    await askHere(page, "POST", "/v1/policies/default/destinations", { block: ["BE"], reason: "test" });
    await send(dutch(40), { purpose: "notification" });
    await page.goto(`${url}/channels/live`);
    await counts("allow").toBe(40);
    await page.locator(".live-chart canvas").first().waitFor();
    await send(["+32470123456", "+32470123457"]);
    await counts("block").toBe(2);
    await page.getByRole("table", { name: "Latest decisions" }).getByText("+32470123•••").first().waitFor();
  });

  it("stands still while it is paused, and catches up", async () => {
    const { page } = under;
    await page.getByRole("button", { name: "Pause" }).click();
    await send(["+32470123458"]);
    await page.waitForTimeout(3000);
    expect(await counted("block")).toBe(2);
    await page.getByRole("button", { name: "Resume" }).click();
    await counts("block").toBe(3);
  });

  it("is narrowed in the address, and leads to a rule with the filter filled in", async () => {
    const { page } = under;
    await page.getByRole("combobox", { name: "Destination" }).fill("Belg");
    await page.getByRole("option", { name: "Belgium" }).click();
    await page.waitForURL(/destination=BE/);
    await counts("allow").toBe(0);
    await counts("block").toBe(3);
    await page.getByRole("link", { name: "Rule for Belgium" }).click();
    await page.waitForURL(/safeguard\?q=BE/);
    await page.goBack();
    await page.getByRole("link", { name: "Rule for a range there" }).click();
    await page.waitForURL(/safeguard\/ranges\?q=/);
  });

  it("has its times chosen by drawing over the columns, and its numbers as a table", async () => {
    const { page, url } = under;
    await page.goto(`${url}/channels/live`);
    await counts("allow").toBe(40);
    const canvas = page.locator(".live-chart canvas").first();
    await canvas.waitFor();
    await page.waitForTimeout(1000);
    const box = await canvas.boundingBox();
    if (box === null) throw new Error("the chart is not in sight");
    await page.mouse.move(box.x + box.width * 0.6, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width - 12, box.y + box.height / 2, { steps: 8 });
    await page.mouse.up();
    await page.waitForURL(/from=\d+&until=\d+/);
    await page.getByRole("link", { name: "Show these messages" }).waitFor();
    await page.getByRole("button", { name: "All 15 minutes" }).click();
    await page.getByRole("switch", { name: "As a table" }).click();
    const table = page.getByRole("table", { name: "Decisions over the last 15 minutes" });
    await table.getByRole("link").first().click();
    await page.waitForURL(/channels\/messages\?q=after/);
    await page.getByRole("table", { name: "Messages" }).waitFor();
  });

  it("stays smooth at a thousand messages a second", async () => {
    const { page, url } = under;
    const begun = Math.floor(Date.now() / 1000);
    // (what the server would say at that rate; making that many messages would measure the two of them at once)
    await page.route("**/v1/traffic/live?**", async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 1000));
      const now = Math.floor(Date.now() / 1000);
      await route.fulfill({ json: answerAt(now, begun) });
    });
    await page.goto(`${url}/channels/live`);
    await counts("allow").toBeGreaterThan(800_000);
    const gaps = await page.evaluate<number[]>(`new Promise((resolve) => {
      const found = [];
      let last = performance.now();
      const step = (at) => {
        found.push(at - last);
        last = at;
        if (found.length < 240) requestAnimationFrame(step);
        else resolve(found);
      };
      requestAnimationFrame(step);
    })`);
    const sorted = gaps.sort((one, other) => one - other);
    const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
    // Nearly every frame comes in time; a busy machine may lose some.
    expect(median).toBeLessThan(40);
    expect(await page.getByRole("table", { name: "Latest decisions" }).getByRole("row").count()).toBeLessThan(60);
    await page.unrouteAll({ behavior: "wait" });
  });

  it.each(["light", "dark"] as const)("can be read by everybody in %s", async (colorScheme) => {
    const { page, url, complaints } = under;
    await page.emulateMedia({ colorScheme });
    await page.goto(`${url}/channels/live`);
    await page.locator(".live-chart canvas").first().waitFor();
    for (const asTable of [false, true]) {
      if (asTable) await page.getByRole("switch", { name: "As a table" }).click();
      await page.waitForTimeout(500);
      const { violations } = await new AxeBuilder({ page }).analyze();
      const found = violations.flatMap(({ id, nodes }) =>
        nodes.map(({ target, failureSummary }) => ({ id, target, failureSummary })),
      );
      expect(found).toEqual([]);
    }
    expect(complaints).toEqual([]);
  });
});

function answerAt(now: number, begun: number): object {
  return {
    now,
    seconds: Array.from({ length: 899 }, (_, index) => {
      const at = now - 899 + index;
      return { at, allow: 1000, challenge: at % 7, hold: at % 3, block: at % 50 };
    }),
    latest: Array.from({ length: 50 }, (_, index) => ({
      id: `msg_${String((now - begun) * 50 + index).padStart(32, "0")}`,
      at: new Date(now * 1000).toISOString(),
      to: "+31612345•••",
      destination: "NL",
      purpose: "otp",
      from: "Shop",
      action: "allow",
      would: null,
      reason: "destination_allowed",
      sentence: "Allowed.",
    })),
  };
}
