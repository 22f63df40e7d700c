import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { copyTurnedAway, nobodyTurnedAway, shareInOrder, turnAway } from "./turned-away.ts";

const FIRST = 31_610_000_000;

describe("the numbers that a watch has turned away", () => {
  const counted = (numbers: number, step: number, offset: number): number => {
    const turned = nobodyTurnedAway();
    for (let round = 0; round < 2; round++) {
      for (let each = 0; each < numbers; each++) turnAway(turned, FIRST + offset + each * step);
    }
    return turned.numbers;
  };

  it("are counted once each, about right however many there are", () => {
    const spread = fc.constantFrom(1, 7, 10_007);
    const count = fc.oneof(fc.integer({ min: 1, max: 2_000 }), fc.integer({ min: 1, max: 30_000 }));
    fc.assert(
      fc.property(count, spread, fc.nat(1_000_000), (numbers, step, offset) => {
        // (the worst of 200,000 was 44 % off)
        expect(Math.abs(counted(numbers, step, offset) - numbers)).toBeLessThanOrEqual(5 + 0.6 * numbers);
      }),
      { numRuns: 60 },
    );
  });

  it("are counted to within a fifth, but for one count in a hundred", () => {
    const far = Array.from({ length: 300 }, (_, index) => {
      const numbers = 1 + ((index * 331) % 20_000);
      return Math.abs(counted(numbers, [1, 7, 10_007][index % 3] ?? 1, index * 2_903) - numbers) > 5 + 0.2 * numbers;
    });
    expect(far.filter((isFar) => isFar).length).toBeLessThanOrEqual(3);
  });

  it("are told from those before", () => {
    const turned = nobodyTurnedAway();
    expect([turnAway(turned, FIRST), turnAway(turned, FIRST)]).toEqual([true, false]);
    const copy = copyTurnedAway(turned);
    turnAway(turned, FIRST + 1);
    expect([turned.set, copy.set]).toEqual([2, 1]);
  });

  it("are in order where each is asked for after its neighbour, also when only some are counted", () => {
    const inTurn = nobodyTurnedAway();
    const scattered = nobodyTurnedAway();
    for (let each = 0; each < 5_000; each++) {
      turnAway(inTurn, FIRST + each);
      turnAway(scattered, FIRST + ((each * 7_919) % 10_000));
    }
    expect(shareInOrder(inTurn)).toBeGreaterThan(0.99);
    expect(shareInOrder(scattered)).toBeLessThan(0.01);
    expect(shareInOrder(nobodyTurnedAway())).toBe(0);
  });
});
