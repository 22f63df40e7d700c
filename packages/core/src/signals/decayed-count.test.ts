import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DecayedCount } from "./decayed-count.ts";

describe("a decayed count", () => {
  it("is the sum of what happened, each halved for every thirty days since", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(20), fc.constantFrom(0.6, 1))), fc.nat(100), (gaps, later) => {
        const count = new DecayedCount();
        const added: (readonly [number, number])[] = [];
        let day = 20_000;
        for (const [gap, weight] of gaps) {
          day += gap;
          count.add(day, weight);
          added.push([day, weight]);
        }
        const sum = (at: number): number =>
          added.reduce((all, [from, weight]) => all + weight * 2 ** ((from - at) / 30), 0);
        expect(count.at(day + later)).toBeCloseTo(sum(day + later), 6);
        expect(DecayedCount.restore(count.snapshot()).at(day)).toBe(count.at(day));
      }),
    );
  });

  it("takes what it hears of late as if it had just happened: never less than the truth", () => {
    const count = new DecayedCount();
    count.add(100, 1);
    count.add(70, 1);
    expect([count.at(100), count.at(70)]).toEqual([2, 2]);
  });
});
