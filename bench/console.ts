/**
 * `npm run bench:console [-- --part bundle,start,live,table,preview --rounds 5 --seconds 30 --messages 100000 --records 1000000]`:
 * what the console weighs and how fast it is, in a browser against the real server:
 *
 *   bundle   what a first load brings, gzipped, and each part that is loaded later
 *   start    from the start of the server, and from a navigation, until a page can be used; beside it a page of the same
 *            framework that shows nothing but a button
 *   live     frames of the live page while the server decides 1,000 messages a second; beside it an empty page at the same time
 *   table    frames, elements and memory while one scrolls through 100,000 messages
 *   preview  what a change would have stopped, over 1,000,000 recorded messages; and decisions meanwhile
 *
 * The console must be built. Results go to bench/results/console.json and console.md; a run of some parts leaves the others.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { measureBundle } from "./console/measure-bundle.ts";
import { measureLive } from "./console/measure-live.ts";
import { measurePreview } from "./console/measure-preview.ts";
import { measureStart } from "./console/measure-start.ts";
import { measureTable } from "./console/measure-table.ts";

const PARTS = ["bundle", "start", "live", "table", "preview"] as const;
const { values: flags } = parseArgs({
  options: {
    part: { type: "string", default: PARTS.join() },
    rounds: { type: "string", default: "5" },
    seconds: { type: "string", default: "30" },
    messages: { type: "string", default: "100000" },
    records: { type: "string", default: "1000000" },
  },
});
const wanted = flags.part.split(",");
const unknown = wanted.find((name) => !PARTS.some((part) => part === name));
if (unknown !== undefined) throw new Error(`${unknown} is no part; use ${PARTS.join(", ")}`);

/** What one part found: lines of the report, and the figures. */
export interface PartResult {
  readonly when: string;
  readonly load: number;
  readonly goals: readonly {
    readonly what: string;
    readonly goal: string;
    readonly measured: string;
    readonly met: boolean;
  }[];
  readonly report: string;
  readonly figures: object;
}

const measures: Readonly<
  Record<(typeof PARTS)[number], (directory: string) => Promise<Omit<PartResult, "when" | "load">>>
> = {
  bundle: measureBundle,
  start: (directory) => measureStart(directory, Number(flags.rounds)),
  live: (directory) => measureLive(directory, Number(flags.seconds)),
  table: (directory) => measureTable(directory, Number(flags.messages)),
  preview: (directory) => measurePreview(directory, Number(flags.records), Number(flags.rounds), fill),
};

/** Fills a data folder in a process of its own. */
function fill(directory: string, count: number): number {
  const program = fileURLToPath(new URL("console/recorded-messages.ts", import.meta.url));
  const { status, stdout } = spawnSync(process.execPath, [program, directory, String(count)], {
    stdio: ["ignore", "pipe", "inherit"],
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`filling ended with ${status}`);
  return (JSON.parse(stdout.trim().split("\n").at(-1) ?? "{}") as { readonly seconds: number }).seconds;
}

const results = new URL("results/", import.meta.url);
const file = new URL("console.json", results);
const known = existsSync(file)
  ? (JSON.parse(readFileSync(file, "utf8")) as { parts?: Record<string, PartResult> }).parts
  : undefined;
const parts: Record<string, PartResult> = { ...known };
for (const name of PARTS) {
  if (!wanted.includes(name)) continue;
  const directory = mkdtempSync(join(tmpdir(), "safeguard-bench-console-"));
  try {
    const when = new Date().toISOString().slice(0, 10);
    const measured = await measures[name](directory);
    parts[name] = { when, load: loadavg()[0] ?? 0, ...measured };
    console.error(`${name}: done`);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

const shown = PARTS.flatMap((name) => (parts[name] === undefined ? [] : [[name, parts[name]] as const]));
const report = `# Console

\`npm run bench:console\`; Node ${process.versions.node}, Chromium without a screen, ${cpus().length} cores (${cpus()[0]?.model.trim()}), which the server, the browser and whoever sends share.

| goal | wanted | measured | |
| --- | --- | --- | --- |
${shown.flatMap(([, { goals }]) => goals.map((one) => `| ${one.what} | ${one.goal} | ${one.measured} | ${one.met ? "met" : "**missed**"} |`)).join("\n")}

${shown.map(([, part]) => `${part.report.trim()}\n\n${part.when}, load of the machine ${part.load.toFixed(1)} (mean of a minute).`).join("\n\n")}
`;
mkdirSync(results, { recursive: true });
writeFileSync(file, `${JSON.stringify({ node: process.versions.node, cores: cpus().length, parts }, null, 2)}\n`);
writeFileSync(new URL("console.md", results), report);
console.log(report);
