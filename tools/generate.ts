/** Writes everything that is generated, or with `--check` fails when something is not current. One process for each, so that all report. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const GENERATORS = [
  "complete-lockfile.ts",
  "build-numbering-plan.ts",
  "build-default-prices.ts",
  "build-reference.ts",
  "build-permissions.ts",
  "build-asvs.ts",
  "build-architecture.ts",
  "../bench/traffic/build-tables.ts",
];

for (const generator of GENERATORS) {
  const file = fileURLToPath(new URL(generator, import.meta.url));
  const { status } = spawnSync(process.execPath, [file, ...process.argv.slice(2)], { stdio: "inherit" });
  if (status !== 0) process.exitCode = 1;
}
