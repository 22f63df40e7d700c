import { readFileSync } from "node:fs";
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { askHere } from "./ask-here.ts";
import { peopleOfRoles, type RoleName } from "./roles-in.ts";
import { type ConsoleUnderTest, NO_BROWSER, startConsole } from "./start-console.ts";

const APPROVALS = "/channels/settings/business-messaging/approvals";

describe.skipIf(NO_BROWSER !== undefined)("four eyes, in the browser of two people", { timeout: 200_000 }, () => {
  let under: ConsoleUnderTest;
  let people: ReadonlyMap<RoleName, Page>;
  beforeAll(async () => {
    under = await startConsole();
    const { page } = under;
    await askHere(page, "POST", "/v1/sandbox/attack", {});
    people = await peopleOfRoles(under);
    const session = await askHere<{ accounts: readonly { readonly id: string }[] }>(page, "GET", "/v1/session");
    await askHere(page, "PATCH", `/v1/accounts/${session.accounts[0]?.id}`, { fourEyes: { expiresAfterHours: 24 } });
  }, 300_000);
  afterAll(() => under?.stop());

  const pageOf = (role: RoleName): Page => {
    const page = people.get(role);
    if (page === undefined) throw new Error(`nobody is ${role}`);
    return page;
  };
  const proposals = (page: Page, text: string) => page.locator("[data-proposal]").filter({ hasText: text });
  /** What loosens is answered as a refusal that says that it waits. */
  const propose = (method: string, path: string, body?: object) =>
    askHere(under.page, method, path, body).catch((failure: Error) => expect(failure.message).toContain("prp_"));

  it("teaches what will be here while nothing waits", async () => {
    const { page, url } = under;
    await page.goto(`${url}${APPROVALS}`);
    await page.getByText("Nothing waits").waitFor();
    await page.getByText("Four eyes are on.").waitFor();
    expect(await page.getByRole("navigation").getByRole("link", { name: "Approvals", exact: true }).count()).toBe(1);
  });

  it("says at once that a release waits, and not that it was refused", async () => {
    const { page, url } = under;
    await page.goto(`${url}/channels/incidents/1`);
    await page.getByRole("button", { name: "Release" }).click();
    await page.getByLabel("Why?").fill("a campaign of ours");
    await page.getByRole("dialog").getByRole("button", { name: "Release" }).click();
    const waits = page.getByRole("dialog").getByRole("alert").filter({ hasText: "It waits for a second person" });
    await waits.waitFor();
    await page.getByRole("link", { name: /^Approvals 1/ }).waitFor();
    await page.getByRole("alert").filter({ hasText: "Waits for a second person: Release incident 1" }).waitFor();
    await waits.getByRole("link", { name: "See what waits" }).click();
    await page.waitForURL(`**${APPROVALS}`);
  });

  it("shows the proposer what waits, and that he cannot approve his own", async () => {
    const { page } = under;
    const card = proposals(page, "release incident 1");
    await card.getByText("Proposed by Ann Example").waitFor();
    await card.getByText("“a campaign of ours”").waitFor();
    await card.getByText("New numbers in its ranges get messages again").waitFor();
    await card.getByText("somebody else has to approve it").waitFor();
    await card.getByLabel("Why").fill("mine");
    expect(await card.getByRole("button", { name: "Approve" }).isDisabled()).toBe(true);
    expect(await card.getByRole("button", { name: "Withdraw" }).isDisabled()).toBe(false);
  });

  it("lets another approve it from the navigation's badge on, and it is done", async () => {
    const other = pageOf("operator");
    await other.goto(`${under.url}/overview`);
    await other.getByRole("link", { name: /^Approvals 1/ }).click();
    const card = proposals(other, "release incident 1");
    expect(await card.getByRole("button", { name: "Withdraw" }).count()).toBe(0);
    expect(await card.getByRole("button", { name: "Approve" }).isDisabled()).toBe(true);
    await card.getByLabel("Why").fill("agreed with Ann");
    await card.getByRole("button", { name: "Approve" }).click();
    await other.getByText("Nothing waits").waitFor();
    const became = other.getByRole("alert").filter({ hasText: "Approved: Release incident 1" });
    await became.getByText("It takes effect").waitFor();
    await became.getByRole("button", { name: "Close" }).click();
    await other.getByText("All", { exact: true }).click();
    await card.getByText("Approved", { exact: true }).waitFor();
    await card.getByText("by Somebody operator").waitFor();
    await card.getByText("“agreed with Ann”").waitFor();
    await card.getByRole("link", { name: "Incident 1" }).click();
    await other.getByText("Released, still open").waitFor();
  });

  it("shows each kind of act with what it would do, beside the policy's changes, and rejects and withdraws", async () => {
    const { page, url } = under;
    await askHere(page, "POST", "/v1/policies/default/destinations", { block: ["CU"], reason: "test" });
    await askHere(page, "POST", "/v1/policies/default/destinations", { allow: ["CU"], reason: "test" });
    const key = await askHere<{ id: string }>(page, "POST", "/v1/keys", {
      name: "web shop",
      mode: "test",
      scopes: ["messages:send"],
    });
    await propose("POST", "/v1/detection/bypass", { reason: "a launch", forSeconds: 3_600 });
    await propose("POST", "/v1/members", { name: "Dee", email: "dee@example.com", role: "owner" });
    await propose("PATCH", `/v1/keys/${key.id}`, { scopes: ["messages:send", "policies:write"] });
    const other = pageOf("operator");
    await other.goto(`${url}${APPROVALS}`);
    const change = other.getByRole("alert").filter({ hasText: /Revision \d+ waits for a second person/ });
    await change.getByRole("row", { name: /Cuba.*Blocked.*Allowed/ }).waitFor();
    expect(await change.getByRole("button", { name: "Withdraw" }).count()).toBe(0);
    await other.getByRole("link", { name: /^Approvals 4/ }).waitFor();
    await proposals(other, "detection stands aside for 60 minutes").waitFor();
    await proposals(other, "Dee (dee@example.com) becomes Owner").waitFor();
    await proposals(other, "let the key web shop do more").getByText("it may send messages, change policies").waitFor();

    const bypass = proposals(other, "bypass detection");
    await bypass.getByLabel("Why").fill("not today");
    await bypass.getByRole("button", { name: "Reject" }).click();
    await bypass.waitFor({ state: "detached" });
    // What is beyond the approver's own rights is refused in words, and waits on.
    const member = proposals(other, "make Dee a member");
    await member.getByLabel("Why").fill("agreed");
    await member.getByRole("button", { name: "Approve" }).click();
    await member.getByRole("alert").waitFor();

    await page.goto(`${url}${APPROVALS}`);
    const own = proposals(page, "make Dee a member");
    await own.getByLabel("Why").fill("not needed any more");
    await own.getByRole("button", { name: "Withdraw" }).click();
    await own.waitFor({ state: "detached" });
    await page.goto(`${url}${APPROVALS}?show=all`);
    await proposals(page, "bypass detection").getByText("Rejected").waitFor();
    await own.getByText("Withdrawn").waitFor();
    const [csv] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Export CSV" }).click(),
    ]);
    const rows = readFileSync(await csv.path(), "utf8");
    expect(rows).toMatch(/bypass detection,a launch,Ann Example,.*,rejected,Somebody operator,.*,not today/);
  });

  it("is there for those who may only look, without what they may not do", async () => {
    for (const role of ["analyst", "read_only"] as const) {
      const page = pageOf(role);
      await page.goto(`${under.url}${APPROVALS}`);
      await proposals(page, "web shop").getByText("An owner or operator can approve or reject it.").waitFor();
      for (const name of ["Approve", "Reject", "Withdraw"]) {
        expect([role, name, await page.getByRole("button", { name }).count()]).toEqual([role, name, 0]);
      }
    }
  });

  it.each(["en", "nl"] as const)(
    "can be read by everybody in %s, light and dark, wide and narrow",
    async (language) => {
      const { page, url, complaints } = under;
      await page.evaluate((chosen) => localStorage.setItem("safeguard-language", chosen), language);
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme });
        for (const width of [360, 1600]) {
          await page.setViewportSize({ width, height: 900 });
          await page.goto(`${url}${APPROVALS}?show=all`);
          await page.locator("[data-proposal]").nth(2).waitFor();
          await page.waitForTimeout(400);
          const { violations } = await new AxeBuilder({ page }).analyze();
          expect(violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => [id, html]))).toEqual([]);
          const room = "document.documentElement.clientWidth - document.documentElement.scrollWidth";
          expect([width, await page.evaluate<number>(room)]).toEqual([width, 0]);
          const folder = process.env["LOOK_AT"];
          if (folder !== undefined) {
            await page.screenshot({
              path: `${folder}/approvals-${language}-${colorScheme}-${width}.png`,
              fullPage: true,
            });
          }
        }
      }
      expect(complaints).toEqual([]);
    },
  );
});

describe.skipIf(NO_BROWSER !== undefined)("four eyes of somebody who is alone", { timeout: 200_000 }, () => {
  let under: ConsoleUnderTest;
  beforeAll(async () => {
    under = await startConsole();
  }, 300_000);
  afterAll(() => under?.stop());

  it("are turned on only with a tick, after saying what that means and how to take it back", async () => {
    const { page, url } = under;
    await page.goto(`${url}/settings/account`);
    await page.getByText("only an account above it, or the operator of the server, can").waitFor();
    await page.getByRole("switch", { name: "Loosening needs a second person" }).click();
    const alone = page.getByRole("alert").filter({ hasText: "Only 1 person of this account could approve" });
    await alone.getByRole("link", { name: "Users and roles" }).waitFor();
    const save = page.getByRole("button", { name: "Save", exact: true });
    expect(await save.isDisabled()).toBe(true);
    const tick = alone.getByRole("checkbox", { name: "Turn it on all the same" });
    const [box, bar] = [await tick.boundingBox(), await save.boundingBox()];
    expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThan(bar?.y ?? 0);
    const folder = process.env["LOOK_AT"];
    if (folder !== undefined) await page.screenshot({ path: `${folder}/four-eyes-alone.png` });
    await page.getByRole("textbox", { name: "Name", exact: true }).press("Enter");
    await tick.check();
    const [request] = await Promise.all([page.waitForRequest((one) => one.method() === "PATCH"), save.click()]);
    expect(request.postDataJSON()).toEqual({ fourEyes: { expiresAfterHours: 72 } });
    await page.getByText("The settings are saved").waitFor();
    await alone.waitFor();
    expect(await tick.count()).toBe(0);
  });

  it("say before a change is saved that it will wait, and afterwards who can approve it", async () => {
    const { page, url } = under;
    await askHere(page, "POST", "/v1/policies/default/destinations", { block: ["NL"], reason: "test" });
    await page.goto(`${url}/channels/settings/business-messaging/safeguard`);
    await page.getByRole("searchbox", { name: "Find a destination" }).fill("Netherlands");
    await page.getByRole("checkbox", { name: "Allow Netherlands", exact: true }).check();
    await page.getByRole("button", { name: "Review and save" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("This will wait for a second person").waitFor();
    await dialog.getByLabel("Why").fill("a shop there");
    await dialog.getByRole("button", { name: "Propose" }).click();
    await dialog.waitFor({ state: "detached" });
    await askHere(page, "POST", "/v1/members", { name: "Dee", email: "dee@example.com", role: "owner" }).catch(
      () => {},
    );
    await page.goto(`${url}${APPROVALS}`);
    const member = page.locator("[data-proposal]");
    await member.getByText(/npx safeguard approvals approve prp_\w+ --account acc_/).waitFor();
    await member.getByRole("button", { name: "Copy" }).waitFor();
    const change = page.getByRole("alert").filter({ hasText: /Revision 3 waits/ });
    await change.getByText("npx safeguard approvals approve 3 --policy default").waitFor();
    await change.getByRole("row", { name: /Netherlands.*Blocked.*Allowed/ }).waitFor();
  });

  it.each(["en", "nl"] as const)("can be read by everybody in %s, light and dark", async (language) => {
    const { page, url, complaints } = under;
    await page.evaluate((chosen) => localStorage.setItem("safeguard-language", chosen), language);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      for (const path of ["/settings/account", APPROVALS]) {
        await page.goto(`${url}${path}`);
        await page.getByRole("main").getByRole("alert").first().waitFor();
        await page.waitForTimeout(400);
        const { violations } = await new AxeBuilder({ page }).analyze();
        expect(violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => [id, html]))).toEqual([]);
        const folder = process.env["LOOK_AT"];
        if (folder !== undefined) {
          const name = `four-eyes-${path.split("/").at(-1)}-${language}-${colorScheme}.png`;
          await page.screenshot({ path: `${folder}/${name}`, fullPage: true });
        }
      }
    }
    await page.evaluate(() => localStorage.setItem("safeguard-language", "en"));
    expect(complaints).toEqual([]);
  });
});
