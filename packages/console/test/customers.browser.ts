import AxeBuilder from "@axe-core/playwright";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { askHere } from "./ask-here.ts";
import { type ConsoleUnderTest, NO_BROWSER, startConsole } from "./start-console.ts";

interface Made {
  readonly id: string;
}

/** A PNG of one pixel. */
const DOT = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

describe.skipIf(NO_BROWSER !== undefined)("customers, in the browser", { timeout: 120_000 }, () => {
  let under: ConsoleUnderTest;
  const ids: string[] = [];
  beforeAll(async () => {
    under = await startConsole();
    for (const name of ["Alpha shop", "Beta bank", "Gamma games", "<img src=x onerror=alert(1)>"]) {
      ids.push((await askHere<Made>(under.page, "POST", "/v1/accounts", { name })).id);
    }
    const document = { listMode: "allow_all", detection: { mode: "off" } };
    await put(1, document);
  }, 120_000);
  afterAll(() => under?.stop());

  const go = (path: string) => under.page.goto(`${under.url}${path}`);
  async function put(child: number, document: object): Promise<void> {
    const answer = await under.page.evaluate(
      async ([account, text]) =>
        (
          await fetch("/v1/policies/default", {
            method: "PUT",
            headers: { "safeguard-console": "1", "content-type": "application/json", "safeguard-account": account },
            body: text,
          })
        ).status,
      [ids[child] ?? "", JSON.stringify({ document, reason: "test" })] as const,
    );
    expect(answer).toBe(201);
  }

  it("lists the accounts with what needs a person, by the address of the page", async () => {
    const { page } = under;
    await go("/overview");
    await page.getByRole("link", { name: "Customers" }).click();
    await page.getByRole("row", { name: /Alpha shop/ }).waitFor();
    expect(await page.getByRole("row").count()).toBe(5);
    await page
      .getByRole("row", { name: /Beta bank/ })
      .getByText("Detection off")
      .last()
      .waitFor();
    await go("/customers?show=open_policy&sort=policy");
    await page.getByRole("row", { name: /Beta bank/ }).waitFor();
    await page.getByRole("button", { name: "Account", exact: true }).click();
    await page.waitForURL("**sort=name**");
    await page.getByRole("columnheader", { name: "Account", exact: true }).waitFor();
    await go("/customers?q=gamma");
    await page.getByRole("row", { name: /Gamma games/ }).waitFor();
    expect(await page.getByRole("row").count()).toBe(2);
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "CSV" }).first().click(),
    ]);
    expect(file.suggestedFilename()).toBe("customers.csv");
  });

  it("suspends with a reason, and lets in again", async () => {
    const { page } = under;
    await go("/customers?sort=name");
    await page.getByRole("button", { name: "What can be done with Alpha shop" }).click();
    await page.getByRole("menuitem", { name: "Suspend …" }).click();
    await page.getByRole("textbox").last().fill("does not pay");
    await page.getByRole("dialog").getByRole("button", { name: "Suspend", exact: true }).click();
    const row = page.getByRole("row", { name: /Alpha shop/ });
    await row.getByText("Suspended").last().waitFor();
    await page.getByRole("button", { name: "What can be done with Alpha shop" }).click();
    await page.getByRole("menuitem", { name: "Resume …" }).click();
    await page.getByRole("textbox").last().fill("has paid");
    await page.getByRole("dialog").getByRole("button", { name: "Resume", exact: true }).click();
    await row.getByText("Active").waitFor();
  });

  it("leads into an account, and from the queue of all into its case", async () => {
    const { page } = under;
    const attack = await page.evaluate(
      async (account) =>
        (
          await fetch("/v1/sandbox/attack", {
            method: "POST",
            headers: { "safeguard-console": "1", "content-type": "application/json", "safeguard-account": account },
            body: "{}",
          })
        ).status,
      ids[2] ?? "",
    );
    expect(attack).toBe(201);
    await go("/customers/incidents");
    await page.getByRole("link", { name: "Gamma games: incident 1" }).click();
    await page.waitForURL("**/channels/incidents/1");
    await page.getByRole("heading", { level: 1, name: /1/ }).waitFor();
    expect(await page.getByRole("combobox", { name: "Account" }).inputValue()).toBe("Gamma games");
    // It has nobody below it.
    expect(await page.getByRole("link", { name: "Customers" }).count()).toBe(0);
    await page.getByRole("combobox", { name: "Account" }).click();
    await page.getByRole("option", { name: "Demo" }).click();
    await page.getByRole("link", { name: "Customers" }).click();
    const row = page.getByRole("row", { name: /Gamma games/ });
    await row.getByRole("link", { name: "1", exact: true }).waitFor();
    await row.getByRole("link", { name: "Gamma games" }).click();
    await page.waitForURL("**/overview");
    expect(await page.getByRole("combobox", { name: "Account" }).inputValue()).toBe("Gamma games");
    await go(`/customers?account=${(await accounts())[0]?.id}`);
    await page.getByRole("row", { name: /Gamma games/ }).waitFor();
    expect(page.url()).not.toContain("account=");
  });

  it("rolls a baseline out in stages after a preview, says who has it, and undoes it", async () => {
    const { page } = under;
    await put(0, { listMode: "allow_list", destinations: { NL: { action: "filter" } } });
    await go("/customers/rollouts");
    await page.getByRole("link", { name: "New roll-out" }).click();
    await page.getByRole("combobox", { name: "Policy of" }).click();
    await page.getByRole("option", { name: "Alpha shop" }).click();
    await page.getByText("3 accounts change").waitFor();
    await page.getByRole("button", { name: /Gamma games.*closes \d+ destinations/s }).click();
    await page.getByRole("row", { name: /Netherlands/ }).waitFor();
    await page.getByRole("combobox", { name: "These first" }).click();
    await page.getByRole("option", { name: "Beta bank" }).click();
    await page.keyboard.press("Escape");
    await page.getByLabel("Stages, in per cent of the accounts").fill("100, 5");
    await page.getByText("Must be per cents that rise").waitFor();
    await page.getByLabel("Stages, in per cent of the accounts").fill("100");
    await page.getByLabel("Why").fill("Only the Netherlands this winter");
    await shoot("customers-rollouts-new");
    await page.getByRole("button", { name: "Prepare" }).click();
    await page.getByRole("button", { name: "Begin stage 1: 1 more account" }).click();
    await page
      .getByRole("row", { name: /Beta bank/ })
      .getByText("In force")
      .waitFor();
    // One of the others changes its own policy before its turn.
    await put(2, { listMode: "allow_list", destinations: { DE: { action: "filter" } } });
    await page.getByRole("button", { name: "Begin stage 2: 2 more accounts" }).click();
    await page
      .getByRole("row", { name: /Gamma games/ })
      .getByText("Left: changed since")
      .waitFor();
    await page.getByText("1 account was left as it is").waitFor();
    await page.getByText("3 of 3 accounts").waitFor();
    await shoot("customers-rollout");
    await page.getByRole("button", { name: "Undo …" }).click();
    await page.getByRole("dialog").getByLabel("Why").fill("too early");
    await page.getByRole("dialog").getByRole("button", { name: "Undo", exact: true }).click();
    await page
      .getByRole("row", { name: /Beta bank/ })
      .getByText("Undone.")
      .waitFor();
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
    await go("/customers/rollouts");
    await page.getByRole("link", { name: "Only the Netherlands this winter" }).waitFor();
  });

  it("shows name, logo and colour of the account's own to it and those below, and takes no script for a picture", async () => {
    const { page } = under;
    await go("/customers/brand");
    await page.getByRole("textbox", { name: "Name", exact: true }).fill("Tele <b>Nova</b>");
    await page.locator("input[type=color]").fill("#ffd400");
    const [chooser] = await Promise.all([
      page.waitForEvent("filechooser"),
      page.getByRole("button", { name: "Logo" }).click(),
    ]);
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"></svg>');
    await chooser.setFiles({ name: "logo.png", mimeType: "image/png", buffer: svg });
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByRole("alert").getByText("must be a PNG or WebP picture").first().waitFor();
    const [again] = await Promise.all([
      page.waitForEvent("filechooser"),
      page.getByRole("button", { name: "Logo" }).click(),
    ]);
    await again.setFiles({ name: "logo.png", mimeType: "image/png", buffer: Buffer.from(DOT, "base64") });
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByText("too light for white text").waitFor();
    await page.getByRole("banner").getByText("Tele <b>Nova</b>").waitFor();
    await page.waitForFunction("document.title.endsWith('Tele <b>Nova</b>')");
    const logo = page.locator("header img");
    await logo.waitFor();
    expect(await logo.getAttribute("src")).toMatch(/^\/v1\/brand\/logos\/[0-9a-f]{64}\.png$/);
    await page.waitForFunction("document.querySelector('header img').naturalWidth === 1");
    // Below, too; and in both themes nothing became unreadable.
    for (const scheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme: scheme });
      for (const path of [`/overview?account=${ids[0]}`, "/customers/brand?account=", "/channels/incidents"]) {
        await go(path.endsWith("account=") ? `${path}${(await accounts())[0]?.id}` : path);
        await page.getByRole("heading", { level: 1 }).waitFor();
        await page.getByRole("banner").getByText("Tele <b>Nova</b>").waitFor();
        await page.locator("main [aria-busy=true]").first().waitFor({ state: "detached" });
        await shoot(`brand-${scheme}-${path.split("?")[0]?.slice(1).replaceAll("/", "-")}`);
        const { violations } = await new AxeBuilder({ page }).analyze();
        expect([scheme, path, violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])]).toEqual([
          ...[scheme, path, []],
        ]);
      }
    }
    const outside = await under.context.browser()?.newContext({ locale: "en-GB" });
    const door = await outside?.newPage();
    await door?.goto(`${under.url}/sign-in`);
    await door?.getByText("Tele <b>Nova</b>").waitFor();
    await outside?.close();
    await page.emulateMedia({ colorScheme: "light" });
    await askHere(page, "PUT", "/v1/brand", { name: null, colour: null, logo: null });
  });

  /** For eyes, where SHOTS says where to. */
  async function shoot(name: string): Promise<void> {
    const folder = process.env["SHOTS"];
    if (folder === undefined) return;
    await under.page.waitForTimeout(400);
    await under.page.screenshot({ path: `${folder}-${name}.png`, fullPage: true });
  }

  const accounts = async (): Promise<readonly Made[]> =>
    (await askHere<{ readonly accounts: readonly Made[] }>(under.page, "GET", "/v1/session")).accounts;

  it("has no fault that axe finds, and the page's policy has refused nothing", async () => {
    const { page } = under;
    for (const scheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme: scheme });
      for (const path of [
        "/customers",
        "/customers/incidents",
        "/customers/rollouts",
        "/customers/rollouts/new",
        "/customers/brand",
      ]) {
        await go(path);
        await page.getByRole("heading", { level: 1 }).waitFor();
        await page.locator("[aria-busy=true]").first().waitFor({ state: "detached" });
        await page.locator("main [aria-busy=true]").first().waitFor({ state: "detached" });
        await shoot(`${path.slice(1).replaceAll("/", "-")}-${scheme}`);
        const { violations } = await new AxeBuilder({ page }).analyze();
        expect([scheme, path, violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])]).toEqual([
          scheme,
          path,
          [],
        ]);
      }
    }
    expect(under.complaints).toEqual([]);
  });
});
