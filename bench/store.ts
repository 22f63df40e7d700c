/**
 * What durability costs: the store's journal, embedded and in PostgreSQL, beside a bare file that is appended to and synced in
 * groups, in one run. PostgreSQL is a server of its own in a temporary folder; where it is not installed it is left out.
 * `node bench/store.ts [rounds] [seconds per figure] [directory]`; results in bench/results/store.{json,md}.
 */
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import type { MasterKey } from "../packages/server/src/store/master-key.ts";
import { openPostgresStore } from "../packages/server/src/store/postgres/open-postgres-store.ts";
import { openSqliteStore } from "../packages/server/src/store/sqlite/open-sqlite-store.ts";
import type { Store } from "../packages/server/src/store/store.ts";
import {
  accepted,
  decisionMade,
  messageDecided,
  submissionEnded,
} from "../packages/server/src/store/testing/sample-records.ts";
import { type Cluster, startCluster } from "../packages/server/test/postgres/cluster.ts";

const [rounds = 5, seconds = 2] = process.argv.slice(2, 4).map(Number);
const base = process.argv[4] ?? tmpdir();
const masterKey = new Uint8Array(randomBytes(32)) as MasterKey;

interface Figure {
  readonly perSecond: number;
  /** Of all threads and of the calling one, µs for each operation. */
  readonly cpu: number;
  readonly mainCpu: number;
  readonly p50: number;
  readonly p99: number;
}

/** Runs `operation` with so many outstanding for a while. `finish` counts towards the CPU time. */
async function measure(
  outstanding: number,
  operation: () => Promise<unknown>,
  finish: () => Promise<unknown>,
): Promise<Figure> {
  const latencies: number[] = [];
  const cpuBefore = process.cpuUsage();
  const mainBefore = process.threadCpuUsage();
  const start = performance.now();
  const end = start + seconds * 1000;
  await Promise.all(
    Array.from({ length: outstanding }, async () => {
      for (let now = performance.now(); now < end; ) {
        await operation();
        const after = performance.now();
        latencies.push(after - now);
        now = after;
      }
    }),
  );
  const elapsed = performance.now() - start;
  await finish();
  const cpu = process.cpuUsage(cpuBefore);
  const main = process.threadCpuUsage(mainBefore);
  latencies.sort((a, b) => a - b);
  const count = latencies.length;
  return {
    perSecond: (count / elapsed) * 1000,
    cpu: (cpu.user + cpu.system) / count,
    mainCpu: (main.user + main.system) / count,
    p50: latencies[Math.floor(count * 0.5)] ?? 0,
    p99: latencies[Math.floor(count * 0.99)] ?? 0,
  };
}

/** The least that durability can cost: lines gather while the file is synced, then are written in one call. */
async function bareFile(outstanding: number): Promise<Figure> {
  const directory = mkdtempSync(join(base, "safeguard-bench-"));
  const file = await open(join(directory, "lines"), "a");
  let lines: string[] = [];
  let waiting: (() => void)[] = [];
  let writing = false;
  let sequence = 0;
  const write = async (): Promise<void> => {
    writing = true;
    while (lines.length > 0) {
      const [text, done] = [lines.join(""), waiting];
      lines = [];
      waiting = [];
      await file.write(text);
      await file.datasync();
      for (const resolve of done) resolve();
    }
    writing = false;
  };
  const append = (): Promise<void> =>
    new Promise((resolve) => {
      lines.push(`${JSON.stringify(decisionMade((++sequence).toString(16).padStart(32, "0") as never))}\n`);
      waiting.push(resolve);
      if (!writing) void write();
    });
  try {
    return await measure(outstanding, append, () => Promise.resolve());
  } finally {
    await file.close();
    rmSync(directory, { recursive: true });
  }
}

type Operation = (store: Store) => () => Promise<unknown>;

async function inPostgres(cluster: Cluster, outstanding: number, operation: Operation): Promise<Figure> {
  const store = await openPostgresStore({ address: await cluster.database(), masterKey });
  try {
    return await measure(outstanding, operation(store), () => store.notices.nextDueAt());
  } finally {
    await store.close();
  }
}

async function embedded(outstanding: number, operation: Operation): Promise<Figure> {
  const directory = mkdtempSync(join(base, "safeguard-bench-"));
  const store = await openSqliteStore({ directory, masterKey });
  try {
    // Asking for the next notice makes the tables catch up: projecting is part of the cost.
    return await measure(outstanding, operation(store), () => store.notices.nextDueAt());
  } finally {
    await store.close();
    rmSync(directory, { recursive: true });
  }
}

const decisions = (store: Store) => () => store.journal.append([decisionMade(store.journal.upcomingId())]);

/** As the gateway does: the decision with its intent, and when the provider answered, the end. Numbers vary. */
const messages = (store: Store) => {
  let count = 0;
  return async () => {
    const id = store.journal.upcomingId();
    const to = `+316${(10_000_000 + ((++count * 7919) % 89_999_999)).toString()}` as never;
    await store.journal.append([messageDecided(id, { to, at: Date.now() as never })]);
    await store.journal.append([submissionEnded(id, accepted(`SM${id}`))]);
  };
};

const cluster = await startCluster().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  return undefined;
});

const CASES: Readonly<Record<string, () => Promise<Figure>>> = {
  "bare file, 1 outstanding": () => bareFile(1),
  "embedded: decisions, 1 outstanding": () => embedded(1, decisions),
  ...(cluster && { "PostgreSQL: decisions, 1 outstanding": () => inPostgres(cluster, 1, decisions) }),
  "bare file, 64 outstanding": () => bareFile(64),
  "embedded: decisions, 64 outstanding": () => embedded(64, decisions),
  ...(cluster && { "PostgreSQL: decisions, 64 outstanding": () => inPostgres(cluster, 64, decisions) }),
  "embedded: messages (2 records), 64 outstanding": () => embedded(64, messages),
  ...(cluster && { "PostgreSQL: messages (2 records), 64 outstanding": () => inPostgres(cluster, 64, messages) }),
};

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;

const runs = new Map<string, Figure[]>(Object.keys(CASES).map((name) => [name, []]));
for (let round = 0; round < rounds; round++) {
  for (const [name, run] of Object.entries(CASES)) runs.get(name)?.push(await run());
}
await cluster?.dispose();
const results = [...runs].map(([name, figures]) => ({
  name,
  perSecond: Math.round(median(figures.map((figure) => figure.perSecond))),
  cpu: median(figures.map((figure) => figure.cpu)),
  mainCpu: median(figures.map((figure) => figure.mainCpu)),
  p50: median(figures.map((figure) => figure.p50)),
  p99: median(figures.map((figure) => figure.p99)),
}));

const recordBytes = JSON.stringify(decisionMade("0".repeat(32) as never)).length;
const rows = results.map(
  ({ name, perSecond, cpu, mainCpu, p50, p99 }) =>
    `| ${name} | ${perSecond} | ${cpu.toFixed(1)} | ${mainCpu.toFixed(1)} | ${p50.toFixed(2)} | ${p99.toFixed(2)} |`,
);
const report = `# The store beside a bare file

Records of about ${recordBytes} bytes; medians of ${rounds} interleaved rounds of ${seconds} s; Node ${process.versions.node}. CPU is that of all threads of this process (PostgreSQL's own comes on top), projecting into the tables included. The bare file writes the same lines unenciphered and calls fdatasync for each group. Load of the machine at the end (mean of a minute, ${cpus().length} cores): ${(loadavg()[0] ?? 0).toFixed(1)}; above 2, compare the lines of this run with each other only.

| | per second | CPU µs | of it on the event loop | p50 ms | p99 ms |
| --- | --- | --- | --- | --- | --- |
${rows.join("\n")}
`;
mkdirSync(new URL("results/", import.meta.url), { recursive: true });
writeFileSync(
  new URL("results/store.json", import.meta.url),
  `${JSON.stringify({ rounds, seconds, results }, null, 2)}\n`,
);
writeFileSync(new URL("results/store.md", import.meta.url), report);
console.log(report);
