import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ChainedSession, evidenceOf, type UsualHabits } from "../../test/reference-reading.ts";
import { seeded } from "../../test/seeded.ts";
import { personsTime } from "../../test/traffic.ts";
import { AccountSignals } from "../signals/account-signals.ts";
import { ControlGroup } from "../signals/control-group.ts";
import { LINK, SESSION } from "../signals/session-log.ts";
import { type Expectation, Reading } from "./reading.ts";

const SECOND = 1_000;
const HOUR = 3_600_000;
const NOW = 20_000 * 24 * HOUR;
const CAPACITY = { sessions: 1024, numbers: 256, blocks: 256 };

const sessions: fc.Arbitrary<
  readonly (Omit<ChainedSession, "age" | "trialsSince"> & { gapMs: number; misses: number })[]
> = fc.array(
  fc.record({
    gapMs: fc.oneof(fc.nat(20 * SECOND), fc.nat(12 * HOUR)),
    misses: fc.oneof(fc.constant(0), fc.nat(400)),
    isNear: fc.boolean(),
    isSent: fc.constantFrom(true, true, true, false),
    isHeard: fc.constant(true),
    convertedAfter: fc.option(fc.constantFrom(900, 4_000, 4_100, 15_000, 70_000), { nil: undefined, freq: 1 }),
    deliveredAfter: fc.option(fc.constantFrom(500, 3_000, 20_000), { nil: undefined }),
    isActive: fc.boolean(),
    device: fc.nat(3),
    address: fc.nat(2),
    attempts: fc.constantFrom(undefined, 1, 1, 1, 2),
  }),
  { minLength: 1, maxLength: 14 },
);
const expectations: fc.Arbitrary<Expectation> = fc.record({
  share: fc.constantFrom(1e-5, 1e-3, 0.03, 0.4),
  completion: fc.constantFrom(0.25, 0.6, 0.9),
  outcomesCount: fc.boolean(),
  allowance: fc.integer({ min: 1, max: 10 }),
  beforeDelivery: fc.constantFrom(0.1, 0.5),
  undelivered: fc.constantFrom(0, 0, 0.02, 0.1),
  control: fc.constant(new ControlGroup()),
  scope: fc.constantFrom("block" as const, "new_blocks" as const),
  adjacency: fc.boolean(),
});

/** Read again and again: nothing of one reading may be left in the next. */
const reading = new Reading();

/** So many of so many people who entered a code more than once, or shared an address. */
interface Learned {
  readonly retyped: readonly [times: number, of: number];
  readonly sharedAddress: readonly [times: number, of: number];
}
const NOTHING_LEARNED: Learned = { retyped: [0, 0], sharedAddress: [0, 0] };
const learned: fc.Arbitrary<Learned> = fc.record({
  retyped: fc.constantFrom([0, 0] as const, [50, 400] as const, [400, 900] as const),
  sharedAddress: fc.constantFrom([0, 0] as const, [0, 2_000] as const, [20, 2_000] as const, [60, 60] as const),
});

/** The usual shares, as what was learned and the expectation make them. */
function usualOf(signals: AccountSignals, { undelivered }: Expectation): UsualHabits {
  const retyped = Math.min(0.75 * signals.retyped.low, 0.12);
  const shared = signals.sharedAddress.seen < 50 ? 1 : Math.max(16 * signals.sharedAddress.high, 0.1);
  return {
    delivered: undelivered === 0 ? undefined : 1 - undelivered,
    enteredOnce: retyped === 0 ? undefined : 1 - retyped,
    sharedAddress: shared >= 0.6 ? undefined : shared,
  };
}

/** Puts the chain (newest first) into a log, and reads it. */
function read(
  chain: readonly ChainedSession[],
  expected: Expectation,
  activity: readonly [number, number],
  { retyped, sharedAddress }: Learned = NOTHING_LEARNED,
): [Reading, AccountSignals] {
  const signals = new AccountSignals(CAPACITY);
  signals.activity = [activity[0], activity[1]];
  signals.heardUpTo = NOW;
  for (let seen = 0; seen < retyped[1]; seen++) signals.retyped.observe(seen < retyped[0]);
  for (let seen = 0; seen < sharedAddress[1]; seen++) signals.sharedAddress.observe(seen < sharedAddress[0]);
  const clock = 1_000_000;
  let before = 0;
  for (const {
    age,
    trialsSince,
    isNear,
    isSent,
    convertedAfter,
    deliveredAfter,
    isActive,
    device,
    address,
    attempts,
  } of chain.toReversed()) {
    const state =
      (isNear ? SESSION.near : 0) | (isSent ? SESSION.sent : SESSION.stopped) | (isActive ? SESSION.active : 0);
    const own = clock - trialsSince;
    const at = NOW - age;
    before = append(signals, { at, state, own, device, address }, before);
    if (convertedAfter !== undefined) signals.convert(before, at + convertedAfter, attempts);
    if (deliveredAfter !== undefined) signals.log.deliver(before, at + deliveredAfter);
  }
  reading.read(signals, LINK.block, before, expected, NOW, clock);
  return [reading, signals];
}

function append(
  { log }: AccountSignals,
  {
    at,
    state,
    own,
    device = 0,
    address = 0,
  }: { at: number; state: number; own: number; device?: number; address?: number },
  before: number,
): number {
  const entry = { line: 31_612_345_678, at, state, destination: 0, clock: own, accountClock: own, device, address };
  const session = log.append(entry);
  log.link(session, LINK.block, before);
  return session;
}

describe("the reading of evidence in a chain of sessions", () => {
  it("finds, of all beginnings, the one from which on an attack is likeliest, and the evidence from there", () => {
    fc.assert(
      fc.property(
        sessions,
        expectations,
        fc.constantFrom([0, 0] as const, [500, 400] as const),
        learned,
        (drawn, expected, activity, habits) => {
          let [age, trialsSince] = [0, -1];
          const chain = drawn.map(({ gapMs, misses, ...rest }): ChainedSession => {
            age += gapMs;
            trialsSince += misses + 1;
            const { isSent, convertedAfter = Number.POSITIVE_INFINITY } = rest;
            return {
              ...rest,
              age,
              trialsSince,
              convertedAfter: isSent && convertedAfter <= age ? convertedAfter : undefined,
            };
          });
          const active = activity[0] === 0 ? 0 : Math.min((0.8 * activity[1]) / activity[0], 0.9);
          const lookBack = active > 0 ? 48 * HOUR : 24 * HOUR;
          const seen = chain.filter((session) => session.age <= lookBack);
          const [reading, signals] = read(chain, expected, activity, habits);
          if (seen.length === 0) {
            expect(reading.total).toBe(Number.NEGATIVE_INFINITY);
            return;
          }
          const usual = usualOf(signals, expected);
          const isCompared = Object.values(usual).some((share) => share !== undefined);
          const all = seen.map((_, index) =>
            evidenceOf(seen.slice(0, index + 1), expected, signals.latency, active, usual),
          );
          expect(reading.total).toBeCloseTo(Math.max(...all.map(({ total }) => total)), 6);
          const count = chain.length - reading.since + 1;
          const { total, share, adjacency, unanswered, faked, credit } = reading;
          const from = all[count - 1];
          expect({ total, share, adjacency, unanswered, faked }).toEqual({
            total: expect.closeTo(from?.total ?? Number.NaN, 6),
            share: expect.closeTo(from?.share ?? Number.NaN, 6),
            adjacency: expect.closeTo(from?.adjacency ?? Number.NaN, 6),
            unanswered: expect.closeTo(from?.unanswered ?? Number.NaN, 6),
            // Where there are habits to compare with, what comes to nothing is not reckoned to the end.
            faked:
              isCompared && (from?.faked ?? 0) <= Math.max(from?.unanswered ?? 0, 0)
                ? expect.toSatisfy((nats: number) => nats === 0 || Math.abs(nats - (from?.faked ?? 0)) < 1e-6)
                : expect.closeTo(from?.faked ?? Number.NaN, 6),
          });
          expect(credit).toBe(from?.credit);
          expect([reading.hits, reading.trials]).toEqual([count, (seen[count - 1]?.trialsSince ?? 0) + 1]);
          expect(reading.converted + reading.pending + reading.late).toBe(reading.sent);
          expect(reading.sent + reading.stopped).toBe(reading.hits);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it("compares devices with those of the same chain alone, whatever was read before", () => {
    const times = [4_000, 9_000, 15_000, 31_000, 70_000, 6_000];
    const chainOf = (device: (index: number) => number): readonly ChainedSession[] =>
      Array.from({ length: 12 }, (_, index) => ({
        ...QUIET,
        age: HOUR + index,
        trialsSince: index,
        convertedAfter: times[index % times.length],
        device: device(index),
      }));
    const everyOther = chainOf((index) => (index % 2 === 0 ? 0 : 50 + index));
    const alone = read(everyOther, EXPECTED, [0, 0])[0].faked;
    read(
      chainOf((index) => 51 + index),
      EXPECTED,
      [0, 0],
    );
    expect(read(everyOther, EXPECTED, [0, 0])[0].faked).toBe(alone);
  });

  it("looks back at no more than 64 sessions", () => {
    const chain = Array.from(
      { length: 200 },
      (_, index): ChainedSession => ({ ...QUIET, age: index, trialsSince: index }),
    );
    expect(read(chain, EXPECTED, [0, 0])[0].hits).toBe(64);
  });

  it("counts no code as unanswered for which outcomes cannot have arrived yet", () => {
    const chain = Array.from(
      { length: 10 },
      (_, index): ChainedSession => ({ ...QUIET, age: HOUR + index, trialsSince: index }),
    );
    expect(read(chain, EXPECTED, [0, 0])[0].unanswered).toBeGreaterThan(5);
    const signals = new AccountSignals(CAPACITY);
    let before = 0;
    for (let own = 1; own <= 10; own++)
      before = append(signals, { at: NOW - HOUR, state: SESSION.sent, own, device: 0 }, before);
    const reading = new Reading();
    reading.read(signals, LINK.block, before, EXPECTED, NOW, 10);
    expect([reading.late, reading.unanswered]).toEqual([10, 0]);
  });
});

const QUIET: Omit<ChainedSession, "age" | "trialsSince"> = {
  isNear: false,
  isSent: true,
  isHeard: true,
  convertedAfter: undefined,
  deliveredAfter: undefined,
  isActive: false,
  device: 0,
  address: 0,
  attempts: undefined,
};
const EXPECTED: Expectation = {
  share: 1e-9,
  completion: 0.75,
  outcomesCount: true,
  allowance: 8,
  beforeDelivery: 0.1,
  undelivered: 0,
  control: new ControlGroup(),
  scope: "block",
  adjacency: false,
};

describe("the censored likelihood ratio", () => {
  /** Twenty people ask one after the other, and all is looked at every second: how often does it ever come to 20? */
  function everAt20(reads: (reading: Reading, ages: readonly number[], converted: number) => number): number {
    let alarms = 0;
    const runs = 300;
    for (let seed = 1; seed <= runs; seed++) {
      const draw = seeded(seed);
      const signals = new AccountSignals(CAPACITY);
      signals.heardUpTo = Number.POSITIVE_INFINITY;
      const reading = new Reading();
      const due: { at: number; session: number }[] = [];
      let [before, strongest] = [0, 0];
      const asked: number[] = [];
      for (let second = 0; second < 90; second++) {
        const at = NOW + second * SECOND;
        if (second % 2 === 0 && asked.length < 20) {
          before = append(signals, { at, state: SESSION.sent, own: asked.length + 1, device: 0 }, before);
          asked.push(at);
          if (draw() < EXPECTED.completion) due.push({ at: at + 1_000 + personsTime(draw), session: before });
        }
        const answered = due.filter((answer) => answer.at <= at);
        for (const answer of answered)
          if (signals.log.convertedAfter(answer.session) === undefined) signals.log.convert(answer.session, answer.at);
        reading.read(signals, LINK.block, before, EXPECTED, at, asked.length);
        // So rare a block is suspected from its first session on: all of them are compared.
        expect(reading.hits).toBe(asked.length);
        strongest = Math.max(
          strongest,
          reads(
            reading,
            asked.map((from) => at - from),
            answered.length,
          ),
        );
      }
      if (strongest >= Math.log(20)) alarms++;
    }
    return alarms / runs;
  }

  it("raises no more false alarms for being looked at at every moment (Ville's inequality)", () => {
    expect(everAt20((reading) => reading.unanswered)).toBeLessThanOrEqual(0.05);
  });

  it("would raise them nearly always if a pending code counted as failed", () => {
    const failed = Math.log((1 - 0.03) / (1 - EXPECTED.completion));
    const completed = Math.log(0.03 / EXPECTED.completion);
    const naive = everAt20((_, ages, converted) => (ages.length - converted) * failed + converted * completed);
    expect(naive).toBeGreaterThan(0.5);
  });
});
