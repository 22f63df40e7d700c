#!/usr/bin/env -S node --max-semi-space-size=16
// Plain JavaScript that every Node understands: it makes sure that the rest runs on one that can read TypeScript.
// The flag bounds the young space of each thread under load, to 48 MB instead of 134; less would make it slower.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import module from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import v8 from "node:v8";

/** The first Node 24 with long-term support; the `engines` of the packages say the same. */
const NEEDED = "24.11";
const RESPAWNED = "SAFEGUARD_RESPAWNED";

if (isAtLeast(process.versions.node, NEEDED)) {
  // Threads take the cache from the environment; without it each would load the compiler that strips types.
  const { directory } = module.enableCompileCache();
  if (directory !== undefined) process.env.NODE_COMPILE_CACHE ??= directory;
  // While the product is loaded nearly all survives, and V8 would answer with more young space, which it keeps for ever.
  v8.setFlagsFromString("--semi-space-growth-factor=1");
  setTimeout(() => v8.setFlagsFromString("--semi-space-growth-factor=2"), 2000).unref();
  await import("../src/cli/main.ts");
} else {
  const newer = process.env[RESPAWNED] === undefined ? bundledNode() : undefined;
  if (newer === undefined) {
    process.stderr.write(
      `error: Safeguard needs Node ${NEEDED} or later, and this is ${process.versions.node}.\n` +
        "Run `npm ci` in the folder of Safeguard, which brings one along, or install a newer Node.\n",
    );
    process.exitCode = 1;
  } else {
    runWith(newer);
  }
}

function isAtLeast(version, least) {
  const [major, minor] = version.split(".").map(Number);
  const [leastMajor, leastMinor] = least.split(".").map(Number);
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}

/** The Node that `npm ci` put into node_modules, here or in a folder above. */
function bundledNode() {
  const name = process.platform === "win32" ? "node.exe" : "node";
  let folder = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    const candidate = join(folder, "node_modules", "node", "bin", name);
    if (existsSync(candidate)) return candidate;
    const above = dirname(folder);
    if (above === folder) return undefined;
    folder = above;
  }
}

/** Hands over to another Node: same arguments, same streams, same signals, same exit. */
function runWith(node) {
  const child = spawn(node, process.argv.slice(1), {
    stdio: "inherit",
    env: { ...process.env, [RESPAWNED]: "1" },
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("error", (error) => {
    process.stderr.write(`error: cannot run ${node}: ${error.message}\n`);
    process.exitCode = 1;
  });
  child.on("exit", (code, signal) => {
    if (signal === null) {
      process.exitCode = code ?? 1;
      return;
    }
    // Die as the child died, so that a shell sees it; our own listeners must not catch it.
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}
