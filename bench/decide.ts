/**
 * The policy decision in process, beside json-rules-engine, in one run: `node bench/decide.ts [--seed S]` writes
 * bench/results/decide.{json,md}. Interleaved rounds on one thread: the rate by its CPU time, which other work on the machine
 * hardly moves, and by the clock. A reading of the clock costs about as much as a decision, so decisions are timed in
 * batches, and a percentile is one of the batch means.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { cpus, loadavg } from "node:os";
import { parseArgs } from "node:util";
import {
  type AccountId,
  compilePolicy,
  DESTINATIONS,
  decide,
  Engine,
  type EpochMilliseconds,
  type Message,
  NUMBERING_TABLE,
  type PolicyDocument,
  type PolicyException,
  type PolicyLevel,
  parseRecipient,
  type RangeRule,
  validatePolicyDocument,
} from "@safeguard/core";
import { Engine as JsonRulesEngine } from "json-rules-engine";
import { asNumberingMetadata } from "../tools/numbering/plan-metadata.ts";
import { NumberSampler, randomIntegers } from "../tools/numbering/sample-numbers.ts";

const { values: options } = parseArgs({ options: { seed: { type: "string", default: "1" } } });
const random = randomIntegers(Number(options.seed));
const sampler = new NumberSampler(
  asNumberingMetadata(createRequire(import.meta.url)("libphonenumber-js/metadata.max.json")),
  random,
);

const ACCOUNT = "acc_00000000000000000000" as AccountId;
const PARENT = "acc_1111111111111111111p" as AccountId;
const NOON = 1_767_268_800_000 as EpochMilliseconds;
const HOUR = 3_600_000;
const RULES = 10_000;
const MESSAGES = 50_000;
const ROUNDS = 15;
const BATCH = 100;

const texts = sampleNumbers(MESSAGES);
const messages = texts.map(messageTo);
const large = checked(largePolicy());
const small = checked(smallPolicy());
const overrides = checked({ ranges: (large.ranges ?? []).slice(0, 50), locked: [] });

const compiledLarge = compilePolicy(levels(large));
const compiledBelow = compilePolicy(levels(overrides, large));
const compiledSmall = compilePolicy(levels(small));
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
  document: large,
  numberingTable: NUMBERING_TABLE,
});
const peer = peerOf(small);

interface Way {
  readonly name: string;
  /** Decisions in a round: the peer is slower by far. */
  readonly decisions: number;
  run(first: number, count: number): number | Promise<number>;
}

/** How many of the messages the policy blocks: every way has a result that is used. */
function blocked(first: number, count: number, isBlocked: (message: Message, index: number) => boolean): number {
  let found = 0;
  for (let index = first; index < first + count; index++) {
    const message = messages[index];
    if (message !== undefined && isBlocked(message, index)) found++;
  }
  return found;
}

const ways: readonly Way[] = [
  {
    name: `decide, ${RULES.toLocaleString("en")} rules`,
    decisions: MESSAGES,
    run: (first, count) => blocked(first, count, (message) => decide(message, compiledLarge).action === "block"),
  },
  {
    name: `parseRecipient and decide, ${RULES.toLocaleString("en")} rules`,
    decisions: MESSAGES,
    run: (first, count) =>
      blocked(first, count, (_, index) => decide(messageTo(texts[index] ?? ""), compiledLarge).action === "block"),
  },
  {
    name: `Engine.decide (account, revision in force), ${RULES.toLocaleString("en")} rules`,
    decisions: MESSAGES,
    run: (first, count) => blocked(first, count, (message) => engine.decide(message, "default").action === "block"),
  },
  {
    name: `decide, account with 50 rules below one with ${RULES.toLocaleString("en")}`,
    decisions: MESSAGES,
    run: (first, count) => blocked(first, count, (message) => decide(message, compiledBelow).action === "block"),
  },
  {
    name: "decide, 5 rules",
    decisions: MESSAGES,
    run: (first, count) => blocked(first, count, (message) => decide(message, compiledSmall).action === "block"),
  },
  { name: "json-rules-engine 7.3.1, the same 5 rules", decisions: 1_000, run: runPeer },
];

await checkPeer();
const results = {
  date: new Date().toISOString(),
  node: process.version,
  cpu: `${cpus()[0]?.model ?? "unknown"} × ${cpus().length}`,
  loadBefore: loadavg()[0],
  seed: Number(options.seed),
  rules: {
    ranges: large.ranges?.length,
    exceptions: large.exceptions?.length,
    destinations: Object.keys(large.destinations ?? {}).length,
  },
  messages: MESSAGES,
  batch: BATCH,
  clockNanoseconds: clockResolution(),
  ways: await measure(),
};
const folder = new URL("results/", import.meta.url);
mkdirSync(folder, { recursive: true });
writeFileSync(new URL("decide.json", folder), `${JSON.stringify(results, undefined, 2)}\n`);
const report = markdown();
writeFileSync(new URL("decide.md", folder), report);
console.log(report);

async function measure() {
  const batches = ways.map((): number[] => []);
  const rounds = ways.map((): number[] => []);
  const cpuRounds = ways.map((): number[] => []);
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [which, way] of ways.entries()) {
      const offset = (round * way.decisions) % MESSAGES;
      const started = process.hrtime.bigint();
      const cpu = process.threadCpuUsage();
      for (let first = offset; first < offset + way.decisions; first += BATCH) {
        const before = process.hrtime.bigint();
        const found = way.run(first, BATCH);
        if (found instanceof Promise) await found;
        // The first round warms up.
        if (round > 0) batches[which]?.push(Number(process.hrtime.bigint() - before) / BATCH);
      }
      const used = process.threadCpuUsage(cpu);
      if (round === 0) continue;
      cpuRounds[which]?.push(((used.user + used.system) * 1_000) / way.decisions);
      rounds[which]?.push(Number(process.hrtime.bigint() - started) / way.decisions);
    }
  }
  return ways.map(({ name }, which) => {
    const sorted = (batches[which] ?? []).sort((a, b) => a - b);
    const wall = at(
      (rounds[which] ?? []).sort((a, b) => a - b),
      0.5,
    );
    const cpu = at(
      (cpuRounds[which] ?? []).sort((a, b) => a - b),
      0.5,
    );
    return {
      name,
      perCpuSecond: Math.round(1e9 / cpu),
      perSecond: Math.round(1e9 / wall),
      nanoseconds: { cpu, wall, p50: at(sorted, 0.5), p99: at(sorted, 0.99) },
    };
  });
}

function at(sorted: readonly number[], share: number): number {
  return Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
}

/** The smallest difference between two readings of the clock that is not nothing. */
function clockResolution(): number {
  let smallest = Number.POSITIVE_INFINITY;
  for (let reading = 0; reading < 10_000; reading++) {
    const difference = Number(-process.hrtime.bigint() + process.hrtime.bigint());
    if (difference > 0) smallest = Math.min(smallest, difference);
  }
  return smallest;
}

function markdown(): string {
  const first = results.ways[0];
  const peerWay = results.ways.at(-1);
  const rows = results.ways.map(
    ({ name, perCpuSecond, perSecond, nanoseconds: { p50, p99 } }) =>
      `| ${name} | ${perCpuSecond.toLocaleString("en")} | ${perSecond.toLocaleString("en")} | ${p50.toLocaleString("en")} | ${p99.toLocaleString("en")} |`,
  );
  const ratio = (way: { readonly perCpuSecond: number } | undefined): string =>
    ((way?.perCpuSecond ?? 0) / (peerWay?.perCpuSecond ?? 1)).toFixed(0);
  return `# Policy decision in process

Made by \`npm run bench:decide\`; do not edit. ${results.date}, Node ${results.node}, ${results.cpu}, load ${results.loadBefore?.toFixed(1)} at the start, seed ${results.seed}.

One thread, ${MESSAGES.toLocaleString("en")} messages to numbers of all plans, ${results.rules.ranges} range rules, ${results.rules.exceptions} exceptions, with and without an end, a third of them about numbers that are written to, ${results.rules.destinations} destinations. Median of ${ROUNDS} interleaved rounds. p50 and p99 are of the means of batches of ${BATCH} (the clock's own step is ${results.clockNanoseconds} ns).

| | per second of CPU | per second by the clock | p50 ns | p99 ns |
| --- | ---: | ---: | ---: | ---: |
${rows.join("\n")}

With the same 5 rules ${ratio(results.ways.at(-2))} times json-rules-engine; with ${RULES.toLocaleString("en")} rules ${ratio(first)} times json-rules-engine with 5. By CPU. Goal: 1,000,000 per second with ${RULES.toLocaleString("en")} rules.
`;
}

function levels(...documents: readonly PolicyDocument[]): readonly PolicyLevel[] {
  return documents.map((document, index) => ({
    account: index === 0 ? ACCOUNT : PARENT,
    policy: "default",
    revision: 1,
    document,
    numberingTable: NUMBERING_TABLE,
  }));
}

function messageTo(text: string): Message {
  const parsed = parseRecipient(text, "native");
  if (!parsed.ok) throw new Error(`${text} is no number`);
  return {
    account: ACCOUNT,
    recipient: parsed.recipient,
    originator: "Shop",
    channel: "sms",
    purpose: "otp",
    at: NOON,
  };
}

function sampleNumbers(count: number): readonly string[] {
  const found: string[] = [];
  while (found.length < count) {
    const text = sampler.next("valid");
    const parsed = parseRecipient(text, "native");
    if (parsed.ok) found.push(parsed.recipient.e164);
  }
  return found;
}

function largePolicy(): PolicyDocument {
  const actions = ["block", "block", "filter", "monitor", "allow"] as const;
  const destinations = Object.fromEntries(
    DESTINATIONS.map(({ code }) => [code, { action: actions[random(actions.length)] ?? "block" }]),
  );
  const rules = RULES - DESTINATIONS.length;
  const ranges = new Map<string, RangeRule>();
  const exceptions = new Map<string, PolicyException>();
  for (let index = 0; ranges.size + exceptions.size < rules; index++) {
    // A third of the rules are about numbers that messages go to.
    const number = (index % 3 === 0 ? texts[random(texts.length)] : undefined) ?? sampleNumbers(1)[0] ?? "";
    const until = (index % 2 === 0 ? NOON + HOUR : NOON - HOUR) as EpochMilliseconds;
    if (index % 4 === 0) {
      const range = index % 8 === 0 ? number : `${number.slice(0, -2)}xx`;
      exceptions.set(range, { range, kind: index % 3 === 0 ? "trusted" : "barred", until });
    } else {
      const prefix = number.slice(0, 5 + random(5));
      const action = actions[random(actions.length)] ?? "block";
      ranges.set(prefix, { prefix, action, ...(index % 5 === 0 && { until }) });
    }
  }
  return { listMode: "allow_list", destinations, ranges: [...ranges.values()], exceptions: [...exceptions.values()] };
}

/** Blocks only, so that the order of evaluation cannot matter: both sides have to come to the same. */
function smallPolicy(): PolicyDocument {
  return {
    listMode: "block_list",
    destinations: { BE: { action: "block" }, CU: { action: "block" } },
    numberTypes: { toll_free: "block" },
    ranges: [{ prefix: "+3161", action: "block" }],
    exceptions: [{ range: texts[7] ?? "", kind: "barred" }],
  };
}

function checked(document: PolicyDocument): PolicyDocument {
  const result = validatePolicyDocument(document);
  if (!result.ok) throw new Error(JSON.stringify(result.problems.slice(0, 3)));
  return result.document;
}

/** The small policy, with the default one that it stands on, as json-rules-engine would have it. */
function peerOf(policy: PolicyDocument): JsonRulesEngine {
  const rules = new JsonRulesEngine();
  rules.addOperator("startsWith", (fact: string, prefix: string) => fact.startsWith(prefix));
  const nonGeographic = DESTINATIONS.filter(({ kind }) => kind === "non_geographic").map(({ code }) => code);
  const listed = [...Object.keys(policy.destinations ?? {}), ...nonGeographic];
  const conditions = [
    { fact: "e164", operator: "equal", value: policy.exceptions?.[0]?.range },
    { fact: "e164", operator: "startsWith", value: policy.ranges?.[0]?.prefix },
    { fact: "numberType", operator: "equal", value: "toll_free" },
    { fact: "numberType", operator: "equal", value: "premium" },
    { fact: "destination", operator: "in", value: listed },
  ];
  for (const condition of conditions) rules.addRule({ conditions: { all: [condition] }, event: { type: "block" } });
  return rules;
}

async function blockedByPeer({ recipient }: Message): Promise<boolean> {
  const { e164, type, candidates } = recipient;
  const { events } = await peer.run({ e164, numberType: type, destination: candidates[0] });
  return events.length > 0;
}

async function runPeer(first: number, count: number): Promise<number> {
  let found = 0;
  for (const message of messages.slice(first, first + count)) if (await blockedByPeer(message)) found++;
  return found;
}

/** Both sides must come to the same, or their speeds say nothing about each other. */
async function checkPeer(): Promise<void> {
  for (const message of messages.filter(({ recipient }) => recipient.candidates.length === 1).slice(0, 5_000)) {
    const isBlocked = decide(message, compiledSmall).action === "block";
    if (isBlocked !== (await blockedByPeer(message))) throw new Error(`they differ on ${message.recipient.e164}`);
  }
}
