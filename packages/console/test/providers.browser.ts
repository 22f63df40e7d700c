import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import AxeBuilder from "@axe-core/playwright";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ConsoleUnderTest, NO_BROWSER, startConsole } from "./start-console.ts";

const PROVIDERS = "/channels/settings/business-messaging/providers";
const TOKEN = "0123456789abcdef0123456789abcdef";

describe.skipIf(NO_BROWSER !== undefined)("providers and routes, in the browser", () => {
  let under: ConsoleUnderTest;
  /** Stands for Twilio: it knows the account, and nothing is ever sent to it. */
  let twilio: Server;
  let asked = 0;
  beforeAll(async () => {
    twilio = createServer((_, response) => {
      asked++;
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ status: "active" }));
    });
    await new Promise<void>((resolve) => twilio.listen(0, "127.0.0.1", resolve));
    under = await startConsole();
  });
  afterAll(async () => {
    twilio?.close();
    await under?.stop();
  });

  it("adds a provider by the fields of its kind, and says which is wrong", async () => {
    const { page } = under;
    await page.getByRole("link", { name: "Providers & routes" }).click();
    await page.waitForURL(`**${PROVIDERS}`);
    await page.getByRole("article", { name: "Provider sandbox" }).waitFor();
    await page.getByRole("button", { name: "Add a provider" }).click();
    const form = page.getByRole("dialog");
    await form.getByLabel(/^Name/).fill("main");
    await form.getByLabel(/^Auth token/).fill(TOKEN);
    await form.getByLabel("Account SID").fill("nonsense");
    await form.getByLabel("Base URL").fill(`http://127.0.0.1:${(twilio.address() as AddressInfo).port}`);
    await form.getByRole("button", { name: "Add a provider" }).click();
    await form.getByRole("alert").getByText("settings.accountSid: must be AC and 32 hex digits").waitFor();
    await form.getByLabel("Account SID").fill(`AC${"1".repeat(32)}`);
    await form.getByRole("button", { name: "Add a provider" }).click();
    const card = page.getByRole("article", { name: /^Provider main-[a-z0-9]{6}$/ });
    await card.waitFor();
    expect(await page.content()).not.toContain(TOKEN);
    await card.getByRole("button", { name: "Test" }).click();
    await card.getByText(/^Good\. .* knows the account and its token\. Nothing was sent\./).waitFor();
    expect(asked).toBe(1);
  });

  it("asks for the secrets again when it is changed", async () => {
    const { page } = under;
    const card = page.getByRole("article", { name: /^Provider main-/ });
    await card.getByRole("button", { name: "Change" }).click();
    const form = page.getByRole("dialog");
    expect(await form.getByLabel(/^Auth token/).inputValue()).toBe("");
    expect(await form.getByLabel("Account SID").inputValue()).toBe(`AC${"1".repeat(32)}`);
    await form.getByLabel(/^Auth token/).fill(TOKEN);
    await form.getByLabel("Sender", { exact: true }).fill("Shop");
    await form.getByRole("button", { name: "Save" }).click();
    await card.getByText(/Sender: Shop/).waitFor();
  });

  it("orders the fallback by the keyboard, says it in a sentence, and saves it", async () => {
    const { page } = under;
    await page.getByRole("article", { name: /^Everywhere else: through sandbox/ }).waitFor();
    await page.getByRole("button", { name: "Add a route", exact: true }).click();
    const route = page.getByRole("article", { name: /^No destination yet/ });
    const destinations = route.getByRole("combobox", { name: "Destinations" });
    await destinations.fill("nether");
    await page.getByRole("option", { name: "Netherlands", exact: true }).click();
    await page.keyboard.press("Escape");
    const ours = page.getByRole("article", { name: /^To Netherlands/ });
    await ours.getByRole("combobox", { name: "Add a fallback" }).click();
    await page.getByRole("option", { name: /^main-/ }).click();
    await ours.getByText(/^To Netherlands: first through sandbox; where it definitely refuses, main-/).waitFor();
    await ours.getByRole("button", { name: /^Try main-\w+ earlier$/ }).focus();
    await page.keyboard.press("Enter");
    await ours.getByText(/^To Netherlands: first through main-\w+; where it definitely refuses, sandbox/).waitFor();
    await page.getByRole("button", { name: "Save the routes" }).click();
    await page.getByText("The routes are saved").waitFor();
    await page.reload();
    await ours.getByText(/^To Netherlands: first through main-/).waitFor();
    const [csv] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Export CSV" }).click(),
    ]);
    expect(readFileSync(await csv.path(), "utf8")).toMatch(/NL,main-\w+ sandbox\r\n\*,sandbox\r\n/);
  });

  it("removes a provider only when no route names it", async () => {
    const { page } = under;
    const card = page.getByRole("article", { name: /^Provider main-/ });
    const remove = async () => {
      await card.getByRole("button", { name: "Remove" }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
    };
    await remove();
    await page.getByRole("alert").getByText("take it out of them first").waitFor();
    await page.getByRole("button", { name: "Cancel" }).click();
    await page
      .getByRole("article", { name: /^To Netherlands/ })
      .getByRole("button", { name: "Remove" })
      .click();
    await page.getByRole("button", { name: "Save the routes" }).click();
    await page.getByText("The routes are saved").first().waitFor();
    await page.getByText("In no route").waitFor();
    await remove();
    await card.waitFor({ state: "detached" });
  });

  it.each(["light", "dark"] as const)("can be read by everybody in %s", async (colorScheme) => {
    const { page, url, complaints } = under;
    await page.emulateMedia({ colorScheme });
    await page.goto(`${url}${PROVIDERS}`);
    await page.getByRole("article", { name: "Provider sandbox" }).waitFor();
    const violations = async () => {
      await page.waitForTimeout(400);
      return (await new AxeBuilder({ page }).analyze()).violations.flatMap(({ id, nodes }) =>
        nodes.map(({ target, failureSummary }) => ({ id, target, failureSummary })),
      );
    };
    await page.getByRole("button", { name: "Add a route", exact: true }).click();
    expect(await violations()).toEqual([]);
    await page.getByRole("button", { name: "Add a provider" }).click();
    await page.getByRole("combobox", { name: "Kind" }).click();
    await page.getByRole("option", { name: "HTTP template" }).click();
    await page.getByLabel("Answer (JSON)").waitFor();
    expect(await violations()).toEqual([]);
    expect(complaints).toEqual([]);
  });
});
