import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { copyTurnedAway, nobodyTurnedAway, numbersTurnedAway, turnAway } from "./turned-away.ts";

const FIRST = 31_610_000_000;

describe("the numbers that a watch has turned away", () => {
  it("are counted once each, to within a tenth, up to two thousand", () => {
    const spread = fc.constantFrom(1, 7, 10_007);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2_000 }), spread, fc.nat(1_000_000), (numbers, step, offset) => {
        const turned = nobodyTurnedAway();
        for (let round = 0; round < 2; round++) {
          for (let each = 0; each < numbers; each++) turnAway(turned, FIRST + offset + each * step);
        }
        expect(Math.abs(numbersTurnedAway(turned) - numbers)).toBeLessThanOrEqual(5 + 0.15 * numbers);
      }),
    );
  });

  it("are told from those before", () => {
    const turned = nobodyTurnedAway();
    expect([turnAway(turned, FIRST), turnAway(turned, FIRST)]).toEqual([true, false]);
    const copy = copyTurnedAway(turned);
    turnAway(turned, FIRST + 1);
    expect([turned.set, copy.set]).toEqual([2, 1]);
  });
});
