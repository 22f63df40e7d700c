import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";

export const CHROMIUM = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
/** Why tests in a browser are left out here; undefined: they run. */
export const NO_BROWSER = existsSync(CHROMIUM) ? undefined : `there is no ${CHROMIUM}`;

const SAFEGUARD = fileURLToPath(new URL("../../server/bin/safeguard.js", import.meta.url));

/** A demo server on a port of its own, and its first person signed in. */
export interface ConsoleUnderTest {
  readonly url: string;
  readonly context: BrowserContext;
  readonly page: Page;
  /** What the browser complained of: faults of scripts, and what the page's policy refused. */
  readonly complaints: readonly string[];
  stop(): Promise<void>;
}

/** Settings of the server. */
type Environment = Readonly<Record<string, string>>;

/** Starts `safeguard dev` and sets up the owner, of this name, through the printed link. The console must be built. */
export async function startConsole(name = "Ann Example", environment: Environment = {}): Promise<ConsoleUnderTest> {
  const under = await startUnused(environment);
  try {
    const { page } = under;
    await page.goto(under.setupLink);
    await page.getByLabel("Your name").fill(name);
    await page.getByLabel("E-mail address").fill("ann@example.com");
    await page.getByLabel("New password").fill("correct horse battery");
    await page.getByLabel("The same once more").fill("correct horse battery");
    await page.getByRole("button", { name: "Set up" }).click();
    await page.waitForURL("**/overview");
    return under;
  } catch (failure) {
    await under.stop();
    throw failure;
  }
}

/** A server that nobody has set up yet, and an empty page. */
export async function startUnused(
  environment: Environment = {},
): Promise<ConsoleUnderTest & { readonly setupLink: string }> {
  const directory = mkdtempSync(join(tmpdir(), "safeguard-console-"));
  const server = spawn(process.execPath, [SAFEGUARD, "dev", "--port", "0", "--data", directory], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, ...environment },
  });
  let browser: Browser | undefined;
  const stop = async (): Promise<void> => {
    await browser?.close();
    if (server.exitCode === null) {
      server.kill();
      await once(server, "exit");
    }
    rmSync(directory, { recursive: true });
  };
  try {
    const setupLink = await printedLink(server);
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: "en-GB" });
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error" && !message.text().includes("Failed to load resource")) {
        complaints.push(message.text());
      }
    });
    return { url: new URL(setupLink).origin, context, page, complaints, stop, setupLink };
  } catch (failure) {
    await stop();
    throw failure;
  }
}

async function printedLink({ stdout }: ChildProcess): Promise<string> {
  let text = "";
  for await (const chunk of stdout ?? []) {
    text += String(chunk);
    const link = /this link: (\S+)/.exec(text)?.[1];
    if (link !== undefined) return link;
  }
  throw new Error(`the server printed no link:\n${text}`);
}
