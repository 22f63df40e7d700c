/**
 * What a limit costs: one ask-and-add on the core's counts, beside a naive peer that keeps every time stamp in a map of arrays
 * (exact, and as people write it first) and one that keeps a fixed window in a map (what most limiters in memory do; it lets
 * twice the limit pass across a border). Then the whole decision with and without ceilings, and the memory of ten million
 * keys. `node bench/limits.ts`; results in bench/results/limits.json. Rounds are interleaved in one process, on one thread,
 * by its CPU time.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import {
  type AccountId,
  Engine,
  type EpochMilliseconds,
  type LimitSettings,
  type Message,
  NUMBERING_TABLE,
  parseRecipient,
} from "@safeguard/core";
import { LimitCounts } from "../packages/core/src/limits/limit-counts.ts";

const START = 1_767_268_800_000;
const HOUR = 3_600_000;
const ROUNDS = 7;
const CALLS = 400_000;
const KEYS = 20_000;
const MOST = 30;
/** Time between two calls: each key comes about 36 times an hour. */
const STEP_MS = 5;

/** The same pseudo-random keys for everybody. */
const keys = new Uint32Array(CALLS);
for (let index = 0, state = 1; index < CALLS; index++) {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  keys[index] = 1 + (state % KEYS);
}

interface Way {
  readonly name: string;
  run(): number;
}

const ways: readonly Way[] = [
  {
    name: "safeguard: sliding window, 12 slots a key, bounded",
    run() {
      const counts = new LimitCounts(HOUR, false, { rows: 1 << 19 });
      let passed = 0;
      for (let index = 0; index < CALLS; index++) {
        const [key, at] = [keys[index] ?? 1, START + index * STEP_MS];
        if (!counts.room(key, at, 1, MOST).isFree) continue;
        counts.add(key, at, 1);
        passed++;
      }
      return passed;
    },
  },
  {
    name: "peer: every time stamp in a Map of arrays",
    run() {
      const stamps = new Map<number, number[]>();
      let passed = 0;
      for (let index = 0; index < CALLS; index++) {
        const [key, at] = [keys[index] ?? 1, START + index * STEP_MS];
        let list = stamps.get(key);
        if (list === undefined) {
          list = [];
          stamps.set(key, list);
        }
        while (list.length > 0 && (list[0] ?? 0) <= at - HOUR) list.shift();
        if (list.length >= MOST) continue;
        list.push(at);
        passed++;
      }
      return passed;
    },
  },
  {
    name: "peer: a fixed window in a Map (twice the limit across a border)",
    run() {
      const windows = new Map<string, { end: number; count: number }>();
      let passed = 0;
      for (let index = 0; index < CALLS; index++) {
        const [key, at] = [String(keys[index]), START + index * STEP_MS];
        const known = windows.get(key);
        if (known === undefined || known.end <= at) windows.set(key, { end: at + HOUR, count: 1 });
        else if (known.count >= MOST) continue;
        else known.count++;
        passed++;
      }
      return passed;
    },
  },
];

function cpuOf(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

const nanoseconds = ways.map((): number[] => []);
const passed = ways.map(() => 0);
for (let round = 0; round <= ROUNDS; round++) {
  for (const [index, way] of ways.entries()) {
    const spent = cpuOf(() => {
      passed[index] = way.run();
    });
    // The first is for warming up.
    if (round > 0) nanoseconds[index]?.push((spent * 1000) / CALLS);
  }
}

const ACCOUNT = "acc_00000000000000000000" as AccountId;
const FIVE: LimitSettings = {
  maximumPrice: { amount: 1, currency: "USD" },
  ceilings: [
    { name: "spend", window: "day", money: { amount: 1_000_000, currency: "USD" } },
    { name: "per-second", window: "second", messages: 1_000_000 },
    { name: "per-number", per: "recipient", window: "hour", messages: 1000 },
    { name: "per-range", per: "range", digits: 3, window: "hour", messages: 100_000 },
    { name: "per-country", per: "destination", window: "day", messages: 10_000_000 },
  ],
};

function engineWith(limits: LimitSettings | undefined): Engine {
  const engine = new Engine();
  engine.apply({ type: "account_placed", account: ACCOUNT, parent: undefined });
  engine.apply({
    type: "revision_put",
    account: ACCOUNT,
    policy: "default",
    number: 1,
    state: "in_force",
    from: 0 as EpochMilliseconds,
    until: undefined,
    document: { detection: { mode: "off" }, ...(limits && { limits }) },
    numberingTable: NUMBERING_TABLE,
  });
  return engine;
}

const messages = Array.from({ length: 50_000 }, (_, index): Message => {
  const parsed = parseRecipient(`+3161${String(2_000_000 + (keys[index] ?? 0)).padStart(7, "0")}`, "native");
  if (!parsed.ok) throw new Error("a number of the benchmark is none");
  return {
    account: ACCOUNT,
    recipient: parsed.recipient,
    originator: "Shop",
    channel: "sms",
    purpose: "notification",
    at: (START + index * STEP_MS) as EpochMilliseconds,
    price: { micros: 75_000, currency: "USD" },
  };
});
const decisions = [
  { name: "decision without limits", limits: undefined },
  { name: "decision with five ceilings and a maximum price", limits: FIVE },
].map((way) => ({ ...way, nanoseconds: [] as number[] }));
for (let round = 0; round <= ROUNDS; round++) {
  for (const way of decisions) {
    const engine = engineWith(way.limits);
    const spent = cpuOf(() => {
      for (const message of messages) {
        if (engine.decide(message, "default").action !== "allow") throw new Error("the benchmark's ceiling is too low");
      }
    });
    if (round > 0) way.nanoseconds.push((spent * 1000) / messages.length);
  }
}

const crowd = new LimitCounts(HOUR, false, { rows: 1 << 19 });
for (let key = 1; key <= 10_000_000; key++) crowd.add(key, START, 1);

const figures = ways.map(({ name }, index) => ({ name, ...spread(nanoseconds[index] ?? []), passed: passed[index] }));
const [own, exact, fixed] = figures;
const result = {
  date: new Date().toISOString(),
  node: process.version,
  cpu: `${cpus()[0]?.model.trim()} × ${cpus().length}`,
  load: loadavg()[0],
  calls: CALLS,
  keys: KEYS,
  counts: figures,
  ratioToTimeStamps: ratio(exact?.median, own?.median),
  ratioToFixedWindow: ratio(fixed?.median, own?.median),
  decisions: decisions.map(({ name, nanoseconds: each }) => ({ name, ...spread(each) })),
  tenMillionKeys: { bytes: crowd.bytes, keysOfTheirOwn: crowd.keys },
};
mkdirSync(new URL("results/", import.meta.url), { recursive: true });
writeFileSync(new URL("results/limits.json", import.meta.url), `${JSON.stringify(result, null, 2)}\n`);
for (const { name, median, least, most, passed: count } of figures) {
  console.log(
    `${median.toFixed(0).padStart(6)} ns (${least.toFixed(0)}–${most.toFixed(0)})  ${name}; let ${count} pass`,
  );
}
console.log(
  `${result.ratioToTimeStamps} times as fast as time stamps, ${result.ratioToFixedWindow} times as a fixed window`,
);
for (const { name, median, least, most } of result.decisions) {
  console.log(`${median.toFixed(0).padStart(6)} ns (${least.toFixed(0)}–${most.toFixed(0)})  ${name}`);
}
console.log(`10,000,000 keys take ${(crowd.bytes / 1_048_576).toFixed(1)} MiB`);

function spread(values: readonly number[]) {
  const sorted = values.toSorted((a, b) => a - b);
  return {
    median: sorted[Math.floor(sorted.length / 2)] ?? Number.NaN,
    least: sorted[0] ?? Number.NaN,
    most: sorted.at(-1) ?? Number.NaN,
  };
}

function ratio(peer: number | undefined, ours: number | undefined): number {
  return Number(((peer ?? Number.NaN) / (ours ?? Number.NaN)).toFixed(2));
}
