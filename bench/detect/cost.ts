import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import {
  type AccountId,
  type Destination,
  type E164,
  Engine,
  type Message,
  type Recipient,
  type Verdict,
} from "@safeguard/core";
import { simulate } from "../traffic/simulate.ts";
import type { SimulatedRow } from "../traffic/traffic-row.ts";
import type { Setting } from "./candidate.ts";
import { candidateOf, MAIN_CANDIDATE } from "./candidates.ts";
import type { LabelledAttempt } from "./labelled-attempt.ts";
import { enforced, OurCandidate } from "./ours.ts";
import { attemptsOf, settingOf } from "./run-world.ts";
import { quantile, sum } from "./statistics.ts";

const MB = 1024 * 1024;
const PREFIXES = 1_000_000;
const SWEPT = [
  ["+4915", "DE"],
  ["+336", "FR"],
  ["+393", "IT"],
  ["+447", "GB"],
  ["+905", "TR"],
  ["+628", "ID"],
  ["+919", "IN"],
  ["+639", "PH"],
  ["+849", "VN"],
  ["+880", "BD"],
] as const;
const SWEEP_PARTS = 10;
const SWEEP_PART = 30_000;
/** Slower readings are the scheduler's or the garbage collector's. */
const UNDISTURBED = 0.999;
const PASSES = 3;

/** What a candidate costs on one world of ten days. */
export interface Cost {
  readonly candidate: string;
  readonly messages: number;
  /** Microseconds of CPU for a message and its outcomes, all bookkeeping of the replay included; median of three passes. */
  readonly message: number;
  /** Of the verdict alone, by the clock: mean without the slowest 0.1 %, and 99th percentile. Only of ours. */
  readonly verdict: { readonly mean: number; readonly p99: number } | undefined;
  /** Megabytes that the candidate holds at the end. */
  readonly state: number;
}

export interface Sweep {
  readonly messages: number;
  /** Ranges that are watched in the end. */
  readonly watched: number;
  /** Of CPU, for a message with all bookkeeping, in each tenth of the sweep. */
  readonly microseconds: readonly number[];
}

/** All candidates on the same messages, one after the other. */
export function measureCosts(names: readonly string[], seed: number): readonly Cost[] {
  const simulation = simulate({ seed, days: 3, attacks: ["sequential_1s", "slow_40_ranges"] });
  const attempts = [...attemptsOf(simulation, simulation)];
  const setting = settingOf(simulation);
  return names.map((candidate) => {
    // The first pass also warms up the compiler, and the median drops it.
    const passes = Array.from({ length: PASSES }, () => pass(candidate, attempts, setting));
    return {
      candidate,
      messages: attempts.length,
      message: quantile(
        passes.map(({ cpu }) => cpu),
        0.5,
      ),
      verdict: candidate === MAIN_CANDIDATE.name ? timeVerdicts(attempts) : undefined,
      state: Math.max(...passes.map(({ state }) => state)),
    };
  });
}

/** In a call of its own, so that nothing of one pass is alive in the next. */
function pass(
  name: string,
  attempts: readonly LabelledAttempt[],
  setting: Setting,
): { readonly cpu: number; readonly state: number } {
  const before = heldMemory();
  const candidate = candidateOf(name).begin<LabelledAttempt>(ignore, setting);
  const started = process.threadCpuUsage();
  for (const attempt of attempts) candidate.add(attempt);
  const { user, system } = process.threadCpuUsage(started);
  const state = (heldMemory() - before) / MB;
  candidate.finish();
  return { cpu: (user + system) / attempts.length, state };
}

/** Megabytes that our engine holds once it has seen a new number in each of a million blocks of a thousand numbers. */
export function measurePrefixes(): { readonly prefixes: number; readonly megabytes: number } {
  const before = heldMemory();
  const candidate = new OurCandidate(() => enforced("balanced"), ignore);
  const from = Date.UTC(2026, 2, 23);
  for (let index = 0; index < PREFIXES; index += 1) {
    // Scattered, and a day in all: a million people, of whom seven in ten complete.
    const block = (index * 7_919) % PREFIXES;
    const to = `+4915${String(block).padStart(6, "0")}${String(index % 1_000).padStart(3, "0")}`;
    const time = from + Math.floor((index * 86_400_000) / PREFIXES);
    candidate.add({ row: rowTo(to, time, index % 10 < 7), recipient: recipientOf(to) });
  }
  const megabytes = (heldMemory() - before) / MB;
  candidate.finish();
  return { prefixes: PREFIXES, megabytes };
}

/**
 * What a message costs while ten operators are swept at once, numbers far apart that nobody completes: ten thousand ranges are
 * watched in the end. Each tenth of the sweep by itself; the cost must not grow with the ranges.
 */
export function measureSweep(): Sweep {
  const candidate = new OurCandidate(() => enforced("balanced"), ignore);
  const from = Date.UTC(2026, 2, 23);
  const microseconds: number[] = [];
  for (let part = 0; part < SWEEP_PARTS; part += 1) {
    const started = process.threadCpuUsage();
    for (let index = part * SWEEP_PART; index < (part + 1) * SWEEP_PART; index += 1) {
      const [prefix, destination] = SWEPT[index % SWEPT.length] ?? ["+4915", "DE"];
      const to =
        prefix + String(Math.floor(index / SWEPT.length) * 7_919 + 1_234_567).padStart(12 - prefix.length, "0");
      candidate.add({ row: rowTo(to, from + index, false), recipient: recipientOf(to, destination) });
    }
    const { user, system } = process.threadCpuUsage(started);
    microseconds.push((user + system) / SWEEP_PART);
  }
  const { watches } = candidate.engine.detectionOf("acme" as AccountId);
  const watched = [...watches].length;
  candidate.finish();
  return { messages: SWEEP_PARTS * SWEEP_PART, watched, microseconds };
}

class TimedEngine extends Engine {
  readonly microseconds: number[] = [];

  override decide(message: Message, policy: string): Verdict {
    const started = performance.now();
    const verdict = super.decide(message, policy);
    this.microseconds.push((performance.now() - started) * 1_000);
    return verdict;
  }
}

function timeVerdicts(attempts: readonly LabelledAttempt[]): Cost["verdict"] {
  const engine = new TimedEngine();
  const candidate = new OurCandidate<LabelledAttempt>(() => enforced("balanced"), ignore, engine);
  for (const attempt of attempts) candidate.add(attempt);
  candidate.finish();
  const sorted = engine.microseconds.sort((a, b) => a - b);
  const undisturbed = sorted.slice(0, Math.ceil(sorted.length * UNDISTURBED));
  return { mean: sum(undisturbed) / undisturbed.length, p99: sorted[Math.floor(sorted.length * 0.99)] ?? 0 };
}

function rowTo(to: string, time: number, completes: boolean): SimulatedRow {
  return {
    id: to,
    account: "acme",
    time,
    to,
    from: "acme",
    purpose: "otp",
    ip: undefined,
    device: undefined,
    deliveredAt: time + 3_000,
    convertedAt: completes ? time + 8_000 + (time % 9_000) : undefined,
    attempts: completes ? 1 : undefined,
    price: 0.1,
    currency: "USD",
    label: { kind: "legitimate", event: undefined, returning: false },
  };
}

function recipientOf(to: string, destination = "DE"): Recipient {
  return { e164: to as E164, candidates: [destination as Destination], twin: undefined, type: "mobile", valid: true };
}

function ignore(): void {}

/** Bytes on this thread's heap and in its buffers, once garbage is collected. */
function heldMemory(): number {
  setFlagsFromString("--expose-gc");
  const collect: unknown = runInNewContext("gc");
  if (typeof collect === "function") collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
