/**
 * Reading a traffic file as `safeguard backtest` does (to typed rows with parsed numbers, in order of time), beside udsv,
 * csv-parse and DuckDB reading the same file to what they give. Each reading is a process of its own; rounds interleave.
 * `node bench/backtest-read.ts [--rows N] [--rounds N] [--readers a,b]`; results in bench/results/backtest-read.{json,md},
 * one entry for each number of rows.
 */
import { execFileSync } from "node:child_process";
import {
  closeSync,
  createReadStream,
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
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Parser } from "udsv";
import { openTraffic } from "../packages/server/src/backtest/traffic-file/open-traffic.ts";
import { writeDecisions } from "../packages/server/src/backtest/traffic-file/write-decisions.ts";
import { peakMegabytes } from "./backtest/peak-megabytes.ts";

interface Reading {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakMegabytes: number;
}

interface Reader {
  readonly title: string;
  readonly file: "sorted" | "unsorted";
  /** Reads the whole file, and gives the number of its rows. */
  read(path: string): Promise<number>;
}

const READERS: Readonly<Record<string, Reader>> = {
  safeguard: { title: "safeguard, sorted file", file: "sorted", read: (path) => readTraffic(path) },
  "safeguard-unsorted": { title: "safeguard, shuffled file", file: "unsorted", read: (path) => readTraffic(path) },
  "safeguard-decisions": { title: "safeguard, sorted file, and decisions written", file: "sorted", read: decide },
  "safeguard-unsorted-decisions": {
    title: "safeguard, shuffled file, and decisions written",
    file: "unsorted",
    read: decide,
  },
  udsv: { title: "udsv, arrays of strings", file: "sorted", read: readWithUdsv },
  "csv-parse": { title: "csv-parse, arrays of strings", file: "sorted", read: readWithCsvParse },
  duckdb: { title: "DuckDB read_csv, rows in JavaScript", file: "sorted", read: readWithDuckDb },
};

const { values: options } = parseArgs({
  options: {
    rows: { type: "string", default: "1000000" },
    rounds: { type: "string", default: "3" },
    readers: { type: "string", default: Object.keys(READERS).join(",") },
    /** Set in the process that reads. */
    reader: { type: "string" },
    file: { type: "string" },
  },
});

if (options.reader !== undefined && options.file !== undefined) await readOnce(options.reader, options.file);
else compare(Number(options.rows), Number(options.rounds), options.readers.split(","));

function compare(rows: number, rounds: number, names: readonly string[]): void {
  const folder = mkdtempSync(join(tmpdir(), "safeguard-bench-read-"));
  try {
    const files = { sorted: join(folder, "sorted.csv"), unsorted: join(folder, "unsorted.csv") };
    makeFile(files.sorted, rows, false);
    makeFile(files.unsorted, rows, true);
    const readings = new Map<string, Reading[]>(names.map((name) => [name, []]));
    for (let round = 0; round < rounds; round += 1) {
      for (const name of names) {
        const reader = READERS[name];
        if (reader === undefined) throw new Error(`no reader ${name}; there are ${Object.keys(READERS).join(", ")}`);
        const script = process.argv[1] ?? "";
        const output = execFileSync(process.execPath, [script, "--reader", name, "--file", files[reader.file]], {
          encoding: "utf8",
        });
        const { read, ...reading } = JSON.parse(output) as Reading & { readonly read: number };
        if (read !== rows) throw new Error(`${name} read ${read} rows of ${rows}`);
        readings.get(name)?.push(reading);
        console.error(`round ${round + 1}: ${name} ${Math.round(rows / reading.seconds).toLocaleString("en")} rows/s`);
      }
    }
    keep(rows, statSync(files.sorted).size, rounds, readings);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function readOnce(name: string, path: string): Promise<void> {
  const start = performance.now();
  const cpuBefore = process.cpuUsage();
  const read = await READERS[name]?.read(path);
  const cpu = process.cpuUsage(cpuBefore);
  console.log(
    JSON.stringify({
      read,
      seconds: (performance.now() - start) / 1000,
      cpuSeconds: (cpu.user + cpu.system) / 1e6,
      peakMegabytes: peakMegabytes(),
    }),
  );
}

async function readTraffic(path: string): Promise<number> {
  await using traffic = await openTraffic(path);
  let read = 0;
  let latest = 0;
  for await (const rows of traffic.batches()) {
    for (const row of rows) {
      if (row.time < latest) throw new Error(`row ${row.number} is out of order`);
      if (row.recipient === undefined) throw new Error(`row ${row.number} has no recipient`);
      latest = row.time;
      read += 1;
    }
  }
  return read;
}

async function decide(path: string): Promise<number> {
  await using traffic = await openTraffic(path);
  const decisions = writeDecisions(`${path}.decisions`);
  let read = 0;
  for await (const rows of traffic.batches()) {
    for (const row of rows) {
      const { priceMicros } = row;
      decisions.write(row, {
        action: "allow",
        would: "",
        reason: "destination_allowed",
        score: 3,
        range: "",
        incident: "",
        priceMicros,
      });
      read += 1;
    }
  }
  await decisions.close();
  rmSync(`${path}.decisions`);
  return read;
}

async function readWithUdsv(path: string): Promise<number> {
  const { inferSchema, initParser } = await import("udsv");
  let parser: Parser | undefined;
  let read = 0;
  const count = (): void => {
    read += 1;
  };
  for await (const chunk of createReadStream(path, { encoding: "utf8" }) as AsyncIterable<string>) {
    parser ??= initParser(inferSchema(chunk));
    parser.chunk<[]>(chunk, parser.stringArrs, count);
  }
  parser?.end();
  return read;
}

async function readWithCsvParse(path: string): Promise<number> {
  const { parse } = await import("csv-parse");
  // The header is a record to it.
  let read = -1;
  for await (const _ of createReadStream(path).pipe(parse())) read += 1;
  return read;
}

async function readWithDuckDb(path: string): Promise<number> {
  const { DuckDBInstance } = await import("@duckdb/node-api");
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const result = await connection.stream(`select * from read_csv('${path.replaceAll("'", "''")}')`);
  let read = 0;
  for (let chunk = await result.fetchChunk(); chunk !== null && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
    read += chunk.getRows().length;
  }
  connection.closeSync();
  return read;
}

/** Rows of the traffic CSV, all columns but two filled, some fields in quotes. */
function makeFile(path: string, rows: number, shuffled: boolean): void {
  let state = 1;
  const random = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const start = Date.UTC(2026, 0, 1);
  const file = openSync(path, "w");
  const lines = ["id,time,account,to,from,purpose,ip,device,delivered_at,converted_at,price,currency"];
  let time = start;
  for (let row = 0; row < rows; row += 1) {
    time = shuffled ? start + Math.floor(random() * rows * 100) : time + Math.floor(random() * 200);
    const number = `+4474${String(Math.floor(random() * 1e8)).padStart(8, "0")}`;
    const from = row % 10 === 0 ? '"Acme, Inc."' : "Verify";
    const delivered = random() < 0.9 ? new Date(time + 3000).toISOString() : "";
    const converted = random() < 0.7 ? new Date(time + 20_000).toISOString() : "";
    const ip = `10.0.${row & 255}.${(row >> 8) & 255}`;
    const account = `acme-${row % 20}`;
    lines.push(
      `m${row},${new Date(time).toISOString()},${account},${number},${from},,${ip},,${delivered},${converted},0.042,USD`,
    );
    if (lines.length >= 10_000) writeSync(file, `${lines.splice(0).join("\n")}\n`);
  }
  if (lines.length > 0) writeSync(file, `${lines.join("\n")}\n`);
  closeSync(file);
}

function keep(rows: number, bytes: number, rounds: number, readings: ReadonlyMap<string, readonly Reading[]>): void {
  const folder = new URL("results/", import.meta.url);
  const path = new URL("backtest-read.json", folder);
  mkdirSync(folder, { recursive: true });
  const kept = existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown>) : {};
  const median = (figures: readonly number[]): number => figures.toSorted((a, b) => a - b)[figures.length >> 1] ?? 0;
  const results = [...readings].map(([name, all]) => ({
    reader: READERS[name]?.title ?? name,
    rowsPerSecond: Math.round(rows / median(all.map(({ seconds }) => seconds))),
    cpuSecondsPerMillion: Number((median(all.map(({ cpuSeconds }) => cpuSeconds)) / (rows / 1e6)).toFixed(2)),
    peakMegabytes: Math.round(Math.max(...all.map(({ peakMegabytes }) => peakMegabytes))),
  }));
  const all = {
    ...kept,
    [String(rows)]: {
      date: new Date().toISOString(),
      node: process.version,
      cpu: `${cpus()[0]?.model ?? "unknown"} × ${cpus().length}`,
      rounds,
      bytesPerRow: Math.round(bytes / rows),
      results,
    },
  };
  writeFileSync(path, `${JSON.stringify(all, undefined, 2)}\n`);
  const report = markdown(all as Readonly<Record<string, Entry>>);
  writeFileSync(new URL("backtest-read.md", folder), report);
  console.log(report);
}

interface Entry {
  readonly date: string;
  readonly node: string;
  readonly cpu: string;
  readonly rounds: number;
  readonly bytesPerRow: number;
  readonly results: readonly {
    readonly reader: string;
    readonly rowsPerSecond: number;
    readonly cpuSecondsPerMillion: number;
    readonly peakMegabytes: number;
  }[];
}

function markdown(entries: Readonly<Record<string, Entry>>): string {
  const sections = Object.entries(entries).map(([rows, { date, node, cpu, rounds, bytesPerRow, results }]) => {
    const lines = results.map(
      ({ reader, rowsPerSecond, cpuSecondsPerMillion, peakMegabytes }) =>
        `| ${reader} | ${rowsPerSecond.toLocaleString("en")} | ${cpuSecondsPerMillion.toFixed(2)} | ${peakMegabytes} |`,
    );
    return [
      `## ${Number(rows).toLocaleString("en")} rows of ${bytesPerRow} bytes, 12 columns`,
      "",
      `${date.slice(0, 10)}, Node ${node}, ${cpu}; median of ${rounds} rounds, peak of all.`,
      "",
      "| reader | rows/s | CPU s per million rows | peak RSS, MB |",
      "| --- | --- | --- | --- |",
      ...lines,
      "",
    ].join("\n");
  });
  return `# Reading traffic files\n\nSafeguard reads the file twice (it first checks all of it), parses times, outcomes, prices and recipient numbers, and gives rows in order of time; the others give fields as they stand in the file, DuckDB typed values.\n\n${sections.join("\n")}`;
}
