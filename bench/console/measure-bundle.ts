import { bundleFiles, weightOf } from "./bundle.ts";
import { freePort, setUp, startBrowser, startServer } from "./open-console.ts";

const GOAL_KB = 400;
/** Smaller parts are summed up. */
const SMALLEST_KB = 5;
const PAGES = [
  "/sign-in",
  "/overview",
  "/channels/messages",
  "/channels/live",
  "/channels/settings/business-messaging/safeguard",
];

const kb = (bytes: number): string => `${(bytes / 1000).toFixed(0)} KB`;

/** What each page brings when it is the first that one opens, and every part by its size. */
export async function measureBundle(directory: string) {
  const server = await startServer(directory, await freePort());
  const browser = await startBrowser();
  const loads: {
    readonly page: string;
    readonly files: number;
    readonly gzipped: number;
    readonly pictures: number;
  }[] = [];
  try {
    const { context } = await setUp(browser, server);
    const state = await context.storageState();
    for (const path of PAGES) {
      const fresh = await browser.newContext({ locale: "en-GB", ...(path !== "/sign-in" && { storageState: state }) });
      const page = await fresh.newPage();
      const urls: string[] = [];
      page.on("request", (request) => urls.push(request.url()));
      await page.goto(server.url + path);
      await page.getByRole("heading", { level: 1 }).waitFor();
      await page.waitForLoadState("networkidle", { timeout: 5_000 }).catch(() => undefined);
      loads.push({ page: path, ...weightOf(urls) });
      await fresh.close();
    }
  } finally {
    await browser.close();
    await server.stop();
  }
  const files = bundleFiles();
  const small = files.filter(({ gzipped }) => gzipped < SMALLEST_KB * 1000);
  const first = Math.max(...loads.slice(0, 2).map(({ gzipped }) => gzipped));
  return {
    goals: [
      {
        what: "first load (sign-in, overview), gzipped, without map and charts",
        goal: `≤ ${GOAL_KB} KB`,
        measured: kb(first),
        met: first <= GOAL_KB * 1000,
      },
    ],
    report: `## Bundle

| opened first | files | gzipped | map and charts besides |
| --- | --- | --- | --- |
${loads.map((one) => `| \`${one.page}\` | ${one.files} | ${kb(one.gzipped)} | ${one.pictures === 0 ? "–" : kb(one.pictures)} |`).join("\n")}

| part | size | gzipped |
| --- | --- | --- |
${files
  .filter((one) => !small.includes(one))
  .map(({ name, bytes, gzipped }) => `| \`${name}\` | ${kb(bytes)} | ${kb(gzipped)} |`)
  .join("\n")}
| ${small.length} smaller ones together | ${kb(small.reduce((sum, { bytes }) => sum + bytes, 0))} | ${kb(small.reduce((sum, { gzipped }) => sum + gzipped, 0))} |
`,
    figures: { loads, files },
  };
}
