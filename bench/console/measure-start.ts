import type { BrowserContext, Page } from "playwright-core";
import { spread } from "../http/load.ts";
import { serveBarePage } from "./bare-page.ts";
import { freePort, setUp, startBrowser, startServer } from "./open-console.ts";

const GOAL_MS = 2_000;
const LONGEST_START_MS = 60_000;

/** How long from a server's start, and from opening a page, until it can be used. */
export async function measureStart(directory: string, rounds: number) {
  const port = await freePort();
  const browser = await startBrowser();
  const bare = await serveBarePage();
  const times = new Map<string, number[]>();
  const note = (what: string, milliseconds: number): void => {
    times.set(what, [...(times.get(what) ?? []), milliseconds]);
  };
  try {
    const prepared = await startServer(directory, port);
    const { context } = await setUp(browser, prepared);
    const signedIn = await context.storageState();
    await context.close();
    await prepared.stop();
    const fresh = (isSignedIn: boolean): Promise<BrowserContext> =>
      browser.newContext({
        locale: "en-GB",
        viewport: { width: 1280, height: 900 },
        ...(isSignedIn && { storageState: signedIn }),
      });
    for (let round = 0; round < rounds; round++) {
      // As `npm start` with the console built, and the page opened as soon as somebody answers.
      const waiting = await (await fresh(true)).newPage();
      const began = performance.now();
      const starting = startServer(directory, port);
      await untilUsable(waiting, `http://127.0.0.1:${port}/overview`, overviewIsUsable);
      note("server start → overview", performance.now() - began);
      const server = await starting;
      note("server start → it listens", server.milliseconds);
      await waiting.context().close();
      for (const [name, path, isUsable] of [
        ["sign-in", "/sign-in", signInIsUsable],
        ["overview", "/overview", overviewIsUsable],
      ] as const) {
        const page = await (await fresh(name === "overview")).newPage();
        for (const temperature of ["cold", "warm"])
          note(`${name}, ${temperature}`, await timed(page, server.url + path, isUsable));
        await page.context().close();
      }
      const page = await (await fresh(false)).newPage();
      for (const temperature of ["cold", "warm"])
        note(`bare page, ${temperature}`, await timed(page, bare.url, bareIsUsable));
      await page.context().close();
      await server.stop();
    }
  } finally {
    bare.stop();
    await browser.close();
  }
  const figures = Object.fromEntries([...times].map(([what, all]) => [what, spread(all)]));
  const slowest = (what: string): number => figures[what]?.greatest ?? Number.NaN;
  const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(2)} s`;
  return {
    goals: ["server start → overview", "sign-in, cold", "overview, cold"].map((what) => ({
      what: `usable: ${what}`,
      goal: `≤ ${seconds(GOAL_MS)}`,
      measured: `${seconds(figures[what]?.median ?? Number.NaN)} (longest ${seconds(slowest(what))})`,
      met: slowest(what) <= GOAL_MS,
    })),
    report: `## Until a page can be used

${rounds} rounds. Usable: the heading is there, what was asked for has come, and a field or button answers. Cold: nothing in the browser's cache; warm: opened again.

| | median | longest |
| --- | --- | --- |
${[...times.keys()].map((what) => `| ${what} | ${seconds(figures[what]?.median ?? Number.NaN)} | ${seconds(slowest(what))} |`).join("\n")}

The bare page is of the same framework (React, Mantine; ${(bare.gzipped / 1000).toFixed(0)} KB gzipped) and shows a button.
`,
    figures,
  };
}

async function timed(page: Page, url: string, isUsable: (page: Page) => Promise<void>): Promise<number> {
  const began = performance.now();
  await page.goto(url, { waitUntil: "commit" });
  await isUsable(page);
  return performance.now() - began;
}

/** (a browser that is refused shows an error page, which may come in the way of the next try: so it is asked once, when somebody answers) */
async function untilUsable(page: Page, url: string, isUsable: (page: Page) => Promise<void>): Promise<void> {
  const end = performance.now() + LONGEST_START_MS;
  while (performance.now() < end) {
    const answers = await fetch(url).then(
      () => true,
      () => false,
    );
    if (answers) break;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  await page.goto(url, { waitUntil: "commit" });
  await isUsable(page);
}

async function signInIsUsable(page: Page): Promise<void> {
  await page.getByLabel("E-mail address").fill("ann@example.com");
  await page.getByRole("button", { name: "Sign in", exact: true }).click({ trial: true });
}

async function overviewIsUsable(page: Page): Promise<void> {
  await page.getByRole("heading", { level: 1 }).waitFor();
  await page.getByRole("button", { name: "Lock down" }).click({ trial: true });
  await page.getByText("Send the first message").first().waitFor();
}

async function bareIsUsable(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Ready" }).click({ trial: true });
}
