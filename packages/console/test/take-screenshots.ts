/**
 * `npm run screenshots`: every page that the navigation leads to, with the traffic of a simulated attack in it, in light and
 * dark, wide and narrow, into docs/images/console. They are looked at before they are kept. `-- customers`: only the pages
 * whose names begin so; the others stay as they are.
 */
import { mkdirSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { CUSTOMER_TABS, CUSTOMERS } from "../src/customers/customers-search.ts";
import { TABS } from "../src/safeguard/tabs.ts";
import { askHere } from "./ask-here.ts";
import { NO_BROWSER, startConsole } from "./start-console.ts";

const FOLDER = fileURLToPath(new URL("../../../docs/images/console/", import.meta.url));
const LOOKS = [
  { name: "light-wide", colorScheme: "light", width: 1280, height: 900 },
  { name: "dark-wide", colorScheme: "dark", width: 1280, height: 900 },
  { name: "light-narrow", colorScheme: "light", width: 360, height: 740 },
  { name: "dark-narrow", colorScheme: "dark", width: 360, height: 740 },
] as const;
const APPROVALS = "/channels/settings/business-messaging/approvals";
/** Longer pages are cut off below. */
const TALLEST = 2_400;

if (NO_BROWSER !== undefined) throw new Error(NO_BROWSER);
const { page, url, stop } = await startConsole();
try {
  await page.getByRole("button", { name: "Simulate an attack" }).click();
  await page.getByRole("link", { name: "Open incident 1" }).waitFor({ timeout: 60_000 });
  const links = page.locator('nav a[href^="/"]');
  const hrefs = await links.evaluateAll((all) => all.map((link) => link.getAttribute("href") ?? ""));
  // (what a backtest found, besides the page where a file is dropped)
  const sample = await askHere<{ readonly id: string }>(page, "POST", "/v1/backtests/sample", {});
  await askHere(page, "POST", `/v1/backtests/${sample.id}/run`, { policy: { type: "starting" } });
  const backtest = `/backtest?run=${sample.id}`;
  await page.goto(`${url}${backtest}`);
  await page.getByTestId("headline").waitFor({ timeout: 60_000 });
  await page.goto(`${url}/overview`);
  const paths = new Set([...hrefs, ...TABS.map(({ to }) => to), "/channels/incidents/1", backtest]);
  const [only = ""] = process.argv.slice(2);

  if (only === "") rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  const isLater = (path: string): boolean => path.startsWith(CUSTOMERS) || path === APPROVALS;
  for (const path of [...paths].filter((one) => !isLater(one)).sort()) await shoot(path, only);
  // (last: with accounts below it the account looks otherwise)
  const rollout = await makeCustomers();
  for (const { to } of CUSTOMER_TABS) await shoot(to, only);
  for (const path of ["/customers/rollouts/new", `/customers/rollouts/${rollout}`]) await shoot(path, only);
  await makeProposals();
  await shoot(APPROVALS, only);
} finally {
  await stop();
}

/** One page in every look. */
async function shoot(path: string, only: string): Promise<void> {
  const name = path
    .replace(/rol_[a-z0-9]+/, "one")
    .replace(/\?run=.*/, "-result")
    .split("/")
    .filter(Boolean)
    .slice(-2)
    .join("-");
  if (!name.startsWith(only)) return;
  for (const { name: look, colorScheme, width, height } of LOOKS) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height });
    await page.goto(`${url}${path}`);
    await page.locator("main").waitFor();
    await page.waitForLoadState("networkidle", { timeout: 2_000 }).catch(() => undefined);
    await page.waitForTimeout(700);
    const tall = await page.evaluate("document.documentElement.scrollHeight");
    const clip = { x: 0, y: 0, width, height: Math.min(Number(tall), TALLEST) };
    await page.screenshot({ path: `${FOLDER}${name}-${look}.jpg`, type: "jpeg", quality: 72, fullPage: true, clip });
  }
  console.error(name);
}

/** Accounts below the first one, an attack on one of them, and a roll-out whose first stage is done: its id. */
async function makeCustomers(): Promise<string> {
  const made: string[] = [];
  for (const name of [
    "Alpine Outdoor",
    "Blue Harbour Bank",
    "Canal Bikes",
    "Delta Games",
    "Evergreen Energy",
    "Fjord Travel",
  ]) {
    made.push((await askHere<{ readonly id: string }>(page, "POST", "/v1/accounts", { name })).id);
  }
  const below = (place: number, path: string, method: string, body: object) =>
    page.evaluate(
      async ([account, verb, address, text]) => {
        const headers = { "safeguard-console": "1", "content-type": "application/json", "safeguard-account": account };
        const answer = await fetch(address, { method: verb, headers, body: text });
        if (!answer.ok) throw new Error(await answer.text());
      },
      [made[place] ?? "", method, path, JSON.stringify(body)] as const,
    );
  const dutch = { listMode: "allow_list", destinations: { NL: { action: "filter" }, BE: { action: "filter" } } };
  await below(0, "/v1/policies/default", "PUT", { document: dutch, reason: "as all should be" });
  const open = { listMode: "allow_all", detection: { mode: "off" } };
  await below(4, "/v1/policies/default", "PUT", { document: open, reason: "a trial" });
  for (const place of [3, 1]) await below(place, "/v1/sandbox/attack", "POST", {});
  await askHere(page, "POST", `/v1/accounts/${made[5]}/suspend`, { reason: "does not pay" });
  const rollout = { source: { account: made[0] }, first: [made[2]], stages: [50], reason: "Winter season: NL and BE" };
  const { id } = await askHere<{ readonly id: string }>(page, "POST", "/v1/rollouts", rollout);
  await askHere(page, "POST", `/v1/rollouts/${id}/stages`, { stage: 1 });
  return id;
}

/** What loosens waits for a second person from now on; and some of it does. */
async function makeProposals(): Promise<void> {
  const { accounts } = await askHere<{ readonly accounts: readonly { readonly id: string }[] }>(
    page,
    "GET",
    "/v1/session",
  );
  await askHere(page, "PATCH", `/v1/accounts/${accounts[0]?.id}`, { fourEyes: { expiresAfterHours: 24 } });
  const change = { block: ["CU"], reason: "nobody of ours is there" };
  await askHere(page, "POST", "/v1/policies/default/destinations", change);
  // (told as a refusal: it is taken, and waits)
  for (const [path, body] of [
    ["/v1/policies/default/destinations", { allow: ["CU"], reason: "the team in Havana begins on Monday" }],
    ["/v1/keys", { name: "web shop", mode: "live", scopes: ["messages:send"] }],
  ] as const) {
    await askHere(page, "POST", path, body).catch(() => undefined);
  }
}
