import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AccountSignals } from "../signals/account-signals.ts";
import { ControlGroup } from "../signals/control-group.ts";
import { LINK, SESSION } from "../signals/session-log.ts";
import { mayBeUnanswered } from "./may-be-unanswered.ts";
import { type Expectation, Reading } from "./reading.ts";

const SECOND = 1_000;
const HOUR = 3_600_000;
const NOW = 20_000 * 24 * HOUR;

const chains = fc.array(
  fc.record({
    gapMs: fc.oneof(fc.nat(20 * SECOND), fc.nat(12 * HOUR)),
    isSent: fc.constantFrom(true, true, true, false),
    isSuspected: fc.constantFrom(false, false, false, true),
    convertedAfter: fc.option(fc.constantFrom(900, 15_000, 70_000), { nil: undefined, freq: 1 }),
  }),
  { minLength: 1, maxLength: 80 },
);
const expectations: fc.Arbitrary<Expectation> = fc.record({
  share: fc.constantFrom(1e-5, 0.03),
  completion: fc.constantFrom(0.25, 0.6, 0.9),
  outcomesCount: fc.constant(true),
  allowance: fc.constant(4),
  beforeDelivery: fc.constant(0.1),
  undelivered: fc.constant(0),
  control: fc.constant(new ControlGroup()),
  scope: fc.constantFrom("block" as const, "new_blocks" as const),
  adjacency: fc.constant(false),
});

type Chain = readonly {
  readonly gapMs: number;
  readonly isSent: boolean;
  readonly isSuspected: boolean;
  readonly convertedAfter: number | undefined;
}[];

/** Sessions from the newest to the oldest. Outcomes are known of what was sent up to `heard` ago. */
function signalsOf(chain: Chain, heard: number): { readonly signals: AccountSignals; readonly newest: number } {
  const signals = new AccountSignals({ sessions: 128, numbers: 16, blocks: 64 });
  signals.heardUpTo = NOW - heard;
  let age = chain.reduce((sum, { gapMs }) => sum + gapMs, 0);
  let newest = 0;
  for (const { gapMs, isSent, isSuspected, convertedAfter } of chain.toReversed()) {
    const at = NOW - age;
    const state = (isSent ? SESSION.sent : SESSION.stopped) | (isSuspected ? SESSION.suspected : 0);
    const entry = { line: 31_612_345_678, at, state, destination: 0, clock: 1, accountClock: 1, device: 0, address: 0 };
    const session = signals.log.append(entry);
    signals.log.link(session, LINK.block, newest);
    newest = session;
    if (isSent && convertedAfter !== undefined && convertedAfter <= age)
      signals.log.convert(session, at + convertedAfter);
    age -= gapMs;
  }
  return { signals, newest };
}

describe("what unanswered codes may come to", () => {
  it("is never said to be less than what a reading finds", () => {
    const reading = new Reading();
    fc.assert(
      fc.property(
        chains,
        expectations,
        fc.constantFrom(0, 30 * SECOND),
        fc.constantFrom(0, SESSION.suspected),
        (chain, expected, heard, skip) => {
          const { signals, newest } = signalsOf(chain, heard);
          reading.read(signals, LINK.block, newest, expected, NOW, 100, skip);
          const proof = reading.unanswered;
          fc.pre(proof > 0);
          expect(mayBeUnanswered(signals, LINK.block, newest, expected, NOW, skip, proof)).toBe(true);
        },
      ),
    );
  });

  it("is one code's where most are completed, and all codes' where none is", () => {
    const silent = Array.from({ length: 20 }, () => NOT_COMPLETED);
    const people = Array.from({ length: 20 }, (_, place) => ({
      ...NOT_COMPLETED,
      convertedAfter: place % 4 === 0 ? undefined : 20 * SECOND,
    }));
    const expected = { completion: 0.7, scope: "new_blocks" } as const;
    const mayBe = (chain: Chain, codes: number): boolean => {
      const { signals, newest } = signalsOf(chain, 0);
      const proof = codes * Math.log(0.85 / 0.3);
      return mayBeUnanswered(signals, LINK.block, newest, expected, NOW, 0, proof);
    };
    expect([mayBe(people, 0.99), mayBe(people, 1.01)]).toEqual([true, false]);
    expect([mayBe(silent, 19), mayBe(silent, 21)]).toEqual([true, false]);
  });
});

const NOT_COMPLETED = { gapMs: 10 * 60 * SECOND, isSent: true, isSuspected: false, convertedAfter: undefined };
