import { watchFrames } from "./frames.ts";
import { call } from "./measure-live.ts";
import { freePort, makeKey, setUp, startBrowser, startServer } from "./open-console.ts";

const BATCH = 1000;
const LANES = 4;
const GOAL_ROWS = 120;
const GOAL_P95_MS = 34;
/** Pixels in each frame: as fast as a wheel that is turned on and on. */
const STEP = 300;

/** Scrolls through a list of messages from the newest to the oldest, and then back to the top and all over it. */
export async function measureTable(directory: string, count: number) {
  const server = await startServer(directory, await freePort());
  const browser = await startBrowser();
  try {
    const { page } = await setUp(browser, server);
    const secret = await makeKey(page);
    let sent = 0;
    const lane = async (): Promise<void> => {
      while (sent < count) {
        const first = sent;
        sent = Math.min(count, sent + BATCH);
        const messages = Array.from({ length: sent - first }, (_, index) => ({
          to: `+316${String(((first + index) * 7_919_317 + 12_345_678) % 100_000_000).padStart(8, "0")}`,
          from: "Shop",
          text: "Your order is on its way",
          purpose: "notification",
        }));
        await call(server.url, secret, "/v1/messages", { messages });
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));

    await page.goto(`${server.url}/channels/messages`);
    await page.getByRole("table", { name: "Messages" }).waitFor();
    await page.waitForTimeout(1_000);
    const heapBefore = await heap();
    // As far as there is something to scroll to; then what comes is waited for.
    const began = performance.now();
    const endLoading = await watchFrames(
      page,
      `scrollBy(0, ${STEP * 4}); globalThis.mostRows = Math.max(globalThis.mostRows ?? 0, document.querySelectorAll('[role=row]').length);`,
    );
    const end = page.locator(`[role=table][aria-rowcount="${count + 1}"]`);
    await end.waitFor({ timeout: 1_800_000 });
    const loading = await endLoading();
    const seconds = (performance.now() - began) / 1000;
    const heapAfter = await heap();
    // All of it is there now: through it once more, with nothing to wait for.
    await page.evaluate("scrollTo(0, 0)");
    await page.waitForTimeout(500);
    const endScrolling = await watchFrames(
      page,
      `scrollBy(0, ${STEP}); globalThis.mostRows = Math.max(globalThis.mostRows, document.querySelectorAll('[role=row]').length);`,
    );
    await page.waitForTimeout(10_000);
    const scrolling = await endScrolling();
    const endJumping = await watchFrames(page, "scrollTo(0, Math.random() * document.documentElement.scrollHeight);");
    await page.waitForTimeout(5_000);
    const jumping = await endJumping();
    const [rows, elements] = await page.evaluate<[number, number]>(
      '[globalThis.mostRows, document.querySelectorAll("*").length]',
    );
    const row = (name: string, { count: frames, p50, p95, p99, longest, latePercent }: typeof loading): string =>
      `| ${name} | ${frames} | ${p50.toFixed(1)} | ${p95.toFixed(1)} | ${p99.toFixed(1)} | ${longest.toFixed(1)} | ${latePercent.toFixed(1)} % |`;
    return {
      goals: [
        {
          what: `scrolling through ${count} messages: 95 of 100 frames within`,
          goal: `≤ ${GOAL_P95_MS} ms`,
          measured: `${scrolling.p95.toFixed(1)} ms`,
          met: scrolling.p95 <= GOAL_P95_MS,
        },
        { what: "rows in the page at a time", goal: `≤ ${GOAL_ROWS}`, measured: String(rows), met: rows <= GOAL_ROWS },
      ],
      report: `## A table of ${count} messages

All of them were sent and decided on. To the last one, as fast as the pages of 200 come: ${seconds.toFixed(0)} s. At most ${rows} rows and ${elements} elements at a time; the page's memory went from ${heapBefore.toFixed(0)} to ${heapAfter.toFixed(0)} MB. Times between frames in ms.

| | frames | median | p95 | p99 | longest | late |
| --- | --- | --- | --- | --- | --- | --- |
${row("scrolling while more is loaded", loading)}
${row("scrolling, all is there", scrolling)}
${row("jumping anywhere, each frame", jumping)}
`,
      figures: { count, seconds, rows, elements, heapBefore, heapAfter, loading, scrolling, jumping },
    };

    /** Megabytes that are in use after what can go is gone. */
    async function heap(): Promise<number> {
      const session = await page.context().newCDPSession(page);
      await session.send("HeapProfiler.collectGarbage");
      await session.send("Performance.enable");
      const { metrics } = await session.send("Performance.getMetrics");
      await session.detach();
      return (metrics.find(({ name }) => name === "JSHeapUsedSize")?.value ?? Number.NaN) / 1e6;
    }
  } finally {
    await browser.close();
    await server.stop();
  }
}
