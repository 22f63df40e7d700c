/**
 * Fails where a library that is shipped has a known vulnerability, moderate or worse, that nobody has accepted in
 * tools/vulnerabilities/accepted.json. Asks the npm registry, so it is no part of the check, which works offline.
 * Exit code 1: there is one, or the list is out of date; 2: the registry could not be asked, and nothing is known.
 */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Accepted, type Advisory, AuditFailed, judgeAudit } from "./vulnerabilities/judge-audit.ts";

/** What a person who runs Safeguard gets; the console is built from its dependencies. */
const SHIPPED = ["core", "server", "client", "console"].flatMap((name) => ["--workspace", `packages/${name}`]);

function main(): void {
  const root = fileURLToPath(new URL("..", import.meta.url));
  const accepted = JSON.parse(readFileSync(`${root}/tools/vulnerabilities/accepted.json`, "utf8")) as Accepted[];
  const audit = spawnSync("npm", ["audit", "--json", "--omit=dev", "--package-lock-only", ...SHIPPED], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  let report: unknown;
  try {
    report = JSON.parse(audit.stdout);
  } catch {
    throw new AuditFailed(audit.stderr.trim() || "npm audit wrote nothing");
  }
  const {
    found,
    accepted: livedWith,
    minor,
    faults,
  } = judgeAudit(report, accepted, new Date().toISOString().slice(0, 10));
  for (const one of minor) console.log(`minor: ${lineOf(one)}`);
  for (const one of livedWith) console.log(`accepted: ${lineOf(one)}`);
  for (const one of found) console.error(lineOf(one));
  for (const fault of faults) console.error(`tools/vulnerabilities/accepted.json: ${fault}`);
  console.log(`${found.length} known vulnerabilities in what is shipped, ${livedWith.length} accepted`);
  if (found.length > 0 || faults.length > 0) process.exitCode = 1;
}

function lineOf({ id, library, severity, title, range }: Advisory): string {
  return `${severity}: ${library} ${range}: ${title} (https://github.com/advisories/${id})`;
}

try {
  main();
} catch (error) {
  if (!(error instanceof AuditFailed)) throw error;
  console.error(`The registry could not be asked, so nothing is known: ${error.message}`);
  process.exitCode = 2;
}
