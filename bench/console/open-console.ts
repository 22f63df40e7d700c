import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";

const CHROMIUM = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
const SAFEGUARD = fileURLToPath(new URL("../../packages/server/bin/safeguard.js", import.meta.url));
export const PASSWORD = "correct horse battery";

export interface RunningServer {
  readonly url: string;
  /** By which the first person makes a login; undefined: there is one already. */
  readonly setupLink: string | undefined;
  /** From the start of the process until it said that it listens. */
  readonly milliseconds: number;
  stop(): Promise<void>;
}

/** The real server, as `npm start` starts it, on a data folder. */
export async function startServer(directory: string, port: number): Promise<RunningServer> {
  const began = performance.now();
  const child: ChildProcess = spawn(process.execPath, [SAFEGUARD, "dev", "--port", String(port), "--data", directory], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (child.stdout === null) throw new Error("the server has no output");
  const lines = createInterface(child.stdout);
  let url: string | undefined;
  let setupLink: string | undefined;
  let milliseconds = 0;
  for await (const line of lines) {
    const listens = /listens on (\S+)/.exec(line)?.[1];
    if (listens !== undefined) {
      url = listens;
      milliseconds = performance.now() - began;
    }
    setupLink ??= /this link: (\S+)/.exec(line)?.[1];
    if (url === undefined || !/^ {2}Data\b/.test(line)) continue;
    child.stdout.resume();
    return {
      url,
      setupLink,
      milliseconds,
      async stop() {
        child.kill();
        if (child.exitCode === null) await once(child, "exit");
      },
    };
  }
  throw new Error("the server ended before it listened");
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  server.close();
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

export function startBrowser(): Promise<Browser> {
  if (!existsSync(CHROMIUM)) throw new Error(`there is no ${CHROMIUM}: say where one is in CHROMIUM`);
  return chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox", "--enable-precise-memory-info"] });
}

/** Sets up the owner by the link that the server printed; the context is signed in then. */
export async function setUp(
  browser: Browser,
  { setupLink }: RunningServer,
): Promise<{ readonly context: BrowserContext; readonly page: Page }> {
  if (setupLink === undefined) throw new Error("somebody has a login already");
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: "en-GB" });
  const page = await context.newPage();
  await page.goto(setupLink);
  await page.getByLabel("Your name").fill("Ann Example");
  await page.getByLabel("E-mail address").fill("ann@example.com");
  await page.getByLabel("New password").fill(PASSWORD);
  await page.getByLabel("The same once more").fill(PASSWORD);
  await page.getByRole("button", { name: "Set up" }).click();
  await page.waitForURL("**/overview");
  return { context, page };
}

/** A key that may do everything that the bench does; made by who is signed in. */
export function makeKey(page: Page): Promise<string> {
  return page.evaluate<string>(`fetch("/v1/keys", {
    method: "POST",
    headers: { "safeguard-console": "1", "content-type": "application/json" },
    body: JSON.stringify({ name: "bench", mode: "test", scopes: ["messages:send", "decisions:write", "policies:read", "policies:write", "usage:read", "incidents:read"] }),
  }).then((answer) => answer.json()).then(({ secret }) => secret)`);
}
