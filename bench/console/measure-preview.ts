import { load, spread } from "../http/load.ts";
import { freePort, makeKey, setUp, startBrowser, startServer } from "./open-console.ts";

const GOAL_MS = 1_000;
const LOAD_SECONDS = 5;
const AT_ONCE = 4;
const DAYS = 90;
const SAFEGUARD = "/channels/settings/business-messaging/safeguard";

/** What a change would have stopped, over all that is recorded: asked for by a program and seen in the page. */
export async function measurePreview(
  directory: string,
  records: number,
  rounds: number,
  fill: (directory: string, count: number) => number,
) {
  const filled = fill(directory, records);
  const server = await startServer(directory, await freePort());
  const browser = await startBrowser();
  try {
    const { page } = await setUp(browser, server);
    const secret = await makeKey(page);
    const headers = { authorization: `Bearer ${secret}`, "content-type": "application/json" };
    const document = { listMode: "allow_list", destinations: { NL: { action: "allow" } } };
    const ask = async (): Promise<number> => {
      const began = performance.now();
      const answer = await fetch(`${server.url}/v1/policies/default/impact`, {
        method: "POST",
        headers,
        body: JSON.stringify({ document, days: DAYS }),
      });
      const { stopped } = (await answer.json()) as { readonly stopped: { readonly messages: number } };
      // (one of twenty destinations stays)
      if (Math.abs(stopped.messages - records * 0.95) > records * 0.01)
        throw new Error(`of ${records} messages the preview stops ${stopped.messages}`);
      return performance.now() - began;
    };
    const asked: number[] = [];
    for (let round = 0; round < rounds * 4; round++) asked.push(await ask());

    // In the page: from the press until the bar says how many.
    await page.goto(`${server.url}${SAFEGUARD}?days=${DAYS}`);
    const inPage: number[] = [];
    const box = page.getByRole("checkbox", { name: "Allow Netherlands" });
    for (let round = 0; round < rounds; round++) {
      await box.waitFor();
      const began = performance.now();
      await box.uncheck();
      await page.getByText(/messages .*would have been stopped/).waitFor();
      inPage.push(performance.now() - began);
      await page.reload();
    }

    let person = 0;
    const shape = {
      path: "/v1/decisions",
      headers,
      body: () =>
        `{"to":"+316${String((person++ * 7_919_317) % 100_000_000).padStart(8, "0")}","from":"Bench","purpose":"notification"}`,
    };
    const port = Number(new URL(server.url).port);
    await load(port, shape, AT_ONCE, LOAD_SECONDS);
    const alone = await load(port, shape, AT_ONCE, LOAD_SECONDS);
    let isOver = false;
    const previews = (async (): Promise<number> => {
      let count = 0;
      for (; !isOver; count++) await ask().catch(() => undefined);
      return count;
    })();
    const meanwhile = await load(port, shape, AT_ONCE, LOAD_SECONDS);
    isOver = true;
    const count = await previews;
    const [api, seen] = [spread(asked), spread(inPage)];
    return {
      goals: [
        {
          what: `preview over ${records} recorded messages, seen in the page`,
          goal: `≤ ${GOAL_MS} ms`,
          measured: `${seen.median.toFixed(0)} ms (longest ${seen.greatest.toFixed(0)} ms)`,
          met: seen.greatest <= GOAL_MS,
        },
      ],
      report: `## Preview over ${records} recorded messages

Recorded through the API over 80 days and 20 destinations (${filled.toFixed(0)} s). An allow list of one destination, over ${DAYS} days:

| | median | longest |
| --- | --- | --- |
| asked for by a program | ${api.median.toFixed(1)} ms | ${api.greatest.toFixed(1)} ms |
| in the page, from the press to the number (0.2 s of it is waited for more presses) | ${seen.median.toFixed(0)} ms | ${seen.greatest.toFixed(0)} ms |

Decisions meanwhile (${AT_ONCE} at once, ${LOAD_SECONDS} s): p99 ${meanwhile.p99.toFixed(1)} ms while ${count} previews were asked for, one after the other without a pause; ${alone.p99.toFixed(1)} ms without.
`,
      figures: { records, filled, api, seen, alone, meanwhile, previews: count },
    };
  } finally {
    await browser.close();
    await server.stop();
  }
}
