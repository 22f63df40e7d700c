/**
 * How long a start takes with many open records: one-time codes that a provider took or may have taken, that nobody has
 * completed and no report has come for, and submissions that were cut off. The real server, filled through its own API,
 * killed, and started again and again until `/readyz` answers.
 * `node bench/start.ts [records] [starts]`; results in bench/results/start.{json,md}. Embedded, or with DATABASE_URL there
 * (an empty database).
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";

const [records = 1_000_000, starts = 3] = process.argv.slice(2).map(Number);
const CUT_OFF = Math.min(20_000, Math.floor(records / 50));
const store = process.env["DATABASE_URL"] === undefined ? "embedded" : "PostgreSQL";
const directory = mkdtempSync(join(tmpdir(), "safeguard-start-"));
const programOf = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

interface Start {
  readonly seconds: number;
  readonly megabytes: number;
}

/** Fills in a process of its own, which then ends as if its power were cut. */
async function fill(): Promise<number> {
  const words = ["--max-semi-space-size=16", programOf("start/open-records.ts"), directory, String(records)];
  const child = spawn(process.execPath, [...words, String(CUT_OFF)], { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = (await once(child.stdout.setEncoding("utf8"), "data")) as [string];
  child.kill("SIGKILL");
  await once(child, "exit");
  return (JSON.parse(line) as { seconds: number }).seconds;
}

/** From the start of the process until it is ready; then it is ended by this signal. What it tells must be complete. */
async function start(end: "SIGKILL" | "SIGTERM"): Promise<Start> {
  const began = performance.now();
  const words = ["dev", "--json", "--data", directory, "--port", "0"];
  const child = spawn(process.execPath, [programOf("../packages/server/bin/safeguard.js"), ...words], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const url = await urlOf(child.stdout);
  const ready = await fetch(`${url}/readyz`);
  const seconds = (performance.now() - began) / 1000;
  if (ready.status !== 200) throw new Error(`/readyz answers ${ready.status}`);
  const megabytes = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))?.[1]) / 1024;
  await check(url);
  child.kill(end);
  await once(child, "exit");
  return { seconds, megabytes };
}

/** Where it listens. What it logs comes before: that submissions were cut off, for one. */
async function urlOf(output: Readable): Promise<string> {
  for await (const line of createInterface(output)) {
    const { url } = JSON.parse(line) as { readonly url?: string };
    if (url !== undefined) return url;
  }
  throw new Error("the server ended before it listened");
}

/** Every record is counted, and none of those that were cut off was forgotten. */
async function check(url: string): Promise<void> {
  const { operatorToken } = JSON.parse(readFileSync(join(directory, "server.json"), "utf8")) as {
    operatorToken: string;
  };
  const get = async (path: string, account?: string): Promise<unknown> => {
    const headers = {
      authorization: `Bearer ${operatorToken}`,
      ...(account !== undefined && { "safeguard-account": account }),
    };
    return (await fetch(url + path, { headers })).json();
  };
  const { items } = (await get("/v1/accounts")) as { items: [{ id: string }] };
  const { total } = (await get("/v1/usage", items[0].id)) as {
    total: { decided: number; blocked: number; billable: number };
  };
  if (total.decided !== records || total.billable + total.blocked !== records)
    throw new Error(`of ${records} records the usage tells ${JSON.stringify(total)}`);
}

async function several(end: "SIGKILL" | "SIGTERM"): Promise<readonly Start[]> {
  const all: Start[] = [];
  for (let round = 0; round < starts; round++) all.push(await start(end));
  return all;
}

const filled = await fill();
const afterKill = [await start("SIGKILL")];
const afterStop: Start[] = [];
await start("SIGTERM");
afterStop.push(...(await several("SIGTERM")));
const load = loadavg()[0] ?? 0;
// Nothing to begin with: everything is lived through once more.
rmSync(join(directory, "detection.snapshot"), { force: true });
const withoutSnapshot = [await start("SIGKILL")];
rmSync(directory, { recursive: true });

const cases = { afterKill, afterStop, withoutSnapshot };
const row = (name: string, of: readonly Start[]): string => {
  const sorted = of.map(({ seconds }) => seconds).toSorted((a, b) => a - b);
  const most = Math.max(...of.map(({ megabytes }) => megabytes));
  return `| ${name} | ${sorted[sorted.length >> 1]?.toFixed(2)} | ${sorted.at(-1)?.toFixed(2)} | ${most.toFixed(0)} |`;
};
const report = `# Start with ${records} open records (${store})

From the start of the process until \`/readyz\` answers 200; ${CUT_OFF} of the records are submissions that the kill cut off, which that start puts in doubt. Every start's usage tells all of them. Filled in ${filled.toFixed(0)} s. Node ${process.versions.node}; ${cpus().length} cores, load (mean of a minute) ${load.toFixed(1)}.

| | s, median | s, longest | MB |
| --- | --- | --- | --- |
${row("after kill -9 under load", afterKill)}
${row("after a stop in good order", afterStop)}
${row("without a snapshot of detection", withoutSnapshot)}
`;
mkdirSync(new URL("results/", import.meta.url), { recursive: true });
const name = store === "embedded" ? "start" : "start-postgresql";
writeFileSync(
  new URL(`results/${name}.json`, import.meta.url),
  `${JSON.stringify({ records, cutOff: CUT_OFF, store, load, ...cases }, null, 2)}\n`,
);
writeFileSync(new URL(`results/${name}.md`, import.meta.url), report);
console.log(report);
