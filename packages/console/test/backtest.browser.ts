import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import AxeBuilder from "@axe-core/playwright";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { askHere } from "./ask-here.ts";
import { type ConsoleUnderTest, NO_BROWSER, startConsole } from "./start-console.ts";

const SAMPLE = fileURLToPath(new URL("../../../docs/guide/examples/sample-traffic.csv", import.meta.url));

describe.skipIf(NO_BROWSER !== undefined)("a backtest, in the browser", () => {
  let under: ConsoleUnderTest;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "safeguard-backtest-browser-"));
    under = await startConsole();
    under.page.setDefaultTimeout(30_000);
  });
  afterAll(async () => {
    await under?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const looksWellIn = async (place: string): Promise<void> => {
    for (const colorScheme of ["light", "dark"] as const) {
      await under.page.emulateMedia({ colorScheme });
      // (colours fade into one another)
      await under.page.waitForTimeout(500);
      const { violations } = await new AxeBuilder({ page: under.page }).analyze();
      expect(violations.map(({ id, nodes }) => [place, colorScheme, id, nodes[0]?.html])).toEqual([]);
    }
  };
  const headline = () => under.page.getByTestId("headline");

  it("a file that is dropped with columns of its own is mapped, and rows that cannot be read are shown before", async () => {
    const { page } = under;
    await page.getByRole("link", { name: "Backtest" }).click();
    await page.getByRole("heading", { name: "Backtest", exact: true }).waitFor();
    await page.getByText("None yet.").waitFor();
    await looksWellIn("empty");
    const [, ...rows] = readFileSync(SAMPLE, "utf8").trimEnd().split("\n");
    const header = "SMS_DT;message;MOBILE;kind;address;phone kind;dlr_at;VERIFIED_DT;tries;cost;ccy";
    const foreign = [header, ...rows.map((row) => row.replaceAll(",", ";").replaceAll("Z;", ";"))];
    foreign.splice(3, 0, "yesterday;x;+31612345678;otp;;;;;;;");
    const dropped = await page.evaluateHandle(`(() => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([${JSON.stringify(foreign.join("\n"))}], "sent.csv", { type: "text/csv" }));
      return transfer;
    })()`);
    await page
      .getByRole("region", { name: "Drop a traffic file here" })
      .dispatchEvent("drop", { dataTransfer: dropped });
    await page.getByRole("heading", { name: "sent.csv" }).waitFor();
    const time = page.getByRole("combobox", { name: "Time of the send" });
    await time.waitFor();
    expect(await time.inputValue()).toBe("SMS_DT");
    expect(await page.getByRole("combobox", { name: "Recipient" }).inputValue()).toBe("MOBILE");
    expect(await page.getByRole("combobox", { name: "Code was entered at" }).inputValue()).toBe("VERIFIED_DT");
    expect(await page.getByRole("combobox", { name: "Price" }).inputValue()).toBe("cost");
    const problems = page.getByTestId("row-problems");
    await problems
      .getByText(/has no offset from UTC/)
      .first()
      .waitFor();
    await looksWellIn("mapping");
    await page.getByRole("combobox", { name: "Times without an offset are in" }).click();
    await page.getByRole("option", { name: "UTC+00:00" }).click();
    await problems.getByText('Line 4: SMS_DT "yesterday" is no time').waitFor();
    const first = page.getByRole("table", { name: "The first rows, as they are read" }).getByRole("row").nth(1);
    expect(await first.innerText()).toMatch(/\+12063273xxx\s+United States/);
    expect(await page.locator("main").innerText()).not.toContain("3273441");
  });

  it("a run is seen under way, survives a reload, and comes to what the sample is known for", async () => {
    const { page } = under;
    await page.getByRole("combobox", { name: "Policy" }).click();
    await page.getByRole("option", { name: "What an account starts from" }).click();
    await page.getByRole("combobox", { name: "Compare with" }).click();
    await page.getByRole("option", { name: "What an account starts from" }).click();
    await page.getByRole("combobox", { name: "False-block budget" }).last().click();
    await page.getByRole("option", { name: "Strict" }).click();
    await page.getByRole("button", { name: "Run the backtest" }).click();
    await page.getByRole("progressbar").waitFor({ state: "attached" });
    await page.reload();
    await headline().waitFor();
    expect(await headline().innerText()).toMatch(
      /^1 attack found\. It would have been stopped after 4 messages; \$130\.75 of/,
    );
    await page.locator('[data-picture="number-line"]').waitFor();
    expect(await page.locator("[data-picture]").count()).toBe(5);
    // (what is beside the block is not kept, and nothing is said of it)
    expect(await page.locator('[data-picture="number-line"]').innerText()).not.toContain("on both sides");
    expect(await page.getByTestId("attack").innerText()).toContain("Pakistan");
    await page.getByTestId("rejected").getByText('Line 4: SMS_DT "yesterday" is no time').waitFor();
    await page.getByRole("table", { name: "Compared with the other policy" }).waitFor();
    expect(await page.getByRole("table", { name: "By destination" }).innerText()).toContain("Pakistan");
    const [csv] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Export CSV (By destination)" }).click(),
    ]);
    expect(readFileSync(await csv.path(), "utf8")).toMatch(/^\uFEFFdestination,messages,.*\r\n(?:.*\r\n)*PK,\d+,\d+/);
    await looksWellIn("result");
    await page.setViewportSize({ width: 360, height: 740 });
    // (pictures are drawn anew)
    await expect.poll(() => page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(360);
    await page.setViewportSize({ width: 1280, height: 900 });
  });

  it("what was found is taken along: report, decisions, a block list with what speaks against it", async () => {
    const { page } = under;
    const download = async (press: () => Promise<void>) => {
      const [file] = await Promise.all([page.waitForEvent("download"), press()]);
      return { name: file.suggestedFilename(), text: readFileSync(await file.path(), "utf8") };
    };
    const report = await download(() => page.getByRole("button", { name: "Report (HTML)" }).click());
    expect(report.text).toMatch(/^<!doctype html>[\s\S]*1 attack found/);
    const decisions = await download(() => page.getByRole("button", { name: "Every decision (CSV)" }).click());
    expect(decisions.text.split("\n")).toHaveLength(6391 + 2);
    const list = await download(async () => {
      await page.getByRole("button", { name: "Block lists" }).click();
      await page.getByRole("menuitem", { name: "Ranges, one a line" }).click();
    });
    expect(list).toMatchObject({ name: "ranges.txt", text: expect.stringContaining("\n+923467323\n") });
  });

  it("the policy that was tried is taken over as every other change, with its ranges", async () => {
    const { page } = under;
    await page.getByLabel("Also block 1 range that is surely attacked, for 30 days").waitFor();
    await page
      .getByRole("region", { name: "Take this policy over" })
      .getByRole("button", { name: "Review and save" })
      .click();
    const dialog = page.getByRole("dialog", { name: "Review and save" });
    await dialog.getByRole("rowheader").first().waitFor();
    await dialog.getByText(/1 attack found/).waitFor();
    await looksWellIn("adopting");
    await dialog.getByLabel("Why").fill("the backtest says so");
    await dialog.getByLabel("I know what this does").check();
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.waitFor({ state: "detached" });
    const { document } = await askHere<{ document: { ranges: object[]; detection: object } }>(
      page,
      "GET",
      "/v1/policies/default",
    );
    expect(document).toMatchObject({
      ranges: [{ prefix: "+923467323", action: "block" }],
      detection: { mode: "enforce" },
    });
    await page.getByRole("button", { name: /^Undo/ }).waitFor();
  });

  it("a file that is recognised is run at once; past ones are listed, and deleted", async () => {
    const { page } = under;
    await page.getByRole("link", { name: "Backtest", exact: true }).first().click();
    await page.getByRole("button", { name: "Try it with the sample" }).click();
    await page.getByText("Recognised: traffic CSV").waitFor();
    expect(await page.getByRole("combobox", { name: "Recipient" }).count()).toBe(0);
    await page.getByRole("button", { name: "Run the backtest" }).click();
    // (the policy blocks the range of the attack by now)
    await headline()
      .getByText(/^No attack found in 6,391 messages; 4\d\d would have been stopped/)
      .waitFor();
    await page.getByRole("link", { name: "Backtest", exact: true }).first().click();
    const past = page.getByRole("table", { name: "Backtests that are kept" });
    await past.getByRole("row", { name: /sample-traffic\.csv Done 0 attacks/ }).waitFor();
    await page.reload();
    await past.getByRole("link", { name: "sent.csv" }).waitFor();
    await looksWellIn("list");
    await past.getByRole("button", { name: "Delete sent.csv" }).click();
    await past.getByRole("link", { name: "sent.csv" }).waitFor({ state: "detached" });
    const empty = join(folder, "nothing.csv");
    writeFileSync(empty, "PK\u0003\u0004");
    await page.locator('input[type="file"]').setInputFiles(empty);
    await page
      .getByRole("alert")
      .getByText(/is a zip archive or an Excel workbook/)
      .waitFor();
    expect(under.complaints).toEqual([]);
  });
});
