/**
 * `npm run screenshots`: every page that the navigation leads to, with the traffic of a simulated attack in it, in light and
 * dark, wide and narrow, into docs/images/console. They are looked at before they are kept.
 */
import { mkdirSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
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
/** Longer pages are cut off below. */
const TALLEST = 2_400;

if (NO_BROWSER !== undefined) throw new Error(NO_BROWSER);
const { page, url, stop } = await startConsole();
try {
  await page.getByRole("button", { name: "Simulate an attack" }).click();
  await page.getByRole("link", { name: "Open incident 1" }).waitFor({ timeout: 60_000 });
  // (what a backtest found, besides the page where a file is dropped)
  const sample = await askHere<{ readonly id: string }>(page, "POST", "/v1/backtests/sample", {});
  await askHere(page, "POST", `/v1/backtests/${sample.id}/run`, { policy: { type: "starting" } });
  const backtest = `/backtest?run=${sample.id}`;
  await page.goto(`${url}${backtest}`);
  await page.getByTestId("headline").waitFor({ timeout: 60_000 });
  await page.goto(`${url}/overview`);
  const links = page.locator('nav a[href^="/"]');
  const hrefs = await links.evaluateAll((all) => all.map((link) => link.getAttribute("href") ?? ""));
  const paths = new Set([...hrefs, ...TABS.map(({ to }) => to), "/channels/incidents/1", backtest]);

  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  for (const path of [...paths].sort()) {
    const page_ = path === backtest ? "backtest-result" : path.split("/").filter(Boolean).slice(-2).join("-");
    for (const { name, colorScheme, width, height } of LOOKS) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height });
      await page.goto(`${url}${path}`);
      await page.locator("main").waitFor();
      await page.waitForLoadState("networkidle", { timeout: 2_000 }).catch(() => undefined);
      await page.waitForTimeout(700);
      const tall = await page.evaluate("document.documentElement.scrollHeight");
      const clip = { x: 0, y: 0, width, height: Math.min(Number(tall), TALLEST) };
      await page.screenshot({ path: `${FOLDER}${page_}-${name}.jpg`, type: "jpeg", quality: 72, fullPage: true, clip });
    }
    console.error(page_);
  }
} finally {
  await stop();
}
