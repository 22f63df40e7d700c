import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import AxeBuilder from "@axe-core/playwright";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ConsoleUnderTest, NO_BROWSER, startConsole } from "./start-console.ts";

const ALERTS = "/channels/settings/business-messaging/alerts";

describe.skipIf(NO_BROWSER !== undefined)("webhooks and alerts, in the browser", () => {
  let under: ConsoleUnderTest;
  let receiver: Server;
  /** Webhooks that came, by their id. */
  const taken: string[] = [];
  beforeAll(async () => {
    receiver = createServer((request, response) => {
      taken.push(String(request.headers["webhook-id"]));
      response.end();
    });
    await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
    under = await startConsole();
  });
  afterAll(async () => {
    receiver?.close();
    await under?.stop();
  });

  it("takes a webhook, and shows its secret once", async () => {
    const { page } = under;
    await page.getByRole("link", { name: "Webhooks & alerts" }).click();
    await page.waitForURL(`**${ALERTS}`);
    await page.getByText("Nothing needs attention").waitFor();
    expect(await page.getByRole("button", { name: "Send a test" }).isDisabled()).toBe(true);
    await page.getByRole("tab", { name: "Where they go" }).click();
    await page.getByRole("button", { name: "Add a channel" }).click();
    await page.getByRole("menuitem", { name: "Webhook" }).click();
    const channel = page.getByRole("article", { name: "Channel webhook" });
    await channel.getByLabel("URL").fill("nowhere");
    await channel.getByLabel("URL").fill(`http://127.0.0.1:${(receiver.address() as AddressInfo).port}/alerts`);
    await page.getByRole("checkbox", { name: "Ceiling near" }).uncheck();
    await page.getByRole("button", { name: "Save" }).click();
    const secrets = page.getByRole("dialog", { name: "Signing secrets" });
    await secrets.getByText(/^whsec_/).waitFor();
    await page.keyboard.press("Escape");
    expect(await secrets.isVisible()).toBe(true);
    await secrets.getByLabel("I have kept what I need").check();
    await secrets.getByRole("button", { name: "Done", exact: true }).click();
    await secrets.waitFor({ state: "detached" });
    await page.reload();
    await page.getByRole("article", { name: "Channel webhook" }).waitFor();
    expect(await page.getByRole("checkbox", { name: "Ceiling near" }).isChecked()).toBe(false);
    expect(await page.getByText(/whsec_/).count()).toBe(0);
  });

  it("says what is wrong in the server's own words, and keeps what was typed", async () => {
    const { page } = under;
    await page.getByRole("switch", { name: "Quiet time" }).check();
    await page.getByLabel("Until").fill("22:00");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("alert").getByText("from and until must differ").waitFor();
    await page.getByLabel("Until").fill("06:30");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved: from the next alert on.").waitFor();
    expect(await page.getByLabel("Until").inputValue()).toBe("06:30");
  });

  it("sends a test, logs it, and tells it once more under the same id", async () => {
    const { page } = under;
    await page.getByRole("button", { name: "Send a test" }).click();
    await page.getByText("A test is on its way to webhook.").waitFor();
    const told = page.getByRole("button", { name: /Taken\s*alert\.raised\s*alert:webhook/ });
    await told.first().waitFor({ timeout: 30_000 });
    expect(taken).toHaveLength(1);
    await told.first().click();
    await page.getByRole("cell", { name: "HTTP 200" }).waitFor();
    await page.getByRole("cell", { name: taken[0] ?? "" }).waitFor();
    await page.getByRole("button", { name: "Tell it once more" }).click();
    await page.getByText("It is told once more.").waitFor();
    await expect.poll(() => taken, { timeout: 30_000 }).toEqual([taken[0], taken[0]]);
    await expect.poll(() => told.count(), { timeout: 30_000 }).toBe(2);
  });

  it("is filtered by the address, and exported", async () => {
    const { page, url } = under;
    await page.goto(`${url}${ALERTS}?tab=deliveries&state=failed`);
    await page.getByText("Nothing was told").waitFor();
    await page.goto(`${url}${ALERTS}?tab=deliveries&state=taken&receiver=alert:webhook`);
    await page
      .getByRole("button", { name: /alert\.raised/ })
      .first()
      .waitFor();
    const [csv] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Export CSV" }).click(),
    ]);
    expect(
      readFileSync(await csv.path(), "utf8")
        .trim()
        .split("\r\n"),
    ).toHaveLength(3);
    await page.goto(`${url}${ALERTS}?alerts=all`);
    await page.getByRole("cell", { name: /Test/ }).first().waitFor();
  });

  it.each(["light", "dark"] as const)("can be read by everybody in %s", async (colorScheme) => {
    const { page, url, complaints } = under;
    await page.emulateMedia({ colorScheme });
    for (const tab of ["alerts&alerts=all", "settings", "deliveries"]) {
      await page.goto(`${url}${ALERTS}?tab=${tab}`);
      if (tab === "settings") await page.getByRole("article", { name: "Channel webhook" }).waitFor();
      if (tab === "deliveries")
        await page
          .getByRole("button", { name: /alert\.raised/ })
          .first()
          .click();
      await page.waitForTimeout(500);
      const { violations } = await new AxeBuilder({ page }).analyze();
      const found = violations.flatMap(({ id, nodes }) =>
        nodes.map(({ target, failureSummary }) => ({ id, target, failureSummary })),
      );
      expect(found, tab).toEqual([]);
    }
    expect(complaints).toEqual([]);
  });
});
