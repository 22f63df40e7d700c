import { spawn } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** The console's package: its sources, and what is built of them in `dist`. */
function packageDirectory(): string {
  return dirname(createRequire(import.meta.url).resolve("@safeguard/console/package.json"));
}

export function consoleDirectory(): string {
  return join(packageDirectory(), "dist");
}

/** Is the built console there, and no older than its sources? */
export async function isConsoleBuilt(): Promise<boolean> {
  const built = join(consoleDirectory(), "index.html");
  if (!existsSync(built)) return false;
  const builtAt = statSync(built).mtimeMs;
  const root = packageDirectory();
  const sources = await readdir(join(root, "src"), { recursive: true });
  for (const name of [...sources.map((entry) => join("src", entry)), "index.html", "vite.config.ts"]) {
    if ((await stat(join(root, name))).mtimeMs > builtAt) return false;
  }
  return true;
}

/** Builds it, some seconds of one core. Rejects with what the build said where it fails. */
export function buildConsole(): Promise<void> {
  const root = packageDirectory();
  const vite = join(dirname(createRequire(join(root, "package.json")).resolve("vite/package.json")), "bin", "vite.js");
  const child = spawn(process.execPath, [vite, "build", "--logLevel", "warn"], {
    cwd: root,
    // (whoever tests or develops may have said something else)
    env: { ...process.env, NODE_ENV: "production" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  const hear = (text: Buffer): void => {
    said = `${said}${text.toString("utf8")}`.slice(-4000);
  };
  child.stdout.on("data", hear);
  child.stderr.on("data", hear);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => (code === 0 ? resolve() : reject(new ConsoleNotBuilt(said))));
  });
}

/** The console's sources do not build. */
export class ConsoleNotBuilt extends Error {
  override readonly name = "ConsoleNotBuilt";
  readonly code = "console_not_built";
}
