import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LimitCounts, type Place } from "./limit-counts.ts";

const HOUR = 3_600_000;
const START = 1_767_268_800_000;
/** See `LimitCounts`: what is set back by more was wrong before. */
const SET_BACK = 60_000;

/** Keeps every time stamp: what was added within the window before `at`, as a clock that only goes forward has it. */
class Oracle {
  readonly #window: number;
  readonly stamps: { key: number; at: number; amount: number; isTaken: boolean }[] = [];
  latest = Number.NEGATIVE_INFINITY;

  constructor(window: number) {
    this.#window = window;
  }

  count(key: number, at: number, window = this.#window): number {
    const now = at < this.latest - SET_BACK ? at : Math.max(at, this.latest);
    return this.stamps
      .filter((stamp) => stamp.key === key && !stamp.isTaken && stamp.at > now - window)
      .reduce((sum, { amount }) => sum + amount, 0);
  }

  add(key: number, at: number, amount: number): (typeof this.stamps)[number] {
    this.latest = Math.max(this.latest, at);
    const stamp = { key, at: this.latest, amount, isTaken: false };
    this.stamps.push(stamp);
    return stamp;
  }
}

type Step =
  | { readonly type: "ask"; readonly key: number; readonly amount: number }
  | { readonly type: "take_back"; readonly which: number }
  | { readonly type: "pass"; readonly by: number }
  | { readonly type: "restart" };

const askOf = (keys: number) =>
  fc.record({
    type: fc.constant("ask" as const),
    key: fc.integer({ min: 1, max: keys }),
    amount: fc.integer({ min: 1, max: 3 }),
  });
const ask = askOf(40);
/** A clock that is set wrong, and back, tells only where the same key comes again. */
const askAgain = askOf(3);
const takeBack = fc.record({ type: fc.constant("take_back" as const), which: fc.nat(30) });
const restart = fc.record({ type: fc.constant("restart" as const) });
const onward = fc.record({ type: fc.constant("pass" as const), by: fc.integer({ min: 0, max: HOUR / 3 }) });
const jump = fc.record({ type: fc.constant("pass" as const), by: fc.integer({ min: -3 * HOUR, max: 3 * HOUR }) });
const steps = (...kinds: fc.Arbitrary<Step>[]) =>
  fc.oneof(
    fc.array(fc.oneof(ask, ask, ask, ...kinds), { maxLength: 120 }),
    fc.array(fc.oneof(askAgain, askAgain, ...kinds), { maxLength: 40 }),
  );

/** Lives through the steps; `check` sees every question with what was answered. */
function live(
  all: readonly Step[],
  { most, isFine, rows }: { most: number; isFine: boolean; rows: number },
  check: (asked: {
    readonly oracle: Oracle;
    readonly key: number;
    readonly at: number;
    readonly amount: number;
    readonly isFree: boolean;
    readonly count: number;
    readonly retryAt: number | undefined;
    readonly counts: LimitCounts;
  }) => void,
): void {
  const oracle = new Oracle(HOUR);
  let counts = new LimitCounts(HOUR, isFine, { rows });
  let at = START;
  const added: { place: Place; stamp: Oracle["stamps"][number] }[] = [];
  for (const step of all) {
    if (step.type === "pass") at += step.by;
    else if (step.type === "restart") counts = LimitCounts.restore(structuredClone(counts.snapshot()), { rows });
    else if (step.type === "take_back") {
      const one = added[step.which];
      if (one === undefined || one.stamp.isTaken) continue;
      one.stamp.isTaken = true;
      counts.takeBack(one.stamp.key, one.place, one.stamp.amount);
    } else {
      const { key, amount } = step;
      const room = counts.room(key, at, amount, most);
      check({
        oracle,
        key,
        at,
        amount,
        counts,
        isFree: room.isFree,
        count: room.count,
        retryAt: room.isFree ? undefined : room.retryAt,
      });
      if (room.isFree) added.push({ place: counts.add(key, at, amount), stamp: oracle.add(key, at, amount) });
    }
  }
}

describe("a count over a sliding window", () => {
  it.each([true, false])("never lets more pass than the limit, whatever the clock does (fine: %s)", (isFine) => {
    fc.assert(
      fc.property(steps(takeBack, onward, jump, restart), fc.integer({ min: 1, max: 6 }), (all, most) => {
        live(all, { most, isFine, rows: 1 << 10 }, ({ oracle, key, at, amount, isFree }) => {
          if (isFree) expect(oracle.count(key, at) + amount).toBeLessThanOrEqual(most);
        });
      }),
      { numRuns: 300 },
    );
  });

  it("never lets more pass when there are more keys than rows", () => {
    fc.assert(
      fc.property(steps(takeBack, onward, jump, restart), fc.integer({ min: 1, max: 6 }), (all, most) => {
        live(all, { most, isFine: false, rows: 0 }, ({ oracle, key, at, amount, isFree }) => {
          if (isFree) expect(oracle.count(key, at) + amount).toBeLessThanOrEqual(most);
        });
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    [true, HOUR / 60],
    [false, HOUR / 12],
  ])("stops nothing that a window and one slot would let pass, while time goes on (fine: %s)", (isFine, slot) => {
    fc.assert(
      fc.property(steps(takeBack, onward, restart), fc.integer({ min: 1, max: 6 }), (all, most) => {
        live(all, { most, isFine, rows: 1 << 10 }, ({ oracle, key, at, amount, isFree, count }) => {
          expect(count).toBeGreaterThanOrEqual(oracle.count(key, at));
          expect(count).toBeLessThanOrEqual(oracle.count(key, at, HOUR + slot));
          if (!isFree) expect(oracle.count(key, at, HOUR + slot) + amount).toBeGreaterThan(most);
        });
      }),
      { numRuns: 300 },
    );
  });

  it("says when there is room again, and not later than that there is", () => {
    fc.assert(
      fc.property(steps(takeBack, onward), fc.integer({ min: 3, max: 6 }), (all, most) => {
        live(all, { most, isFine: true, rows: 1 << 10 }, ({ key, at, amount, isFree, retryAt, counts }) => {
          if (isFree || retryAt === undefined) return;
          expect(retryAt).toBeGreaterThan(at);
          expect(counts.room(key, retryAt, amount, most).isFree).toBe(true);
          expect(counts.room(key, retryAt - 1, amount, most).isFree).toBe(false);
        });
      }),
      { numRuns: 200 },
    );
  });

  it.each([true, false])("knows what it has forgotten when the clock is set back (a key of its own: %s)", (isOwn) => {
    const counts = new LimitCounts(HOUR, false, { rows: isOwn ? 1 << 10 : 0 });
    // So many that the rows are taken, and one of them three times.
    for (let key = 1; key <= 12; key++) counts.add(key, START, 1);
    for (let time = 0; time < 3; time++) counts.add(77, START, 1);
    // A clock that is wrong by ten hours; the keys that come now take the place of those before.
    const ahead = START + 10 * HOUR;
    for (let key = 100; key <= 130; key++) counts.add(key, ahead, 1);
    const back = START + HOUR / 2;
    const room = counts.room(77, back, 1, 3);
    expect(room.isFree).toBe(false);
    expect(counts.room(77, START + 2 * HOUR, 1, 3).isFree).toBe(true);
  });

  it.each([true, false])("knows it of the same key, too (fine: %s)", (isFine) => {
    const counts = new LimitCounts(HOUR, isFine, { rows: 0 });
    for (let time = 0; time < 3; time++) counts.add(1, START, 1);
    counts.add(1, START + 10 * HOUR, 1);
    const room = counts.room(1, START + HOUR / 2, 1, 3);
    expect(room.isFree).toBe(false);
    expect(counts.room(1, room.isFree ? START : (room.retryAt ?? START), 1, 3).isFree).toBe(true);
  });

  it("is stopped for good by an amount that is more than the limit", () => {
    const counts = new LimitCounts(HOUR, true, { rows: 0 });
    expect(counts.room(1, START, 11, 10)).toEqual({ isFree: false, count: 0, retryAt: undefined });
  });

  it("holds money, which is more than 16 bits", () => {
    const counts = new LimitCounts(HOUR, true, { rows: 0 });
    counts.add(1, START, 40_000);
    const place = counts.add(1, START, 3_000_000_000_000);
    expect(counts.used(1, START)).toBe(3_000_000_040_000);
    counts.takeBack(1, place, 3_000_000_000_000);
    expect(counts.used(1, START)).toBe(40_000);
  });
});

describe("keys without end", () => {
  const rows = 1 << 10;
  const crowd = (): LimitCounts => {
    const counts = new LimitCounts(HOUR, false, { rows });
    for (let key = 1; key <= 5_000; key++) counts.add(key, START, 1);
    return counts;
  };

  it("take no more memory than is allowed", () => {
    const counts = crowd();
    const before = counts.bytes;
    for (let key = 5_001; key <= 200_000; key++) counts.add(key, START, 1);
    expect(counts.bytes).toBeLessThan(2 * before);
    expect(counts.keys).toBeLessThanOrEqual(2 * rows);
    expect(counts.isCrowded(START)).toBe(true);
  });

  it("count together where there are too many, so that none has more than its limit", () => {
    const counts = crowd();
    for (let key = 5_001; key <= 9_000; key++) {
      for (let time = 0; time < 3; time++) if (counts.room(key, START, 1, 2).isFree) counts.add(key, START, 1);
      expect(counts.room(key, START, 1, 2).isFree).toBe(false);
    }
  });

  it("have rows of their own again when the window has passed", () => {
    const counts = crowd();
    const later = START + 2 * HOUR;
    expect(counts.isCrowded(later)).toBe(false);
    for (let key = 10_001; key <= 10_500; key++) counts.add(key, later, 1);
    expect(counts.isCrowded(later)).toBe(false);
    expect(counts.fullest(later)).toBe(1);
  });

  it("give back what they took when a ceiling is said no more", () => {
    const allowance = { rows };
    const counts = new LimitCounts(HOUR, false, allowance);
    for (let key = 1; key <= 500; key++) counts.add(key, START, 1);
    expect(allowance.rows).toBeLessThan(rows);
    counts.shrink(START + 2 * HOUR);
    expect(allowance.rows).toBe(rows);
  });
});
