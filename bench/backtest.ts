/**
 * `safeguard backtest`, the whole command as people start it, from the start of its process to the end, detection on,
 * beside what udsv, csv-parse and DuckDB need only to read the same file (bench/backtest-read.ts). Each run is a process of
 * its own.
 * `node bench/backtest.ts [--full] [--rows N] [--rounds N] [--runs a,b]`: 1 million rows, with `--full` 10 million as
 * well; results in bench/results/backtest.{json,md}, one entry for each number of rows.
 */
import { execFileSync } from "node:child_process";
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

interface Figures {
  /** From the start of the process to its end. */
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakMegabytes: number;
}

interface Run {
  readonly title: string;
  readonly file: "sorted" | "unsorted";
  /** Arguments of node, the file and the place for decisions put in. */
  words(file: string, decisions: string): readonly string[];
}

const USAGE = fileURLToPath(new URL("backtest/report-usage.ts", import.meta.url));
const SAFEGUARD = fileURLToPath(new URL("../packages/server/bin/safeguard.js", import.meta.url));
const READ = fileURLToPath(new URL("backtest-read.ts", import.meta.url));
/** The flag is that of the first line of packages/server/bin/safeguard.js. */
const BACKTEST = ["--max-semi-space-size=16", "--import", USAGE, SAFEGUARD, "backtest", "--json"];

const RUNS: Readonly<Record<string, Run>> = {
  backtest: {
    title: "safeguard backtest, sorted file",
    file: "sorted",
    words: (file) => [...BACKTEST, file],
  },
  "backtest-decisions": {
    title: "safeguard backtest --decisions, sorted file",
    file: "sorted",
    words: (file, decisions) => [...BACKTEST, file, "--decisions", decisions],
  },
  "backtest-unsorted": {
    title: "safeguard backtest, shuffled file",
    file: "unsorted",
    words: (file) => [...BACKTEST, file],
  },
  udsv: { title: "udsv, only read", file: "sorted", words: (file) => [READ, "--reader", "udsv", "--file", file] },
  "csv-parse": {
    title: "csv-parse, only read",
    file: "sorted",
    words: (file) => [READ, "--reader", "csv-parse", "--file", file],
  },
  duckdb: {
    title: "DuckDB read_csv, only read",
    file: "sorted",
    words: (file) => [READ, "--reader", "duckdb", "--file", file],
  },
};

/** Where people are: the first digits of their numbers, and how many digits follow. */
const DESTINATIONS: readonly (readonly [prefix: string, digits: number])[] = [
  ["+4474", 8],
  ["+49151", 8],
  ["+336", 8],
  ["+316", 8],
  ["+346", 8],
  ["+3933", 8],
  ["+4860", 7],
  ["+5255", 8],
  ["+9198", 8],
  ["+55119", 8],
  ["+9053", 8],
  ["+62812", 8],
  ["+23480", 8],
  ["+278", 8],
  ["+614", 8],
];
const ATTACKS = 5;
const ATTACK_ROWS = 400;

const { values: options } = parseArgs({
  options: {
    full: { type: "boolean", default: false },
    rows: { type: "string" },
    rounds: { type: "string", default: "3" },
    runs: { type: "string", default: Object.keys(RUNS).join(",") },
  },
});

const sizes =
  options.rows !== undefined ? [Number(options.rows)] : options.full ? [1_000_000, 10_000_000] : [1_000_000];
for (const rows of sizes) measure(rows, rows > 2_000_000 ? 1 : Number(options.rounds), options.runs.split(","));

/** What a run says of itself, and of the file to show that it was right. */
interface Told extends Omit<Figures, "seconds"> {
  readonly read: number;
  readonly incidents?: number;
}

/** A reader says it in one line; the command answers, and says the rest in its last line. */
function toldIn(output: string): Told {
  const lastLine = output.trimEnd().lastIndexOf("\n") + 1;
  const usage = JSON.parse(output.slice(lastLine)) as Told;
  if (lastLine === 0) return usage;
  const answer = JSON.parse(output.slice(0, lastLine)) as { messages: { total: number }; incidents: unknown[] };
  return { ...usage, read: answer.messages.total, incidents: answer.incidents.length };
}

function measure(rows: number, rounds: number, names: readonly string[]): void {
  const folder = mkdtempSync(join(tmpdir(), "safeguard-bench-backtest-"));
  try {
    const files = { sorted: join(folder, "sorted.csv"), unsorted: join(folder, "unsorted.csv") };
    const made = makeFiles(files, rows, names.includes("backtest-unsorted"));
    const figures = new Map<string, Figures[]>(names.map((name) => [name, []]));
    let incidents = 0;
    for (let round = 0; round < rounds; round += 1) {
      for (const name of names) {
        const found = RUNS[name];
        if (found === undefined) throw new Error(`no run ${name}; there are ${Object.keys(RUNS).join(", ")}`);
        const start = performance.now();
        const words = found.words(files[found.file], join(folder, "decisions.csv"));
        const output = execFileSync(process.execPath, words, { encoding: "utf8", maxBuffer: 1 << 28 });
        const seconds = (performance.now() - start) / 1000;
        const told = toldIn(output);
        if (told.read !== rows) throw new Error(`${name} read ${told.read} rows of ${rows}`);
        incidents = told.incidents ?? incidents;
        figures.get(name)?.push({ seconds, cpuSeconds: told.cpuSeconds, peakMegabytes: told.peakMegabytes });
        console.error(`round ${round + 1}: ${name} ${Math.round(rows / seconds).toLocaleString("en")} rows/s`);
      }
    }
    keep(rows, rounds, { ...made, incidents, bytesPerRow: Math.round(statSync(files.sorted).size / rows) }, figures);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Made {
  readonly newShare: number;
  readonly numbers: number;
  /** Blocks of 100, 1,000, 10,000 and 100,000 numbers with a message, all together. */
  readonly prefixes: number;
}

/**
 * People all over {@link DESTINATIONS}, new ones and returning ones, most of whom complete their verification, and five
 * attacks on ranges of 1,000 numbers. The same rows in the order of time, and shuffled.
 */
function makeFiles(
  files: { readonly sorted: string; readonly unsorted: string },
  rows: number,
  isShuffledWanted: boolean,
): Made {
  const random = randomFrom(1);
  // Smaller files need more new numbers to come to a million prefixes.
  const newShare = rows <= 2_000_000 ? 0.5 : 0.2;
  const seen = new Float64Array(rows);
  let numbers = 0;
  const prefixes = [100, 1_000, 10_000, 100_000].map((size) => ({ size, found: new Set<number>() }));
  const places = new Float64Array(rows + 1);
  const sorted = openSync(files.sorted, "w");
  const header = "id,time,account,to,from,purpose,ip,device,delivered_at,converted_at,price,currency\n";
  writeSync(sorted, header);
  let place = header.length;
  let time = Date.UTC(2026, 0, 1);
  let lines: string[] = [];
  const attackEvery = Math.floor(rows / (ATTACKS + 1));
  for (let row = 0; row < rows; row += 1) {
    time += Math.floor(random() * 200);
    const attack = Math.floor(row / attackEvery);
    const isAttack = attack > 0 && attack <= ATTACKS && row % 5 === 0 && row % attackEvery < ATTACK_ROWS * 5;
    let to: number;
    if (isAttack) {
      to = 992_900_100_000 + attack * 10_000 + Math.floor((row % attackEvery) / 5);
    } else if (numbers === 0 || random() < newShare) {
      const [prefix, digits] = DESTINATIONS[Math.floor(random() * DESTINATIONS.length)] ?? ["+4474", 8];
      to = Number(prefix) * 10 ** digits + Math.floor(random() * 10 ** digits);
      seen[numbers] = to;
      numbers += 1;
    } else {
      to = seen[Math.floor(random() * numbers)] ?? 0;
    }
    for (const { size, found } of prefixes) found.add(Math.floor(to / size));
    const delivered = random() < 0.93 ? new Date(time + 1500 + Math.floor(random() * 4000)).toISOString() : "";
    const completes = !isAttack && delivered !== "" && random() < 0.75;
    const converted = completes ? new Date(time + 8000 + Math.floor(random() * 40_000)).toISOString() : "";
    const ip = `10.${row & 127}.${(row >> 7) & 255}.${(row >> 15) & 255}`;
    const line = `m${row},${new Date(time).toISOString()},acme,+${to},Verify,,${ip},,${delivered},${converted},0.042,USD\n`;
    places[row] = place;
    place += line.length;
    lines.push(line);
    if (lines.length >= 10_000) {
      writeSync(sorted, lines.join(""));
      lines = [];
    }
  }
  writeSync(sorted, lines.join(""));
  places[rows] = place;
  closeSync(sorted);
  if (isShuffledWanted) writeShuffled(files, header, permutation(rows), places);
  return { newShare, numbers, prefixes: prefixes.reduce((sum, { found }) => sum + found.size, 0) };
}

function writeShuffled(
  files: { readonly sorted: string; readonly unsorted: string },
  header: string,
  order: Uint32Array,
  places: Float64Array,
): void {
  const bytes = readFileSync(files.sorted);
  const unsorted = openSync(files.unsorted, "w");
  const block = Buffer.allocUnsafe(1 << 20);
  let filled = block.write(header);
  for (const row of order) {
    const [from, to] = [places[row] ?? 0, places[row + 1] ?? 0];
    if (filled + to - from > block.length) {
      writeSync(unsorted, block, 0, filled);
      filled = 0;
    }
    filled += bytes.copy(block, filled, from, to);
  }
  writeSync(unsorted, block, 0, filled);
  closeSync(unsorted);
}

function permutation(length: number): Uint32Array {
  const random = randomFrom(2);
  const order = Uint32Array.from({ length }, (_, place) => place);
  for (let place = length - 1; place > 0; place -= 1) {
    const other = Math.floor(random() * (place + 1));
    const kept = order[place] ?? 0;
    order[place] = order[other] ?? 0;
    order[other] = kept;
  }
  return order;
}

/** Mulberry32: the same numbers from the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Entry extends Made {
  readonly date: string;
  readonly node: string;
  readonly cpu: string;
  /** Average number of processes that wanted a core in the minute before: above the number of cores, all is slower. */
  readonly load: number;
  readonly rounds: number;
  readonly bytesPerRow: number;
  readonly incidents: number;
  readonly results: readonly {
    readonly run: string;
    readonly seconds: number;
    readonly rowsPerSecond: number;
    readonly cpuMicrosecondsPerRow: number;
    readonly peakMegabytes: number;
  }[];
}

function keep(
  rows: number,
  rounds: number,
  about: Made & { readonly incidents: number; readonly bytesPerRow: number },
  figures: ReadonlyMap<string, readonly Figures[]>,
): void {
  const folder = new URL("results/", import.meta.url);
  const path = new URL("backtest.json", folder);
  mkdirSync(folder, { recursive: true });
  const kept = existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as Record<string, Entry>) : {};
  const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
  const results = [...figures].map(([name, all]) => {
    const seconds = median(all.map((one) => one.seconds));
    return {
      run: RUNS[name]?.title ?? name,
      seconds: Number(seconds.toFixed(2)),
      rowsPerSecond: Math.round(rows / seconds),
      cpuMicrosecondsPerRow: Number(((median(all.map(({ cpuSeconds }) => cpuSeconds)) * 1e6) / rows).toFixed(2)),
      peakMegabytes: Math.round(Math.max(...all.map(({ peakMegabytes }) => peakMegabytes))),
    };
  });
  const entry: Entry = {
    date: new Date().toISOString(),
    node: process.version,
    cpu: `${cpus()[0]?.model ?? "unknown"} × ${cpus().length}`,
    load: Number((loadavg()[0] ?? 0).toFixed(1)),
    rounds,
    ...about,
    results,
  };
  const all = { ...kept, [String(rows)]: entry };
  writeFileSync(path, `${JSON.stringify(all, undefined, 2)}\n`);
  const report = markdown(all);
  writeFileSync(new URL("backtest.md", folder), report);
  console.log(report);
}

function markdown(entries: Readonly<Record<string, Entry>>): string {
  const sections = Object.entries(entries).map(([rows, entry]) => {
    const { date, node, cpu, load, rounds, bytesPerRow, newShare, numbers, prefixes, incidents, results } = entry;
    const lines = results.map(
      ({ run: title, seconds, rowsPerSecond, cpuMicrosecondsPerRow, peakMegabytes }) =>
        `| ${title} | ${seconds.toFixed(1)} | ${rowsPerSecond.toLocaleString("en")} | ${cpuMicrosecondsPerRow.toFixed(2)} | ${peakMegabytes} |`,
    );
    return [
      `## ${Number(rows).toLocaleString("en")} rows of ${bytesPerRow} bytes`,
      "",
      `${numbers.toLocaleString("en")} numbers (${newShare * 100} % of the messages go to new ones) in ${prefixes.toLocaleString("en")} blocks of 100 to 100,000; ${ATTACKS} attacks of ${ATTACK_ROWS} messages, ${incidents} incidents found.`,
      "",
      `${date.slice(0, 10)}, Node ${node}, ${cpu}, load ${load}; median of ${rounds} rounds, peak of all.`,
      "",
      "| run | seconds | rows/s | CPU µs a row | peak RSS, MB |",
      "| --- | --- | --- | --- | --- |",
      ...lines,
      "",
    ].join("\n");
  });
  return `# Backtest\n\nThe whole command, from the start of its process: the file is checked, read, put in order, decided row by row with detection on, counted, and the result written as JSON. The others only read the file.\n\n${sections.join("\n")}`;
}
