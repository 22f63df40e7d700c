import { readFileSync } from "node:fs";
import AxeBuilder from "@axe-core/playwright";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ConsoleUnderTest, NO_BROWSER, startConsole } from "./start-console.ts";

const KEYS = "/channels/settings/keys";

describe.skipIf(NO_BROWSER !== undefined)("keys, in the browser", () => {
  let under: ConsoleUnderTest;
  let secret = "";
  beforeAll(async () => {
    under = await startConsole();
  });
  afterAll(() => under?.stop());

  /** What the native API answers to a message with the key. */
  const send = async (): Promise<number> => {
    const answer = await fetch(`${under.url}/v1/messages`, {
      method: "POST",
      headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" },
      body: JSON.stringify({ to: "+31612345678", from: "Shop", text: "Your code is 123456" }),
    });
    return answer.status;
  };
  const act = async (name: string): Promise<void> => {
    await under.page.getByRole("button", { name: "What can be done with web shop" }).click();
    await under.page.getByRole("menuitem", { name }).click();
  };

  it("makes a key, and shows its secrets until they are kept", async () => {
    const { page } = under;
    await page.getByRole("link", { name: "API keys" }).click();
    await page.waitForURL(`**${KEYS}`);
    await page.getByRole("button", { name: "Make a key" }).click();
    const form = page.getByRole("dialog");
    await form.getByLabel("Name").fill("web shop");
    await form.getByRole("button", { name: "Make a key" }).click();
    const minted = page.getByRole("dialog", { name: "The secrets of web shop" });
    secret = await minted.getByLabel("Secret", { exact: true }).inputValue();
    expect(secret).toMatch(/^sg_test_/);
    // Neither a key nor the way back closes it before.
    await page.keyboard.press("Escape");
    await page.goBack();
    await page.waitForTimeout(300);
    expect(await minted.isVisible()).toBe(true);
    expect(await minted.getByRole("button", { name: "Done" }).isDisabled()).toBe(true);
  });

  it("fills in the snippets with this server's address and the key", async () => {
    const { page, url } = under;
    const minted = page.getByRole("dialog");
    const authToken = await minted.getByLabel("Auth token", { exact: true }).inputValue();
    expect(await minted.getByRole("tabpanel").textContent()).toContain(`Bearer ${secret}`);
    await minted.getByRole("tab", { name: "Twilio, Node" }).click();
    const twilio = await minted.getByRole("tabpanel").textContent();
    expect(twilio).toMatch(new RegExp(`twilio\\("AC[0-9a-f]{32}", "${authToken}"\\)`));
    expect(twilio).toContain(`client.api.baseUrl = "${url}"`);
    await minted.getByLabel("I have kept what I need").check();
    await minted.getByRole("button", { name: "Done" }).click();
    await page.getByRole("row", { name: /web shop/ }).waitFor();
    expect(await page.getByText(secret).count()).toBe(0);
    expect(await send()).toBe(201);
  });

  it("suspends it, resumes it, and gives it new secrets", async () => {
    const { page } = under;
    await act("Suspend …");
    await page.getByTestId("means").getByText("all three credentials").waitFor();
    await page.getByLabel("Why?").fill("a laptop was lost");
    await page.getByRole("dialog").getByRole("button", { name: "Suspend" }).click();
    await page.getByText("web shop is suspended.").waitFor();
    expect(await send()).toBe(403);
    await act("Resume …");
    await page.getByLabel("Why?").fill("it was found");
    await page.getByRole("dialog").getByRole("button", { name: "Resume" }).click();
    await page.getByText("web shop is let in again.").waitFor();
    expect(await send()).toBe(201);
    await act("New secrets …");
    await page.getByRole("combobox", { name: "How long the old secrets stay good" }).click();
    await page.getByRole("option", { name: "Not at all: they end now" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "New secrets" }).click();
    const minted = page.getByRole("dialog", { name: "The secrets of web shop" });
    const fresh = await minted.getByLabel("Secret", { exact: true }).inputValue();
    expect(fresh).not.toBe(secret);
    expect(await send()).toBe(401);
    secret = fresh;
    expect(await send()).toBe(201);
    await minted.getByLabel("I have kept what I need").check();
    await minted.getByRole("button", { name: "Done" }).click();
  });

  it("changes what it may, from where, and until when", async () => {
    const { page } = under;
    await act("Change …");
    const form = page.getByRole("dialog");
    await form.getByRole("radio", { name: "Choose one by one" }).check();
    await form.getByRole("checkbox", { name: "Read policies" }).check();
    await form.getByRole("combobox", { name: "Networks" }).fill("not-a-network");
    await page.keyboard.press("Enter");
    await form.getByRole("button", { name: "Save" }).click();
    await form.getByRole("alert").getByText("networks").first().waitFor();
    await form.getByRole("combobox", { name: "Networks" }).press("Backspace");
    await form.getByRole("combobox", { name: "Networks" }).fill("203.0.113.0/24");
    await page.keyboard.press("Enter");
    await form.getByRole("combobox", { name: "Expires" }).click();
    await page.getByRole("option", { name: "In 30 days" }).click();
    await form.getByRole("button", { name: "Save" }).click();
    await form.waitFor({ state: "detached" });
    const row = page.getByRole("row", { name: /web shop/ });
    await row.getByRole("cell", { name: /^send messages.*read policies/ }).waitFor();
    expect(await row.textContent()).toContain("203.0.113.0/24");
    expect(await send()).toBe(401);
  });

  it("revokes it only when its name is typed, and finds it again by the address", async () => {
    const { page, url } = under;
    await act("Revoke …");
    const dialog = page.getByRole("dialog");
    expect(await dialog.getByRole("button", { name: "Revoke" }).isDisabled()).toBe(true);
    await dialog.getByLabel("Type its name").fill("web shop");
    await dialog.getByRole("button", { name: "Revoke" }).click();
    await page.getByText("web shop is revoked.").waitFor();
    await page.getByRole("row", { name: /web shop/ }).waitFor({ state: "detached" });
    await page.goto(`${url}${KEYS}?state=revoked&q=web`);
    await page.getByRole("row", { name: /web shop/ }).waitFor();
    const [csv] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Export CSV" }).click(),
    ]);
    expect(readFileSync(await csv.path(), "utf8")).toMatch(/web shop,test,revoked/);
  });

  it.each(["light", "dark"] as const)("can be read by everybody in %s", async (colorScheme) => {
    const { page, url, complaints } = under;
    await page.emulateMedia({ colorScheme });
    await page.goto(`${url}${KEYS}?state=all`);
    await page.getByRole("row", { name: /web shop/ }).waitFor();
    await page.waitForTimeout(300);
    const violations = async () =>
      (await new AxeBuilder({ page }).analyze()).violations.flatMap(({ id, nodes }) =>
        nodes.map(({ target, failureSummary }) => ({ id, target, failureSummary })),
      );
    expect(await violations()).toEqual([]);
    await page.getByRole("button", { name: "Make a key" }).click();
    await page.getByRole("radio", { name: "Choose one by one" }).check();
    await page.waitForTimeout(300);
    expect(await violations()).toEqual([]);
    await page.keyboard.press("Escape");
    expect(complaints).toEqual([]);
  });
});
