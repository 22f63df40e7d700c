import type { EpochMilliseconds } from "../src/brand.ts";
import type { DetectionSettings } from "../src/detection/detection-settings.ts";
import { Engine, type EngineOptions } from "../src/engine.ts";
import type { Message } from "../src/message.ts";
import { NUMBERING_TABLE } from "../src/numbering/plan.generated.ts";
import type { PolicyDocument } from "../src/policy/policy-document.ts";
import { type RecordedMessage, type ReplayedMessage, TrafficReplay } from "../src/replay-traffic.ts";
import { ACCOUNT, messageTo } from "./message-to.ts";
import { normal, seeded } from "./seeded.ts";

export const SECOND = 1_000;
export const MINUTE: number = 60 * SECOND;
export const HOUR: number = 60 * MINUTE;
export const DAY: number = 24 * HOUR;
/** Midnight on which all traffic begins. */
export const DAY_ONE = 1_767_225_600_000;

/** One message of a scenario: when it is asked for, and what becomes of it if it is let through. */
export interface Sent {
  readonly at: number;
  readonly to: string;
  readonly deliveredAfter?: number;
  readonly convertedAfter?: number;
  /** Codes entered until one was right. */
  readonly attempts?: number;
  readonly says?: Partial<Message>;
}

/** In the order of time; at equal times in the order given. */
export function recorded(...traffic: readonly (readonly Sent[])[]): readonly RecordedMessage[] {
  const inTime = traffic.flat().toSorted((a, b) => a.at - b.at);
  return inTime.map(({ at, to, deliveredAfter, convertedAfter, attempts, says }, position) => ({
    position,
    message: messageTo(to, { at: at as EpochMilliseconds, ...says }),
    deliveredAt: after(at, deliveredAfter),
    convertedAt: after(at, convertedAfter),
    attempts,
  }));
}

function after(at: number, milliseconds: number | undefined): EpochMilliseconds | undefined {
  return milliseconds === undefined ? undefined : ((at + milliseconds) as EpochMilliseconds);
}

/** An engine in which the account's detection acts unless the settings say otherwise. */
export function engineWith(
  detection: DetectionSettings = {},
  document: PolicyDocument = {},
  options: EngineOptions = {},
): Engine {
  const engine = new Engine(options);
  place(engine, ACCOUNT, { ...document, detection: { mode: "enforce", ...detection } });
  return engine;
}

export function place(engine: Engine, account: Message["account"], document: PolicyDocument): void {
  engine.apply({ type: "account_placed", account, parent: undefined });
  engine.apply({
    type: "revision_put",
    account,
    policy: "default",
    number: 1,
    state: "in_force",
    from: 0 as EpochMilliseconds,
    until: undefined,
    document,
    numberingTable: NUMBERING_TABLE,
  });
}

/** The last word on every message, in the order in which they were asked for. */
export function replayed(engine: Engine, messages: readonly RecordedMessage[]): readonly ReplayedMessage[] {
  const words: ReplayedMessage[] = [];
  const replay = new TrafficReplay(engine, "default", (word) => words.push(word));
  for (const message of messages) replay.add(message);
  replay.finish();
  return words.toSorted((a, b) => a.recorded.position - b.recorded.position);
}

/** How long a person takes: delivery, reading, typing. */
export function personsTime(draw: () => number): number {
  return Math.round(3_500 + 9_000 * Math.exp(0.6 * normal(draw)));
}

/** Blocks of 10,000 numbers in which people of three countries are; the first of them are the popular ones. */
const BLOCKS: readonly string[] = Array.from({ length: 900 }, (_, index) => {
  const three = String(100 + ((index * 379) % 900));
  return [`+316${1 + (index % 5)}${three}`, `+49151${three}0`, `+4474${three}${index % 10}`][index % 3] ?? "";
});

/** A person's number: the German ones of these ranges have 13 digits, the others 11 and 12. */
function numberIn(block: string, draw: () => number): string {
  const missing = (block.startsWith("+31") ? 12 : block.startsWith("+49") ? 14 : 13) - block.length;
  return block + String(Math.floor(10 ** missing * draw())).padStart(missing, "0");
}

export interface PeopleOptions {
  readonly seed?: number;
  readonly from?: number;
  readonly for?: number;
  /** New numbers that ask, and how many of them log in again, a day and more later. */
  readonly people?: number;
  readonly completes?: number;
}

/** People who sign up all over three countries, and some who come back: a few hundred a day. */
export function people(options: PeopleOptions = {}): readonly Sent[] {
  const { seed = 1, from = DAY_ONE, for: span = 3 * DAY, people: count = 1_200, completes = 0.8 } = options;
  const draw = seeded(seed);
  const sent: Sent[] = [];
  const ask = (to: string, at: number): void => {
    const took = personsTime(draw);
    const outcome = draw() < completes ? { convertedAfter: took } : {};
    const deliveredAfter = Math.round(1_000 + 2_000 * draw());
    // By turns, so that it takes nothing from what is drawn: some reports never come, and some people mistype.
    const turn = sent.length;
    sent.push({
      at: Math.round(at),
      to,
      ...(turn % 14 === 0 ? {} : { deliveredAfter }),
      ...outcome,
      attempts: turn % 9 === 0 ? 2 : 1,
      says: { endUserAddress: `198.51.${turn & 63}.${turn % 5}` },
    });
  };
  for (let person = 0; person < count; person++) {
    const to = numberIn(BLOCKS[Math.floor(BLOCKS.length * draw() ** 1.3)] ?? "", draw);
    const at = from + span * draw();
    ask(to, at);
    for (let again = at + (1 + draw()) * DAY; again < from + span && draw() < 0.7; again += (0.3 + draw()) * DAY)
      ask(to, again);
  }
  return sent;
}

export interface RunOptions {
  readonly from?: number;
  readonly count?: number;
  readonly everyMs?: number;
  readonly step?: number;
  /** What becomes of each; default: nothing. */
  readonly outcome?: (index: number) => Pick<Sent, "deliveredAfter" | "convertedAfter" | "attempts">;
  readonly says?: Partial<Message>;
}

/** Numbers one after the other. */
export function consecutive(first: string, options: RunOptions = {}): readonly Sent[] {
  const { from = DAY_ONE + 3 * DAY, count = 200, everyMs = 2 * SECOND, step = 1, outcome, says } = options;
  const digits = first.length - 1;
  return Array.from({ length: count }, (_, index) => ({
    at: from + index * everyMs,
    to: `+${String(Number(first) + index * step).padStart(digits, "0")}`,
    ...outcome?.(index),
    ...(says === undefined ? {} : { says }),
  }));
}
