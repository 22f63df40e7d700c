import { describe, expect, it } from "vitest";
import type { Destination } from "../numbering/e164.ts";
import { AccountSignals } from "./account-signals.ts";
import { blockKey } from "./block-table.ts";
import { CountedShare } from "./counted-share.ts";
import { LINK, SESSION, type SessionNumber } from "./session-log.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const START = 20_000 * 24 * HOUR;
const NL = "NL" as Destination;
const LINE = 31_612_345_678;

function signalsFrom(firstAt = START, blocks = 256): AccountSignals {
  const signals = new AccountSignals({ sessions: 1024, numbers: 1024, blocks });
  signals.firstAt = firstAt;
  return signals;
}

/** A session of a new number: as detection makes one, its blocks are hit. */
function ask(signals: AccountSignals, line: number, at: number, state: number = SESSION.sent): SessionNumber {
  const { log, blocks } = signals;
  const destination = signals.destination(NL);
  const clock = ++destination.clock;
  signals.clock++;
  const session = log.append({ line, at, state, destination: 0, clock, accountClock: clock, device: 0, address: 0 });
  blocks.reserve(4);
  for (let level = 0; level < 4; level++)
    blocks.hit(blocks.ensure(blockKey(line, level), dayOf(at)), session, clock, at);
  return session;
}

function dayOf(at: number): number {
  return Math.floor(at / (24 * HOUR));
}

/** Completions that the number's blocks of 100 to 100,000 are known for. */
function usual(signals: AccountSignals, line: number, at: number): readonly number[] {
  signals.blocks.reserve(4);
  return [0, 1, 2, 3].map((level) =>
    signals.blocks.converted(signals.blocks.ensure(blockKey(line, level), dayOf(at)), dayOf(at)),
  );
}

describe("what is measured of an account's traffic", () => {
  it("says that outcomes are reported after some completions, and missing after many codes without any", () => {
    const signals = signalsFrom();
    expect(signals.feedback).toBe("unknown");
    for (let number = 0; number < 5; number++) signals.convert(ask(signals, LINE + number, START), START + 10 * SECOND);
    expect(signals.feedback).toBe("reported");
    expect(signals.isHeard).toBe(true);
    for (let number = 0; number < 15; number++) ask(signals, LINE + 100 + number, START + MINUTE);
    signals.mature(START + 2 * HOUR);
    expect(signals.feedback).toBe("missing");
    expect(signals.isHeard).toBe(false);
    signals.convert(ask(signals, LINE + 200, START + 2 * HOUR), START + 2 * HOUR + 5 * SECOND);
    expect(signals.feedback).toBe("reported");
    expect(signals.isHeard).toBe(true);
  });

  it("hears nothing any more, wherever, before all codes are overdue", () => {
    const signals = signalsFrom();
    for (let number = 0; number < 5; number++) signals.convert(ask(signals, LINE + number, START), START + 10 * SECOND);
    // Of verified numbers eight are enough; anybody can ask for new ones and not answer, so of these it takes many.
    for (let number = 0; number < 31; number++) ask(signals, LINE + 100 + number, START + MINUTE);
    signals.mature(START + MINUTE + signals.latency.ripe);
    expect([signals.feedback, signals.isHeard]).toEqual(["reported", true]);
    ask(signals, LINE + 200, START + MINUTE);
    signals.mature(START + MINUTE + signals.latency.ripe);
    expect([signals.feedback, signals.isHeard]).toEqual(["reported", false]);
  });

  it("does not take the unanswered codes of an attack for missing outcomes", () => {
    const signals = signalsFrom();
    for (let number = 0; number < 5; number++) signals.convert(ask(signals, LINE + number, START), START + 10 * SECOND);
    for (let number = 0; number < 50; number++)
      ask(signals, LINE + 100 + number, START, SESSION.sent | SESSION.suspected);
    signals.mature(START + 5 * HOUR);
    expect(signals.isHeard).toBe(true);
  });

  it("learns neither latency nor shares from what is suspected, but for half a share in an account's first days", () => {
    for (const [age, taught] of [
      [10 * 24 * HOUR, 0],
      [0, 25],
    ] as const) {
      const signals = signalsFrom(START - age);
      for (let number = 0; number < 50; number++) {
        signals.convert(ask(signals, LINE + number, START, SESSION.sent | SESSION.suspected), START + SECOND);
      }
      signals.mature(START + 30 * HOUR);
      expect([signals.latency.observed, signals.completion.observed]).toEqual([0, 0]);
      expect(signals.converted.at(dayOf(START))).toBe(taught);
      expect(usual(signals, LINE, START).at(-1)).toBe(taught);
    }
  });

  it("knows a block as usual an hour after a completion in an account's first days, and a day after it later on", () => {
    for (const [age, learnsAfter] of [
      [0, HOUR],
      [10 * 24 * HOUR, 24 * HOUR],
    ] as const) {
      const signals = signalsFrom(START - age);
      signals.convert(ask(signals, LINE, START), START + 10 * SECOND);
      signals.mature(START + learnsAfter - 1);
      expect(usual(signals, LINE, START)).toEqual([0, 0, 0, 0]);
      signals.mature(START + learnsAfter);
      expect(usual(signals, LINE, START)).toEqual([1, 1, 1, 1]);
    }
  });

  it("comes to the same whenever time was let pass, also across the end of the first days", () => {
    const often = signalsFrom();
    const once = signalsFrom();
    for (const signals of [often, once]) {
      signals.convert(ask(signals, LINE, START + 40 * HOUR), START + 40 * HOUR + 10 * SECOND);
    }
    for (let hour = 41; hour <= 55; hour++) often.mature(START + hour * HOUR);
    once.mature(START + 55 * HOUR);
    expect(usual(once, LINE, START)).toEqual(usual(often, LINE, START));
  });

  it("learns a completion though its block was forgotten in between: a flood takes nothing from those who verify", () => {
    const signals = signalsFrom(START, 64);
    signals.convert(ask(signals, LINE, START), START + 10 * SECOND);
    for (let number = 1; number <= 300; number++) ask(signals, LINE + number * 1_000_000, START + 10 * MINUTE);
    signals.mature(START + HOUR);
    for (const converted of usual(signals, LINE, START + HOUR)) expect(converted).toBeGreaterThanOrEqual(1);
  });

  it("learns from a session before the log forgets it", () => {
    const signals = signalsFrom();
    signals.convert(ask(signals, LINE, START), START + 10 * SECOND);
    for (let number = 1; number < 1024 + 10; number++) {
      signals.mature(START + MINUTE);
      ask(signals, LINE + 1_000_000 + number, START + MINUTE);
    }
    expect(signals.log.has(1)).toBe(false);
    expect(usual(signals, LINE, START)).toEqual([1, 1, 1, 1]);
  });

  describe("of what people do besides completing", () => {
    /** One after the other in a block of 100,000, as detection chains them. */
    function chained(
      signals: AccountSignals,
      cases: readonly { delivered?: boolean; attempts?: number; address?: number; state?: number }[],
    ): void {
      const { log } = signals;
      let before = 0;
      for (const [index, { delivered = true, attempts, address = 0, state = SESSION.sent }] of cases.entries()) {
        const at = START + index * SECOND;
        const entry = { line: LINE + index, at, state, destination: 0, clock: index, accountClock: index, device: 0 };
        const session = log.append({ ...entry, address });
        log.link(session, LINK.block + 3, before);
        before = session;
        if (delivered) log.deliver(session, at + 3 * SECOND);
        signals.convert(session, at + 9 * SECOND, attempts);
      }
      signals.mature(START + HOUR);
    }

    it("learns the reports that follow one in time, the codes entered twice, and the addresses that neighbours share", () => {
      const signals = signalsFrom();
      signals.destination(NL);
      chained(signals, [
        { delivered: false, attempts: 1, address: 1 },
        { attempts: 2, address: 1 },
        { delivered: false, address: 2 },
        { attempts: 1 },
        { attempts: 1, address: 2 },
      ]);
      const share = ({ seen, low, high }: AccountSignals["retyped"]) => [seen, low, Math.round(high * 1e3)];
      const counted = (times: number, of: number) => {
        const one = new CountedShare();
        for (let each = 0; each < of; each++) one.observe(each < times);
        return share(one);
      };
      // After the second, which was reported, came one that was not; after the fourth one that was.
      expect(share(signals.undelivered)).toEqual(counted(1, 2));
      expect(share(signals.destination(NL).undelivered)).toEqual(counted(1, 2));
      expect(share(signals.retyped)).toEqual(counted(1, 4));
      expect(share(signals.sharedAddress)).toEqual(counted(1, 2));
    });

    it("learns nothing of what is suspected, of verified numbers, or of those who come again", () => {
      const signals = signalsFrom();
      signals.destination(NL);
      const odd = [SESSION.suspected, SESSION.trusted, SESSION.repeat];
      chained(
        signals,
        odd.map((bit) => ({ attempts: 2, address: 5, state: SESSION.sent | bit })),
      );
      expect([signals.undelivered.seen, signals.retyped.seen, signals.sharedAddress.seen]).toEqual([0, 0, 0]);
    });
  });
});
