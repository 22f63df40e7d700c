import { readFileSync } from "node:fs";
import AxeBuilder from "@axe-core/playwright";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ConsoleUnderTest, NO_BROWSER, startConsole } from "./start-console.ts";

const AUDIT = "/channels/settings/audit";

describe.skipIf(NO_BROWSER !== undefined)("the audit log, in the browser", () => {
  let under: ConsoleUnderTest;
  beforeAll(async () => {
    under = await startConsole();
    const key = (await call("POST", "/v1/keys", {
      name: "<img src=x onerror=alert(1)>",
      mode: "test",
      scopes: ["messages:send"],
    })) as { id: string };
    await call("PATCH", `/v1/keys/${key.id}`, { networks: ["203.0.113.0/24"] });
    await call("POST", `/v1/keys/${key.id}/suspend`, { reason: "a laptop was lost" });
    await call("POST", "/v1/policies/default/destinations", { block: ["TJ"], reason: "pumping there" });
  });
  afterAll(() => under?.stop());

  /** The native API as the person who is signed in. */
  const call = (method: string, path: string, body: object): Promise<unknown> =>
    under.page.evaluate(
      async ([verb, address, content]) => {
        const headers = { "safeguard-console": "1", "content-type": "application/json" };
        return (await fetch(address, { method: verb, headers, body: content })).json();
      },
      [method, path, JSON.stringify(body)] as const,
    );

  it("says who did what, why, and what it changed", async () => {
    const { page } = under;
    await page.getByRole("link", { name: "Audit log" }).click();
    await page.waitForURL(`**${AUDIT}`);
    const suspended = page.getByRole("button", { name: /Ann Example suspended the key <img.*a laptop was lost/ });
    await suspended.waitFor();
    await page.getByRole("button", { name: /Ann Example saved the policy default\/\d+: Tajikistan/ }).waitFor();
    await page.getByRole("button", { name: /Ann Example changed the key/ }).click();
    const changes = page.getByRole("table", { name: "Before and after" });
    const row = changes.getByRole("row", { name: /networks/ });
    expect(await row.getByRole("cell").allTextContents()).toEqual(["nothing", "203.0.113.0/24"]);
    expect(await changes.getByRole("row").count()).toBe(2);
    await page.getByText(/from 127\.0\.0\.1/).waitFor();
  });

  it("is filtered by the address, and exported as it is filtered", async () => {
    const { page, url } = under;
    await page.goto(`${url}${AUDIT}?what=key&q=laptop`);
    await page.getByRole("button", { name: /suspended the key/ }).waitFor();
    expect(await page.getByRole("button", { name: /the key/ }).count()).toBe(1);
    const file = async (name: string): Promise<string> => {
      const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name }).click()]);
      return readFileSync(await download.path(), "utf8");
    };
    expect((await file("Export CSV")).trim().split("\r\n")).toHaveLength(2);
    expect(JSON.parse(await file("Export JSON"))).toMatchObject([
      { action: "key_saved", reason: "a laptop was lost", who: { type: "key" } },
    ]);
    await page.goto(`${url}${AUDIT}?until=2020-01-01`);
    await page.getByText("No row matches").waitFor();
  });

  it("has its chain checked, and a head that was noted compared", async () => {
    const { page, url } = under;
    await page.goto(`${url}${AUDIT}`);
    await page.getByRole("button", { name: "Check the chain" }).click();
    await page.getByText(/All \d+ rows are as they were written/).waitFor();
    const noted = (await page.getByText(/^\d+:[0-9a-f]{64}$/).textContent()) ?? "";
    const [number] = noted.split(":");
    await page.getByRole("button", { name: "Compare with a noted head" }).click();
    await page.getByLabel("A head that you noted before").fill(`${number}:${"0".repeat(64)}`);
    await page.getByRole("button", { name: "Check the chain" }).click();
    await page.getByText(`Row ${number} is not as it was written`).waitFor();
    await page.getByText("the trail was written anew").waitFor();
    await page.getByLabel("A head that you noted before").fill(noted);
    await page.getByRole("button", { name: "Check the chain" }).click();
    await page.getByText(/All \d+ rows are as they were written/).waitFor();
  });

  it.each(["light", "dark"] as const)("can be read by everybody in %s", async (colorScheme) => {
    const { page, url, complaints } = under;
    await page.emulateMedia({ colorScheme });
    await page.goto(`${url}${AUDIT}`);
    await page.getByRole("button", { name: "Check the chain" }).click();
    await page.getByText(/All \d+ rows/).waitFor();
    await page.getByRole("button", { name: /saved the policy default\/\d+: Tajikistan/ }).click();
    await page.getByRole("table", { name: "Before and after" }).waitFor();
    await page.waitForTimeout(400);
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(
      violations.flatMap(({ id, nodes }) =>
        nodes.map(({ target, failureSummary }) => ({ id, target, failureSummary })),
      ),
    ).toEqual([]);
    expect(complaints).toEqual([]);
  });
});
