import { describe, expect, it } from "vitest";
import { AliasTable } from "./alias-table.ts";
import { Random } from "./random.ts";
import { WeightedChoice } from "./weighted-choice.ts";

const DRAWS = 100_000;
const average = (draw: () => number): number => {
  let sum = 0;
  for (let count = 0; count < DRAWS; count += 1) sum += draw();
  return sum / DRAWS;
};

describe("a stream of random numbers", () => {
  it("is the same for the same seed and purpose, and another for any other", () => {
    const first = (random: Random): number[] => Array.from({ length: 5 }, () => random.bits());
    expect(first(Random.of(7, "users", 1))).toEqual(first(Random.of(7, "users", 1)));
    const others = [
      Random.of(8, "users", 1),
      Random.of(7, "users", 2),
      Random.of(7, "users1"),
      Random.of(7, "user", 1),
    ];
    const all = new Set([Random.of(7, "users", 1), ...others].map((random) => first(random).join()));
    expect(all.size).toBe(5);
  });

  it("has the moments of its distributions", () => {
    const random = Random.of(1, "moments");
    expect(average(() => random.uniform())).toBeCloseTo(0.5, 2);
    expect(average(() => random.exponential(3))).toBeCloseTo(3, 1);
    expect(average(() => random.normal())).toBeCloseTo(0, 1);
    expect(average(() => random.normal() ** 2)).toBeCloseTo(1, 1);
    expect(average(() => (random.lognormal(10, 0.5) < 10 ? 1 : 0))).toBeCloseTo(0.5, 2);
  });

  it("starts alike for neighbouring seeds only by chance", () => {
    const restarted = new Random(0, 0);
    let turn = 0;
    expect(
      average(() => {
        restarted.restart(5, turn);
        turn += 1;
        return restarted.uniform();
      }),
    ).toBeCloseTo(0.5, 2);
  });
});

describe("a choice by weights", () => {
  const weights = [1, 0, 3, 6];

  it.each([
    ["alias table", () => new AliasTable(weights)],
    [
      "running sums",
      () => {
        const choice = new WeightedChoice(weights.length);
        choice.setAll((index) => weights[index] ?? 0);
        return choice;
      },
    ],
  ])("takes each index in proportion (%s)", (_, make) => {
    const random = Random.of(1, "weights");
    const choice = make();
    const counts = [0, 0, 0, 0];
    for (let count = 0; count < DRAWS; count += 1) {
      const index = choice.draw(random);
      counts[index] = (counts[index] ?? 0) + 1;
    }
    counts.forEach((count, index) => {
      expect(count / DRAWS).toBeCloseTo((weights[index] ?? 0) / 10, 2);
    });
    expect(counts[1]).toBe(0);
  });
});
