import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seeded } from "../../test/seeded.ts";
import { NumberTable } from "./number-table.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const START = 20_000 * DAY;

const steps = fc.array(
  fc.oneof(
    fc.record({
      type: fc.constantFrom("ask" as const, "verify" as const, "ban" as const, "forget" as const),
      line: fc.integer({ min: 31_600_000_000, max: 31_600_000_300 }),
      minutes: fc.nat(6_000),
    }),
    fc.constant({ type: "restore" as const }),
  ),
  { maxLength: 300 },
);

interface Known {
  last: number;
  firstMinute: number | undefined;
  lastDay: number;
  isBanned: boolean;
}

describe("the number table", () => {
  it("equals a map of numbers while there is room, through growth and restoring", () => {
    fc.assert(
      fc.property(steps, (history) => {
        let table = new NumberTable(1024, 8);
        const known = new Map<number, Known>();
        let session = 0;
        for (const step of history) {
          if (step.type === "restore") {
            table = NumberTable.restore(table.snapshot(), 1024);
            continue;
          }
          const at = START + step.minutes * MINUTE;
          const slot = table.ensure(step.line, 0);
          const number = known.get(step.line) ?? { last: 0, firstMinute: undefined, lastDay: 0, isBanned: false };
          known.set(step.line, number);
          if (step.type === "ask") {
            table.setLastSession(slot, ++session);
            number.last = session;
          } else if (step.type === "verify") {
            table.verify(slot, at);
            number.firstMinute = Math.min(number.firstMinute ?? Number.POSITIVE_INFINITY, Math.floor(at / MINUTE) + 1);
            number.lastDay = Math.max(number.lastDay, Math.floor(at / DAY));
          } else if (step.type === "ban") {
            table.ban(slot);
            number.isBanned = true;
          } else {
            table.forget(slot);
            Object.assign(number, { firstMinute: undefined, lastDay: 0, isBanned: false });
          }
        }
        expect(table.count).toBe(known.size);
        let verified = 0;
        for (let line = 31_600_000_000; line <= 31_600_000_300; line++) {
          const number = known.get(line);
          const slot = table.find(line);
          expect(slot === -1).toBe(number === undefined);
          if (number === undefined) continue;
          if (number.firstMinute !== undefined) verified++;
          expect([table.lastSession(slot), table.isVerified(slot)]).toEqual([
            number.last,
            number.firstMinute !== undefined,
          ]);
          for (const at of [START + 12 * HOUR, START + 60 * HOUR, START + 124 * HOUR, START + 30 * DAY]) {
            const { firstMinute, lastDay, isBanned } = number;
            const isOld = firstMinute !== undefined && at - firstMinute * MINUTE >= DAY;
            const isFresh = at - lastDay * DAY <= 11 * DAY;
            expect(table.isTrusted(slot, at, DAY, 10 * DAY)).toBe(isOld && isFresh && !isBanned);
          }
        }
        expect(table.countVerified(31_600_000_000, 301)).toBe(verified);
      }),
      { numRuns: 200 },
    );
  });

  it("trusts a number a day after its first verification and no sooner, until the last one is too long ago", () => {
    const table = new NumberTable(64);
    const slot = table.ensure(31_612_345_678, 0);
    table.verify(slot, START);
    const trusted = (at: number) => table.isTrusted(slot, at, DAY, 180 * DAY);
    expect([trusted(START), trusted(START + DAY - 1), trusted(START + DAY + MINUTE)]).toEqual([false, false, true]);
    expect([trusted(START + 180 * DAY), trusted(START + 182 * DAY)]).toEqual([true, false]);
    table.verify(slot, START + 170 * DAY);
    expect(trusted(START + 182 * DAY)).toBe(true);
  });

  it("takes the earliest of several first verifications, whatever the order in which it hears of them", () => {
    const table = new NumberTable(64);
    const slot = table.ensure(31_612_345_678, 0);
    table.verify(slot, START);
    table.verify(slot, START - 30 * DAY);
    expect(table.isTrusted(slot, START + 1, DAY, 180 * DAY)).toBe(true);
  });

  it("never trusts a banned number again, though it verifies", () => {
    const table = new NumberTable(64);
    const slot = table.ensure(31_612_345_678, 0);
    table.ban(slot);
    table.verify(slot, START);
    expect(table.isTrusted(slot, START + 5 * DAY, DAY, 180 * DAY)).toBe(false);
  });

  it("forgets, where it is full, those that were verified longest ago", () => {
    const table = new NumberTable(256);
    for (let day = 1; day <= 1_000; day++) table.verify(table.ensure(1_000_000 + day, 1), day * DAY);
    const kept = Array.from({ length: 1_000 }, (_, day) => table.find(1_000_001 + day) !== -1);
    expect(kept.lastIndexOf(false)).toBeLessThan(kept.indexOf(true));
    expect(kept.filter(Boolean).length).toBeGreaterThan(256 * 0.4);
  });

  it("does not forget everybody where all were verified on one day, as after an import", () => {
    const table = new NumberTable(256);
    for (let line = 1; line <= 400; line++) table.verify(table.ensure(1_000_000 + line, 1), START);
    expect(table.countVerified(1_000_000, 1_000)).toBeGreaterThan(256 * 0.4);
    expect(table.countVerified(1_000_000, 1_000)).toBe(table.count);
  });

  it("keeps the verified ones through a flood of numbers that nobody verifies", () => {
    const table = new NumberTable(1024);
    for (let line = 0; line < 100; line++) table.verify(table.ensure(44_740_000_000 + line, 0), START);
    const draw = seeded(1);
    for (let session = 1; session <= 200_000; session++) {
      // The log remembers the last 256 sessions.
      const tail = Math.max(session - 255, 1);
      table.setLastSession(table.ensure(31_600_000_000 + Math.floor(1e8 * draw()), tail), session);
    }
    expect(table.countVerified(44_740_000_000, 100)).toBe(100);
    expect(table.snapshot().records.length).toBeLessThanOrEqual(1024 * 6);
    expect(table.count).toBeLessThanOrEqual(1024 * 0.7 + 1);
  });
});
