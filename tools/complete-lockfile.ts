/**
 * Adds to package-lock.json the optional packages of other platforms that npm left out because the registry in use did not
 * have them; `npm ci` refuses a lockfile without them. They stand there as npm writes them, but for their checksums:
 * version, processor, system. `--check` fails when one is missing.
 */
import { readFileSync, writeFileSync } from "node:fs";

interface LockedPackage {
  readonly version?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

const file = new URL("../package-lock.json", import.meta.url);
const lock = JSON.parse(readFileSync(file, "utf8")) as { packages: Record<string, LockedPackage> };

const missing = Object.entries(lock.packages).flatMap(([at, { optionalDependencies = {} }]) =>
  Object.entries(optionalDependencies)
    .filter(([name]) => !(`node_modules/${name}` in lock.packages) && !(`${at}/node_modules/${name}` in lock.packages))
    .map(([name, version]) => ({ name, version, parent: lock.packages[at] })),
);

for (const { name, version, parent } of missing) {
  const os = /android|darwin|freebsd|linux|openharmony|win32|wasm32/.exec(name)?.[0];
  const cpu = /arm64|x64|ia32|ppc64|riscv64|s390x|wasm32|arm(?!64)/.exec(name.replace("darwin", ""))?.[0];
  if (os === undefined || cpu === undefined || !/^\d+\.\d+\.\d+/.test(version))
    throw new Error(`${name}@${version} is missing from the lockfile, and its name does not tell its platform`);
  lock.packages[`node_modules/${name}`] = {
    version,
    cpu: [cpu],
    ...(parent?.["dev"] === true && { dev: true }),
    optional: true,
    ...(os !== "wasm32" && { os: [os] }),
  };
}

if (process.argv.includes("--check")) {
  for (const { name } of missing) console.error(`package-lock.json lacks ${name}: run \`npm run generate\`.`);
  if (missing.length > 0) process.exitCode = 1;
} else if (missing.length > 0) {
  lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
  writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
  console.log(`added ${missing.length} packages of other platforms to package-lock.json`);
}
