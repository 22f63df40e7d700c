import { readFileSync } from "node:fs";
import AxeBuilder from "@axe-core/playwright";
import twilio from "twilio";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ConsoleUnderTest, NO_BROWSER, startConsole } from "./start-console.ts";

const SAFEGUARD = "/channels/settings/business-messaging/safeguard";
const LAGOS = "+2348012345678";

describe.skipIf(NO_BROWSER !== undefined)("blocking a country, in the browser", () => {
  let under: ConsoleUnderTest;
  let send: (to: string) => Promise<string>;
  beforeAll(async () => {
    under = await startConsole();
    send = await twilioClient(under);
  });
  afterAll(() => under?.stop());

  const decides = (number: number) => under.page.getByText(`Revision ${number}, in force since`).waitFor();

  it("the SDK's message is accepted before", async () => {
    expect(await send(LAGOS)).toBe("queued");
    expect(await send(LAGOS)).toBe("queued");
  });

  it("the page is found by its names, and says what holds", async () => {
    const { page } = under;
    await page.getByRole("link", { name: "Safeguard", exact: true }).click();
    await page.waitForURL(`**${SAFEGUARD}`);
    expect(await page.getByRole("navigation", { name: "Where this is" }).innerText()).toMatch(
      /Channels\s*›\s*API Access & Settings\s*›\s*Business Messaging Settings\s*›\s*Safeguard/,
    );
    await decides(1);
    const nigeria = page.getByRole("row", { name: /Nigeria/ });
    expect(await nigeria.getByRole("cell").nth(2).innerText()).toBe("2");
    expect(await page.getByRole("radio", { name: "Block list" }).getAttribute("aria-checked")).toBe("true");
  });

  it("a press on the map previews what blocking would have stopped, and saves it with its reason", async () => {
    const { page } = under;
    await page.getByRole("searchbox", { name: "Find a destination" }).fill("+234");
    expect(new URL(page.url()).searchParams.get("q")).toBe("+234");
    const onMap = page.getByRole("checkbox", { name: "Nigeria (NG): Allowed" });
    await onMap.focus();
    await page.keyboard.press("Space");
    await page.getByRole("checkbox", { name: "Nigeria (NG): Blocked, changed and not saved" }).waitFor();
    expect(await page.getByRole("checkbox", { name: "Allow Nigeria" }).isChecked()).toBe(false);
    const bar = page.getByRole("region", { name: "What this change would do" });
    await bar.getByText("Blocks 1 destination.").waitFor();
    expect(await bar.innerText()).toMatch(/2 messages \(.*\d.*\) of the last 30 days would have been stopped/);
    await bar.getByRole("button", { name: "Review and save" }).click();
    const dialog = page.getByRole("dialog", { name: "Review and save" });
    await dialog.getByRole("rowheader", { name: "Nigeria (NG)" }).waitFor();
    await dialog.getByRole("button", { name: "Copy as curl" }).click();
    await dialog.getByRole("tab", { name: "CLI" }).click();
    await dialog.getByText("safeguard policy block NG --reason '…'").waitFor();
    expect(await dialog.getByRole("button", { name: "Save" }).isDisabled()).toBe(true);
    await dialog.getByLabel("Why").fill("pumping since Monday");
    await dialog.getByRole("button", { name: "Save" }).click();
    await decides(2);
  });

  it("the SDK is refused then, and the page shows it", async () => {
    expect(await send(LAGOS)).toBe("21408");
    const { page } = under;
    await page.reload();
    await decides(2);
    const nigeria = page.getByRole("row", { name: /Nigeria/ });
    expect(await nigeria.getByRole("combobox").inputValue()).toBe("block");
    expect(await nigeria.innerText()).toContain("1 blocked");
  });

  it("one press undoes it, and the message is accepted again", async () => {
    const { page } = under;
    await page.getByRole("button", { name: "Undo revision 2" }).click();
    await decides(3);
    expect(await send(LAGOS)).toBe("queued");
  });

  it("an allow list from a pasted list is previewed, and may be discarded", async () => {
    const { page, url } = under;
    await page.goto(`${url}${SAFEGUARD}`);
    await page.getByRole("button", { name: "Paste a list" }).click();
    const paste = page.getByRole("dialog");
    await paste.getByLabel("Destinations").fill("Netherlands, BE\n+1; Atlantis");
    await paste.getByText("Not understood: +1, Atlantis.").waitFor();
    await paste.getByRole("button", { name: "Take over" }).click();
    const bar = page.getByRole("region", { name: "What this change would do" });
    await bar.getByText(/Blocks \d+ destinations\./).waitFor();
    await bar.getByRole("button", { name: "Discard" }).click();
    await bar.waitFor({ state: "detached" });
  });

  it("somebody else's change in between is told, and one's own goes on top of it", async () => {
    const { page } = under;
    await page.getByRole("checkbox", { name: "Allow Pakistan" }).uncheck();
    await call(under, "POST", "/v1/policies/default/destinations", { block: ["CU"], reason: "from elsewhere" });
    const bar = page.getByRole("region", { name: "What this change would do" });
    await bar.getByRole("button", { name: "Review and save" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Why").fill("no users there");
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.getByText("Revision 4 by Ann Example: from elsewhere.").waitFor();
    await dialog.getByRole("button", { name: "Put my changes on top of it" }).click();
    await dialog.getByRole("button", { name: "Save" }).click();
    await decides(5);
    for (const name of ["Pakistan", "Cuba"]) {
      expect(await page.getByRole("checkbox", { name: `Allow ${name}` }).isChecked()).toBe(false);
    }
  });

  it("the history says who, why and what, restores, and is a file", async () => {
    const { page } = under;
    await page.getByRole("tab", { name: "History" }).click();
    await page.waitForURL(`**${SAFEGUARD}/history`);
    await page.getByRole("button", { name: /Revision 2/ }).click();
    await page.getByRole("rowheader", { name: "Nigeria (NG)" }).waitFor();
    await page.getByRole("button", { name: "Restore revision 2" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Why").fill("it began again");
    await dialog.getByRole("button", { name: "Restore revision 2" }).click();
    await decides(6);
    expect(await send(LAGOS)).toBe("21408");
    const [csv] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Export CSV" }).click(),
    ]);
    expect(readFileSync(await csv.path(), "utf8")).toContain("pumping since Monday");
  });

  it.each(["light", "dark"] as const)("can be read by everybody in %s", async (colorScheme) => {
    const { page, url, complaints } = under;
    await page.emulateMedia({ colorScheme });
    for (const path of [SAFEGUARD, `${SAFEGUARD}/history`]) {
      await page.goto(`${url}${path}`);
      await decides(6);
      if (path === SAFEGUARD) {
        await page.getByRole("checkbox", { name: "Nigeria (NG): Blocked" }).waitFor();
        await page.getByRole("checkbox", { name: "Allow Ghana" }).uncheck();
        await page.getByText("Blocks 1 destination.").waitFor();
      } else await page.getByRole("button", { name: /Revision 2/ }).click();
      await page.waitForTimeout(500);
      const { violations } = await new AxeBuilder({ page }).analyze();
      const found = violations.flatMap(({ id, nodes }) =>
        nodes.slice(0, 5).map(({ target, failureSummary }) => ({ id, target, failureSummary })),
      );
      expect(found, path).toEqual([]);
    }
    expect(complaints).toEqual([]);
  });
});

/** The native API as the person who is signed in. */
async function call({ page }: ConsoleUnderTest, method: string, path: string, body?: unknown): Promise<unknown> {
  return page.evaluate(
    async ([verb, address, content]) => {
      const answer = await fetch(address, {
        method: verb,
        headers: {
          "safeguard-console": "1",
          ...(content === null ? {} : { "content-type": "application/json" }),
        },
        ...(content === null ? {} : { body: content }),
      });
      return answer.json();
    },
    [method, path, body === undefined ? null : JSON.stringify(body)] as const,
  );
}

/** Twilio's own client with a key of the account; what became of a message: its status, or the code of the refusal. */
async function twilioClient(under: ConsoleUnderTest): Promise<(to: string) => Promise<string>> {
  const session = (await call(under, "GET", "/v1/session")) as { accounts: { id: string }[] };
  const account = (await call(under, "GET", `/v1/accounts/${session.accounts[0]?.id}`)) as { twilioSid: string };
  const key = (await call(under, "POST", "/v1/keys", {
    name: "shop",
    mode: "live",
    scopes: ["messages:send", "messages:read"],
  })) as { authToken: string };
  const sdk = twilio(account.twilioSid, key.authToken);
  sdk.api.baseUrl = under.url;
  return async (to) => {
    try {
      return (await sdk.messages.create({ to, from: "Shop", body: "Your code is 123456" })).status;
    } catch (refusal) {
      return String((refusal as { readonly code?: number }).code);
    }
  };
}
