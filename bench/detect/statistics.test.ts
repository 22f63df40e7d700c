import { describe, expect, it } from "vitest";
import { binomialUpper, clusteredUpper, quantile } from "./statistics.ts";

describe("quantile", () => {
  it("takes the nearest rank", () => {
    const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect(quantile(hundred, 0.99)).toBe(99);
    expect(quantile(hundred, 0.5)).toBe(50);
    expect(quantile([4, 9], 0.99)).toBe(9);
    expect(quantile([], 0.5)).toBeNaN();
  });
});

describe("binomialUpper", () => {
  it("without a hit is the rule of three", () => {
    expect(binomialUpper(0, 300_000)).toBeCloseTo(1e-5, 7);
    expect(binomialUpper(0, 10)).toBeCloseTo(1 - 0.05 ** (1 / 10), 8);
  });

  it("agrees with published bounds of Clopper and Pearson", () => {
    expect(binomialUpper(1, 100)).toBeCloseTo(0.04656, 4);
    expect(binomialUpper(10, 100)).toBeCloseTo(0.16372, 4);
  });

  it("goes on smoothly where many hits are reckoned by the normal approximation", () => {
    const exact = binomialUpper(2_000, 100_000);
    const approximate = binomialUpper(2_001, 100_000);
    expect(approximate).toBeGreaterThan(exact);
    expect(approximate / exact).toBeLessThan(1.002);
  });

  it("of nothing, or of only hits, knows nothing", () => {
    expect(binomialUpper(0, 0)).toBe(1);
    expect(binomialUpper(5, 5)).toBe(1);
  });
});

describe("clusteredUpper", () => {
  it("is the binomial bound where worlds do not differ, and much more where one world has it all", () => {
    const even = Array.from({ length: 10 }, () => ({ hits: 3, total: 10_000 }));
    const one = even.map((world, index) => ({ ...world, hits: index === 0 ? 30 : 0 }));
    expect(clusteredUpper(even)).toBeCloseTo(binomialUpper(30, 100_000), 9);
    // Ratio estimate 3e-4, standard error 3e-4, t of 9 degrees 1.833.
    expect(clusteredUpper(one)).toBeCloseTo(3e-4 * 2.833, 5);
  });

  it("without a hit falls back on messages", () => {
    expect(clusteredUpper([{ hits: 0, total: 1_000 }])).toBe(binomialUpper(0, 1_000));
  });
});
