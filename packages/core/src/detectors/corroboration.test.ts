import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seeded } from "../../test/seeded.ts";
import { AccountSignals } from "../signals/account-signals.ts";
import { DestinationSignals } from "../signals/destination-signals.ts";
import { SESSION, type SessionNumber } from "../signals/session-log.ts";
import { Corroboration, usualUndelivered } from "./corroboration.ts";

const NOW = 20_000 * 86_400_000;
const MINUTE = 60_000;
const CAPACITY = { sessions: 256, numbers: 64, blocks: 64 };
const NL = new DestinationSignals("NL" as DestinationSignals["destination"], 0);

/** An account whose people are known: so many of so many. */
interface Known {
  readonly undelivered?: readonly [times: number, of: number];
  readonly retyped?: readonly [times: number, of: number];
  readonly sharedAddress?: readonly [times: number, of: number];
}
const EVERYTHING: Known = { undelivered: [48, 500], retyped: [48, 500], sharedAddress: [0, 500] };

interface Case {
  readonly delivered?: boolean;
  readonly attempts?: number;
  readonly address?: number;
  readonly age?: number;
}

function signalsOf(known: Known): AccountSignals {
  const signals = new AccountSignals(CAPACITY);
  for (const name of ["undelivered", "retyped", "sharedAddress"] as const) {
    const [times, of] = known[name] ?? [0, 0];
    for (let seen = 0; seen < of; seen++) signals[name].observe(seen < times);
  }
  return signals;
}

/** Looks at cases, newest first. */
function look(known: Known, cases: readonly Case[]): Corroboration {
  const signals = signalsOf(known);
  const sessions = cases.toReversed().map((each): SessionNumber => append(signals, each));
  const habits = new Corroboration();
  habits.begin(signals, usualUndelivered(signals, NL));
  for (const session of sessions.toReversed())
    habits.add(signals, session, signals.log.state(session), NOW - signals.log.at(session));
  habits.keep();
  return habits;
}

function append(
  signals: AccountSignals,
  { delivered = true, attempts, address = 0, age = MINUTE }: Case,
): SessionNumber {
  const at = NOW - age;
  const place = { line: 31_612_345_678, destination: 0, clock: 1, accountClock: 1, device: 0 };
  const session = signals.log.append({ ...place, at, state: SESSION.sent, address });
  if (delivered) signals.log.deliver(session, at + 2_000);
  signals.convert(session, at + 9_000, attempts);
  return session;
}

const times = <T>(count: number, each: (index: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, i) => each(i));
const SCRIPT: Case = { attempts: 1, address: 7 };
const said = (habits: Corroboration): number => habits.evidence(0, Number.NEGATIVE_INFINITY);

describe("what goes with faked completions", () => {
  it("is nothing at all where nothing is known of the account's people", () => {
    const nothing: readonly Known[] = [{}, { undelivered: [1, 20], retyped: [1, 20], sharedAddress: [0, 40] }];
    for (const known of nothing) {
      const habits = look(
        known,
        times(40, () => SCRIPT),
      );
      expect([habits.isKnown, habits.weight, habits.found(0, 0)]).toEqual([false, 1, {}]);
    }
  });

  it("counts nothing that is not known of a session, and nothing that is too young", () => {
    const young = { age: 20_000 };
    const habits = look(
      EVERYTHING,
      times(40, () => young),
    );
    expect(habits.found(0, 0)).toEqual({});
    expect(habits.evidence(2, 1)).toBeCloseTo(2 - Math.log(6), 9);
    expect(habits.weight).toBe(1);
  });

  it("names each habit with its numbers and its part", () => {
    const { delivered, enteredOnce, sharedAddress } = look(
      EVERYTHING,
      times(40, () => SCRIPT),
    ).found(0, 0);
    expect(delivered).toMatchObject({ count: 39, of: 39 });
    expect(enteredOnce).toMatchObject({ count: 40, of: 40 });
    expect(sharedAddress).toMatchObject({ count: 39, of: 39, usual: 0.1 });
    expect([delivered?.usual, enteredOnce?.usual].map((usual) => Math.round((usual ?? 0) * 100))).toEqual([95, 95]);
  });

  it("multiplies no habit by more than ten, nor divides by more than two, whatever is seen", () => {
    const cases = fc.array(
      fc.record({
        delivered: fc.boolean(),
        attempts: fc.constantFrom(1, 1, 2),
        address: fc.nat(3),
        age: fc.constantFrom(20_000, MINUTE),
      }),
      { maxLength: 64 },
    );
    fc.assert(
      fc.property(cases, fc.double({ min: -5, max: 20, noNaN: true }), (seen, looks) => {
        const habits = look(EVERYTHING, seen);
        for (const { nats } of Object.values(habits.found(looks, 0))) {
          expect(nats).toBeLessThanOrEqual(Math.log(10) + 1e-9);
          expect(nats).toBeGreaterThanOrEqual(-Math.LN2 - 1e-9);
        }
        expect(habits.evidence(looks, 0)).toBeLessThanOrEqual(habits.most(looks, 0) + 1e-9);
        expect(habits.weight).toBeGreaterThanOrEqual(0.9);
        expect(habits.weight).toBeLessThanOrEqual(2);
      }),
    );
  });

  it("comes by itself to less than any preset's proof, however long it goes on", () => {
    // The strict preset contains from 6.2 nats on, less the choice between unanswered and faked.
    expect(
      said(
        look(
          EVERYTHING,
          times(64, () => SCRIPT),
        ),
      ),
    ).toBeLessThan(6.2);
  });

  it("hears nothing of addresses alone: an office has one", () => {
    const office = { sharedAddress: [1, 2_000] } as const;
    expect(
      said(
        look(
          office,
          times(64, () => SCRIPT),
        ),
      ),
    ).toBeCloseTo(-Math.log(6), 9);
    const beside = look(
      office,
      times(64, () => SCRIPT),
    ).evidence(1.5, Number.NEGATIVE_INFINITY);
    expect(beside).toBeCloseTo(2 * 1.5 - Math.log(6), 9);
  });

  it("does not count addresses besides the devices that are behind them", () => {
    const habits = look(
      { sharedAddress: [1, 2_000] },
      times(64, () => SCRIPT),
    );
    expect(habits.evidence(1, 9)).toBeCloseTo(9 - Math.log(6), 9);
    expect(habits.found(1, 9)).toEqual({});
  });

  it("expects shared addresses where the account's people share them", () => {
    expect(
      look(
        { sharedAddress: [200, 2_000] },
        times(20, () => SCRIPT),
      ).isKnown,
    ).toBe(false);
    const usual = look(
      { ...EVERYTHING, sharedAddress: [30, 2_000] },
      times(20, () => SCRIPT),
    ).found(9, 0).sharedAddress?.usual;
    expect(usual).toBeGreaterThan(0.2);
  });

  it("takes one wrong code and one lost message for people", () => {
    const script = times(60, () => SCRIPT);
    const people = script.map((each, index) => (index % 10 === 5 ? { ...each, attempts: 2, delivered: false } : each));
    expect(look(EVERYTHING, script).weight).toBeGreaterThan(1.02);
    expect(look(EVERYTHING, people).weight).toBe(0.9);
    expect(said(look(EVERYTHING, people))).toBeLessThan(-2);
  });

  it("learns nothing from operators that never report: only what follows a report says anything", () => {
    const silent = times(30, (): Case => ({ delivered: false }));
    expect(look(EVERYTHING, silent).found(0, 0)).toEqual({});
  });

  it("is seldom strong for people as the account's are", () => {
    const draw = seeded(3);
    const runs = 150;
    let strong = 0;
    for (let run = 0; run < runs; run++) {
      const cases = times(
        60,
        (): Case => ({
          delivered: draw() > 0.096,
          attempts: draw() < 0.096 ? 2 : 1,
          address: 1 + Math.floor(40 * draw()),
        }),
      );
      // Looked at after every session, as in a reading: from the newest back.
      const strongest = Math.max(...times(60, (last) => said(look(EVERYTHING, cases.slice(0, last + 1)))));
      if (strongest >= Math.log(10)) strong++;
    }
    expect(strong / runs).toBeLessThan(0.02);
  });
});
