import { readFileSync } from "node:fs";
import AxeBuilder from "@axe-core/playwright";
import type { Locator } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ConsoleUnderTest, NO_BROWSER, startConsole } from "./start-console.ts";

const SAFEGUARD = "/channels/settings/business-messaging/safeguard";
const TABS = ["ranges", "limits", "detection", "networks"] as const;

describe.skipIf(NO_BROWSER !== undefined)("ranges, limits, detection and IP restrictions, in the browser", () => {
  let under: ConsoleUnderTest;
  let send: (to: string) => Promise<{ readonly action: string; readonly reason: string }>;
  beforeAll(async () => {
    under = await startConsole();
    under.page.setDefaultTimeout(12_000);
    const key = (await call(under, "POST", "/v1/keys", {
      name: "shop",
      mode: "live",
      scopes: ["messages:send", "events:write"],
    })) as { readonly secret: string };
    const asShop = async (path: string, body: object): Promise<unknown> => {
      const answer = await fetch(`${under.url}${path}`, {
        method: "POST",
        headers: { authorization: `Bearer ${key.secret}`, "content-type": "application/json" },
        body: JSON.stringify(body),
      });
      return answer.json();
    };
    send = async (to) =>
      (await asShop("/v1/messages", { to, from: "Shop", text: "Your code is 123456" })) as Awaited<
        ReturnType<typeof send>
      >;
    for (const [to, isVerified] of [
      ["+31653123401", true],
      ["+31653123402", false],
      ["+31653123402", false],
      ["+31612345678", true],
    ] as const) {
      const { id } = (await send(to)) as unknown as { readonly id: string };
      if (isVerified) await asShop("/v1/events", { id, kind: "verified" });
    }
  });
  afterAll(() => under?.stop());

  const decides = (number: number) => under.page.getByText(`Revision ${number}, in force since`).waitFor();
  const reviewAndSave = async (reason: string, look?: (dialog: Locator) => Promise<void>): Promise<void> => {
    const { page } = under;
    await page
      .getByRole("region", { name: "What this change would do" })
      .getByRole("button", { name: "Review and save" })
      .click();
    const dialog = page.getByRole("dialog", { name: "Review and save" });
    await dialog.getByRole("rowheader").first().waitFor();
    await look?.(dialog);
    await dialog.getByLabel("Why").fill(reason);
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.waitFor({ state: "detached" });
  };

  it("a range is checked while it is typed: what is wrong, where it is, and who was there", async () => {
    const { page, url } = under;
    await page.goto(`${url}${SAFEGUARD}`);
    await page.getByRole("tab", { name: "Ranges and exceptions" }).click();
    await page.waitForURL(`**${SAFEGUARD}/ranges`);
    await page.getByText("No rules yet.").waitFor();
    await page.getByRole("button", { name: "Add a rule" }).click();
    const dialog = page.getByRole("dialog", { name: "Add a rule" });
    const prefix = dialog.getByLabel("Numbers that begin with");
    await prefix.fill("+0");
    await dialog.getByText("Write + and 1 to 15 digits").waitFor();
    await prefix.fill("0031 653");
    const traffic = dialog.getByTestId("range-traffic");
    await traffic.getByText("In Netherlands").waitFor();
    expect(await traffic.innerText()).toMatch(
      /Up to 1,000,000 numbers\. 3 messages in the last 30 days, to 2 different numbers, .*1 of these numbers is verified/s,
    );
    await dialog.getByRole("button", { name: "Take over" }).click();
    await page
      .getByRole("row", { name: /\+31653/ })
      .getByText("New, not saved")
      .waitFor();
    expect((await send("+31653123409")).action).toBe("allow");
    await reviewAndSave("resold numbers", async (review) => {
      await review.getByRole("button", { name: "Copy as curl" }).click();
      await review.getByText(/curl -X PUT .*"prefix":"\+31653"/s).waitFor();
    });
    await decides(2);
    expect((await send("+31653123409")).reason).toBe("range_blocked");
  });

  it("an exception stands before it; a number that is tested says which check decides", async () => {
    const { page } = under;
    await page.getByRole("button", { name: "Add a rule" }).click();
    const dialog = page.getByRole("dialog", { name: "Add a rule" });
    await dialog.getByRole("radio", { name: "Trusted numbers" }).click();
    await dialog.getByLabel("Number, or range").fill("+31 6 5312 34xx");
    await dialog.getByText("needs an end").waitFor();
    expect(await dialog.getByRole("button", { name: "Take over" }).isDisabled()).toBe(true);
    await dialog.getByLabel("It holds").selectOption("week");
    await dialog.getByLabel("Also where the destination is blocked").check();
    await dialog.getByLabel("Note").fill("the shop's own");
    await dialog.getByRole("button", { name: "Take over" }).click();
    await reviewAndSave("own phones", (review) => review.getByLabel("I know what this does").check());
    await decides(3);
    expect((await send("+31653123409")).reason).toBe("exception_trusted");
    const order = await page.getByRole("table", { name: "Rules in the order" }).getByRole("rowheader").allInnerTexts();
    expect(order.map((text) => text.split("\n")[0])).toEqual(["+316531234xx", "+31653…"]);
    await page.getByLabel("Number", { exact: true }).fill("+31653999999");
    await page.getByRole("button", { name: "Test", exact: true }).click();
    const checks = page.getByTestId("checks").getByRole("listitem");
    await checks.first().waitFor();
    expect(await checks.allInnerTexts()).toEqual([
      "Exceptions: nothing to say.",
      expect.stringMatching(/^Ranges: Numbers that begin with \+31653: Blocked\.\s*decides$/i),
      "Destination, kind of line and list mode: not asked any more.",
      "Limits: not asked any more.",
      "Detection: not asked any more.",
    ]);
  });

  it("rules are found by a whole number, are a file, and are taken away with one press of undo", async () => {
    const { page } = under;
    await page.getByRole("searchbox", { name: "Find a rule" }).fill("+31653123477");
    expect(await page.getByRole("table", { name: "Rules in the order" }).getByRole("rowheader").count()).toBe(2);
    // (the address remembers the search, and holds no number)
    expect(new URL(page.url()).searchParams.get("q")).toMatch(/^~[0-9a-f]{12}$/);
    const [csv] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Export CSV" }).click(),
    ]);
    expect(readFileSync(await csv.path(), "utf8")).toContain("+316531234xx,exception,trusted");
    await page.getByRole("button", { name: "Remove +31653", exact: true }).click();
    await page.getByRole("button", { name: "Put back +31653", exact: true }).click();
    await page.getByRole("button", { name: "Remove +316531234xx" }).click();
    await reviewAndSave("phones are gone");
    await decides(4);
    expect((await send("+31653123409")).reason).toBe("range_blocked");
    await page.getByRole("status").getByRole("button", { name: "Undo revision 4" }).click();
    await decides(5);
    expect((await send("+31653123409")).reason).toBe("exception_trusted");
  });

  it("what detection contains stands apart, and is released", async () => {
    const { page } = under;
    await call(under, "POST", "/v1/detection/ranges", { range: "+9929012xxxxx", reason: "a call from the operator" });
    const contained = page.getByRole("table", { name: "Contained by detection" });
    await contained.getByText("By a person").waitFor({ timeout: 20_000 });
    expect((await send("+992901234567")).action).not.toBe("allow");
    await contained.getByRole("button", { name: /^Release/ }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Why?").fill("it is over");
    await dialog.getByRole("button", { name: "Release" }).click();
    await page.getByText("Nothing is contained now.").waitFor({ timeout: 20_000 });
    expect((await send("+992901234567")).action).toBe("allow");
  });

  it("a limit takes the height that fits the past, is a sentence, holds, and says how full it is", async () => {
    const { page } = under;
    await page.getByRole("tab", { name: "Limits" }).click();
    await page.getByText("No limits yet.").waitFor();
    await page.getByRole("button", { name: "Begin with" }).click();
    await page.getByRole("menuitem", { name: "Messages to one number" }).click();
    const dialog = page.getByRole("dialog", { name: "Add a limit" });
    await dialog.getByLabel("Within any").selectOption("day");
    const fitting = dialog.getByTestId("fitting");
    await fitting.getByRole("row", { name: /yours/ }).waitFor();
    await fitting.getByRole("button", { name: /^Take \d+ message/ }).click();
    const height = Number(await dialog.getByLabel("At most").inputValue());
    expect(height).toBeGreaterThanOrEqual(2);
    await dialog.getByLabel("At most").fill("3");
    await dialog.getByText("At most 3 messages within 1 day, to each number.").waitFor();
    await dialog.getByRole("button", { name: "Take over" }).click();
    await page.getByLabel("One message").fill("0.9");
    await page.getByLabel("Currency").fill("USD");
    await reviewAndSave("nobody needs more");
    await decides(6);
    const answers = [];
    for (let count = 0; count < 4; count++) answers.push((await send("+31612345678")).reason);
    expect(answers.at(-1)).toBe("ceiling_messages");
    const card = page.getByRole("article", { name: "per-number" });
    await card.getByText(/3 messages of 3 messages/).waitFor({ timeout: 20_000 });
    await card.getByRole("button", { name: /^Change/ }).click();
    await page.getByRole("dialog").getByLabel("At most").fill("1");
    await page.getByRole("dialog").getByRole("button", { name: "Take over" }).click();
    await reviewAndSave("less still", (review) =>
      review
        .getByText(/per-number would be reached at once/)
        .waitFor()
        .then(() => review.getByLabel("I know what this does").check()),
    );
    await decides(7);
  });

  it("detection's dial says what it costs in words, and its changes are reviewed", async () => {
    const { page } = under;
    await page.getByRole("tab", { name: "Detection" }).click();
    const words = page.getByTestId("budget-words");
    await words.getByText("At most 1 in 100,000 legitimate messages").waitFor();
    await words.getByText(/For your \d+ ordinary messages of the last 90 days/).waitFor();
    await page.getByRole("slider", { name: "False-block budget" }).focus();
    await page.keyboard.press("ArrowRight");
    await words.getByText("At most 1 in 50,000 legitimate messages").waitFor();
    await page.getByRole("radio", { name: "Monitor" }).click();
    await page.getByLabel("Notification", { exact: true }).selectOption("enforce");
    await page.getByRole("radio", { name: "It is blocked" }).click();
    await page.getByLabel("Longest wait").fill("5");
    await page.getByText("4 changes, not saved").or(page.getByText("5 changes, not saved")).waitFor();
    await reviewAndSave("a look first", async (review) => {
      await review.getByText("Attacks are not stopped any more for: One-time code.").waitFor();
      await review.getByLabel("I know what this does").check();
    });
    await decides(8);
    const { document } = (await call(under, "GET", "/v1/policies/default")) as {
      readonly document: { readonly detection: object };
    };
    expect(document.detection).toEqual({
      mode: "monitor",
      purposes: { notification: "enforce" },
      falseBlockBudget: 2e-5,
      whenFailed: "closed",
      holdSeconds: 5,
    });
  });

  it("networks are checked while they are typed, warn of shutting oneself out, and hold", async () => {
    const { page } = under;
    await page.getByRole("tab", { name: "IP restrictions" }).click();
    await page.getByRole("button", { name: "Change shop" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Networks").fill("10.0.0.5/8");
    await dialog.getByText("write 10.0.0.0/8").waitFor();
    await dialog.getByLabel("Networks").fill("10.0.0.0/8\n2001:db8::/32");
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.waitFor({ state: "detached" });
    const row = page.getByRole("row", { name: /shop/ });
    await row.getByText("10.0.0.0/8").waitFor();
    await page.getByLabel("Is this address let in?").fill("127.0.0.1");
    await row.getByText("127.0.0.1 is refused").waitFor();
    expect(await send("+31612345679")).toMatchObject({ status: 401 });
    await page.getByRole("button", { name: "Undo", exact: true }).click();
    await row.getByText("127.0.0.1 is let in").waitFor();
    expect((await send("+31612345679")).action).toBe("allow");
    await page.getByRole("button", { name: "Change Demo" }).click();
    await dialog.getByLabel("Networks").fill("192.0.2.0/24");
    await dialog.getByText(/Your own address .* is in none of these/).waitFor();
    expect(await dialog.getByRole("button", { name: "Save" }).isDisabled()).toBe(true);
    await dialog.getByRole("button", { name: "Cancel" }).click();
  });

  it.each(["light", "dark"] as const)("can be read by everybody in %s", async (colorScheme) => {
    const { page, url, complaints } = under;
    await page.emulateMedia({ colorScheme });
    for (const tab of TABS) {
      await page.goto(`${url}${SAFEGUARD}/${tab}`);
      await page.getByRole("heading", { level: 2 }).first().waitFor();
      if (tab === "ranges" || tab === "limits") {
        await page.getByRole("button", { name: tab === "ranges" ? "Add a rule" : "Add a limit" }).click();
        await page.getByRole("dialog").waitFor();
        await looksGood(`${tab}, adding`);
        await page.keyboard.press("Escape");
        await page.getByRole("dialog").waitFor({ state: "detached" });
      }
      await looksGood(tab);
    }
    expect(complaints).toEqual([]);
  });

  const looksGood = async (name: string): Promise<void> => {
    const { page } = under;
    await page.waitForTimeout(800);
    const { violations } = await new AxeBuilder({ page }).analyze();
    const found = violations.flatMap(({ id, nodes }) =>
      nodes.slice(0, 5).map(({ target, failureSummary }) => ({ id, target, failureSummary })),
    );
    expect(found, name).toEqual([]);
  };
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
