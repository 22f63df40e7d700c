/**
 * The numbering table beside libphonenumber-js/max, in one run: numbers per second in interleaved rounds, size, load
 * time, and every disagreement over generated numbers of all plans. `node bench/numbering.ts [--numbers N] [--seed S]`
 * writes bench/results/numbering.{json,md}; it exits with 1 when a disagreement has no explanation.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { parsePhoneNumberFromString } from "libphonenumber-js/max";
import {
  parseRecipient,
  parseRecipientBytes,
  readCanonicalBytes,
} from "../packages/core/src/numbering/parse-recipient.ts";
import { NUMBERING_TABLE } from "../packages/core/src/numbering/plan.generated.ts";
import { PLAN } from "../packages/core/src/numbering/plan.ts";
import {
  compareWithLibphonenumber,
  EXPLAINED,
  type Explained,
} from "../tools/numbering/compare-with-libphonenumber.ts";
import { asNumberingMetadata } from "../tools/numbering/plan-metadata.ts";
import { NumberSampler, randomIntegers, SAMPLE_KINDS, type SampleKind } from "../tools/numbering/sample-numbers.ts";

const { values: options } = parseArgs({
  options: { numbers: { type: "string", default: "2100000" }, seed: { type: "string", default: "1" } },
});
const seed = Number(options.seed);
const metadata = asNumberingMetadata(createRequire(import.meta.url)("libphonenumber-js/metadata.max.json"));

const speed = measureSpeed();
const load = measureLoad();
const agreement = measureAgreement(Number(options.numbers));
const tableBytes = PLAN.targets.byteLength + PLAN.values.byteLength;

const results = {
  date: new Date().toISOString(),
  node: process.version,
  cpu: `${cpus()[0]?.model ?? "unknown"} × ${cpus().length}`,
  seed,
  table: NUMBERING_TABLE,
  tableBytes,
  load,
  speed,
  agreement,
};
const folder = new URL("results/", import.meta.url);
mkdirSync(folder, { recursive: true });
writeFileSync(new URL("numbering.json", folder), `${JSON.stringify(results, undefined, 2)}\n`);
const report = markdown();
writeFileSync(new URL("numbering.md", folder), report);
console.log(report);
if (agreement.unexplained > 0) process.exitCode = 1;

/** Nanoseconds per number, median of rounds in which each way takes its turn. */
function measureSpeed(): { readonly numbers: number; readonly rounds: number; readonly ways: readonly Way[] } {
  const sampler = new NumberSampler(metadata, randomIntegers(seed));
  const texts: string[] = [];
  while (texts.length < 100_000) {
    const text = sampler.next("valid");
    // Numbers in canonical form, as senders write them: what both sides read without taking a prefix off.
    const result = parseRecipient(text, "native");
    if (result.ok && result.recipient.valid && result.recipient.e164 === text) texts.push(text);
  }
  const bytes = Buffer.from(`${texts.join("\n")}\n`);
  const ends: number[] = [];
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) ends.push(at);
  const startOf = (index: number): number => (index === 0 ? 0 : (ends[index - 1] ?? 0) + 1);
  // libphonenumber-js is some hundred times slower: a tenth of the numbers, another tenth each round.
  const ROUNDS = 9;
  const PEER_SHARE = 10;
  let found = 0;
  const ways: {
    readonly name: string;
    readonly input: "bytes" | "text";
    readonly share: number;
    read(index: number): void;
  }[] = [
    {
      name: "libphonenumber-js/max from bytes: text, parse, country, type, possible",
      input: "bytes",
      share: PEER_SHARE,
      read: (index) => {
        const number = parsePhoneNumberFromString(bytes.toString("latin1", startOf(index), ends[index]));
        if (number?.country && number.getType() && number.isPossible()) found += 1;
      },
    },
    {
      name: "libphonenumber-js/max from text: parse, country, type, possible",
      input: "text",
      share: PEER_SHARE,
      read: (index) => {
        const number = parsePhoneNumberFromString(texts[index] ?? "");
        if (number?.country && number.getType() && number.isPossible()) found += 1;
      },
    },
    {
      name: "readCanonicalBytes: destination, twin, type, possible",
      input: "bytes",
      share: 1,
      read: (index) => {
        if (readCanonicalBytes(bytes, startOf(index), ends[index] ?? 0)?.valid) found += 1;
      },
    },
    {
      name: "parseRecipientBytes: the same, and the canonical number as text",
      input: "bytes",
      share: 1,
      read: (index) => {
        const result = parseRecipientBytes(bytes, startOf(index), ends[index] ?? 0, "native");
        if (result.ok && result.recipient.valid) found += 1;
      },
    },
    {
      name: "parseRecipient",
      input: "text",
      share: 1,
      read: (index) => {
        const result = parseRecipient(texts[index] ?? "", "native");
        if (result.ok && result.recipient.valid) found += 1;
      },
    },
  ];
  const times = ways.map((): number[] => []);
  for (let round = 0; round <= ROUNDS; round += 1) {
    ways.forEach((way, which) => {
      const count = texts.length / way.share;
      const first = ((round % way.share) * count) % texts.length;
      const started = process.hrtime.bigint();
      for (let index = first; index < first + count; index += 1) way.read(index);
      // The first round warms up.
      if (round > 0) times[which]?.push(Number(process.hrtime.bigint() - started) / count);
    });
  }
  if (found === 0) throw new Error("nothing was read");
  const medians = times.map((rounds) => rounds.sort((a, b) => a - b)[ROUNDS >> 1] ?? 0);
  const peers = { bytes: medians[0] ?? 0, text: medians[1] ?? 0 };
  return {
    numbers: texts.length,
    rounds: ROUNDS,
    ways: ways.map(({ name, input }, which) => {
      const nanoseconds = medians[which] ?? 0;
      return {
        name,
        input,
        nanoseconds: Math.round(nanoseconds * 10) / 10,
        perSecond: Math.round(1e9 / nanoseconds),
        ratio: Math.round((peers[input] / nanoseconds) * 10) / 10,
      };
    }),
  };
}

interface Way {
  readonly name: string;
  readonly input: "bytes" | "text";
  readonly nanoseconds: number;
  readonly perSecond: number;
  /** To libphonenumber-js/max from the same input. */
  readonly ratio: number;
}

/** Milliseconds in fresh processes, best of nine, after Node has started its type stripping. */
function measureLoad(): { readonly decode: number; readonly parser: number; readonly peer: number } {
  const numbering = "../packages/core/src/numbering";
  const inFreshProcess = (before: string, timed: string): number => {
    const code = `await import("${numbering}/e164.ts");${before};const t=performance.now();${timed};console.log(performance.now()-t)`;
    const run = (): number =>
      Number(
        execFileSync(process.execPath, ["--input-type=module", "-e", code], { cwd: import.meta.dirname }).toString(),
      );
    return Math.round(Math.min(...Array.from({ length: 9 }, run)) * 10) / 10;
  };
  return {
    decode: inFreshProcess(
      `const plan=await import("${numbering}/plan.generated.ts");` +
        `const {decodeDigitAutomaton}=await import("${numbering}/digit-automaton.ts");` +
        `const {decodeReadings}=await import("${numbering}/reading.ts")`,
      "decodeDigitAutomaton(plan.PLAN_AUTOMATON);decodeReadings(plan.PLAN_READINGS)",
    ),
    parser: inFreshProcess("", `await import("${numbering}/parse-recipient.ts")`),
    peer: inFreshProcess("", 'await import("libphonenumber-js/max")'),
  };
}

interface Agreement {
  readonly numbers: number;
  readonly valid: number;
  readonly kinds: Readonly<Record<string, number>>;
  readonly unexplained: number;
  readonly classes: Readonly<Record<string, { count: number; readonly examples: string[] }>>;
}

function measureAgreement(total: number): Agreement {
  const sampler = new NumberSampler(metadata, randomIntegers(seed + 1));
  const random = randomIntegers(seed + 2);
  const classes: Record<string, { count: number; readonly examples: string[] }> = {};
  const kinds: Record<SampleKind, number> = { valid: 0, near_valid: 0, random: 0 };
  let valid = 0;
  for (let made = 0; made < total; made += 1) {
    const kind = SAMPLE_KINDS[random(SAMPLE_KINDS.length)] ?? "random";
    kinds[kind] += 1;
    const text = sampler.next(kind);
    const comparison = compareWithLibphonenumber(text);
    if (comparison.valid) valid += 1;
    if (comparison.difference === undefined) continue;
    classes[comparison.difference] ??= { count: 0, examples: [] };
    const found = classes[comparison.difference];
    if (found === undefined) continue;
    found.count += 1;
    if (found.examples.length < 5) found.examples.push(text);
  }
  const unexplained = Object.entries(classes)
    .filter(([difference]) => !Object.hasOwn(EXPLAINED, difference))
    .reduce((sum, [, { count }]) => sum + count, 0);
  return { numbers: total, valid, kinds, unexplained, classes };
}

function markdown(): string {
  const count = (number: number): string => number.toLocaleString("en");
  const rows = speed.ways.map(
    (way) => `| ${way.name} | ${way.nanoseconds} | ${count(way.perSecond)} | ${way.ratio} × |`,
  );
  const classes = Object.entries(agreement.classes).map(
    ([difference, found]) =>
      `| ${difference} | ${count(found.count)} | ${EXPLAINED[difference as Explained] ?? "**not explained**"} | ${found.examples.slice(0, 2).join(" ")} |`,
  );
  const zero = (["destination", "twin", "type", "valid", "possible", "number"] as const).map(
    (field) => `${field} ${count(agreement.classes[field]?.count ?? 0)}`,
  );
  return `# Numbering table beside libphonenumber-js/max

\`npm run bench:numbering\`, ${results.date}, Node ${results.node}, ${results.cpu}; seed ${seed}.

## Speed

Median of ${speed.rounds} interleaved rounds over ${count(speed.numbers)} valid numbers of all plans; the ratio is to libphonenumber-js from
the same input.

| way | ns per number | per second | ratio |
| --- | ---: | ---: | ---: |
${rows.join("\n")}

Table: ${count(tableBytes)} bytes in memory (goal: at most 1,048,576). In a fresh process the table
is decoded in ${load.decode} ms; importing the whole parser takes ${load.parser} ms (with stripping its types), libphonenumber-js/max ${load.peer} ms.

## Agreement

${count(agreement.numbers)} generated numbers (${Object.entries(agreement.kinds)
    .map(([kind, made]) => `${count(made)} ${kind}`)
    .join(", ")}), ${count(agreement.valid)} of them valid to libphonenumber-js.
Disagreements without an explanation: ${zero.join(", ")}.

| explained class | numbers | reason | examples |
| --- | ---: | --- | --- |
${classes.join("\n")}
`;
}
