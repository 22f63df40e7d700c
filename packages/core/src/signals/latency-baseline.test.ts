import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seeded } from "../../test/seeded.ts";
import { personsTime } from "../../test/traffic.ts";
import { binOf, LatencyBaseline, lowerEdge } from "./latency-baseline.ts";

const times = fc.oneof(fc.nat(60_000), fc.integer({ min: 60_000, max: 4_000_000_000 }));
const learned = fc.array(times, { maxLength: 120 });
const many = fc.array(times, { minLength: 30, maxLength: 120, size: "max" });

function baselineOf(taken: readonly number[]): LatencyBaseline {
  const baseline = new LatencyBaseline();
  for (const milliseconds of taken) baseline.learn(milliseconds);
  return baseline;
}

describe("the bins of times", () => {
  it("hold every time between their edges and are at most a quarter of it wide", () => {
    fc.assert(
      fc.property(fc.integer({ min: 4, max: 0xffff_ffff }), (milliseconds) => {
        const bin = binOf(milliseconds);
        expect(lowerEdge(bin) <= milliseconds && milliseconds < lowerEdge(bin + 1)).toBe(true);
        expect(lowerEdge(bin + 1)).toBeLessThanOrEqual(lowerEdge(bin) * 1.25);
      }),
    );
  });
});

describe("the baseline of how long people take", () => {
  it("assumes 13.5 s for half of them before anything was seen, and nobody under 3 s", () => {
    const prior = new LatencyBaseline();
    expect(prior.share(13_500)).toBeCloseTo(0.5, 1);
    expect(prior.quantile(0.5)).toBe(lowerEdge(binOf(13_500) + 1));
    expect(prior.share(2_500)).toBe(0);
    expect(prior.share(120_000)).toBeGreaterThan(0.99);
  });

  it("is a distribution function: from 0 to 1, and never falling", () => {
    fc.assert(
      fc.property(learned, fc.array(times, { minLength: 2 }), (taken, asked) => {
        const baseline = baselineOf(taken);
        const shares = asked.toSorted((a, b) => a - b).map((time) => baseline.share(time));
        for (const [place, share] of shares.entries()) {
          expect(share >= (shares[place - 1] ?? 0) - 1e-12 && share <= 1 + 1e-12).toBe(true);
        }
        expect(baseline.share(0)).toBe(0);
        expect(baseline.share(2 ** 33)).toBeCloseTo(1, 9);
      }),
    );
  });

  it("has a quantile that is its inverse, to the bin", () => {
    fc.assert(
      fc.property(learned, fc.double({ min: 0.001, max: 0.999, noNaN: true }), (taken, share) => {
        const baseline = baselineOf(taken);
        const quantile = baseline.quantile(share);
        expect(baseline.share(quantile)).toBeGreaterThanOrEqual(share);
        expect(baseline.share(lowerEdge(binOf(quantile) - 1))).toBeLessThan(share);
      }),
    );
  });

  it("judges a pending code as if people took a seventh longer at least", () => {
    fc.assert(
      fc.property(learned, times, (taken, age) => {
        const baseline = baselineOf(taken);
        expect(baseline.slowShare(age)).toBeLessThanOrEqual(baseline.share(age / 1.14) + 1e-12);
      }),
    );
  });

  it("comes to what it sees, and follows what changes", () => {
    const draw = seeded(3);
    const baseline = new LatencyBaseline();
    const median = (slower: number): number => {
      for (let seen = 0; seen < 25_000; seen++) baseline.learn(slower * personsTime(draw));
      return baseline.quantile(0.5);
    };
    expect(Math.abs(binOf(median(1)) - binOf(12_500))).toBeLessThanOrEqual(1);
    expect(baseline.fastest).toBeLessThan(baseline.quantile(0.05));
    expect(baseline.ripe).toBeLessThan(baseline.mature);
    median(4);
    median(4);
    expect(Math.abs(binOf(baseline.quantile(0.5)) - binOf(50_000))).toBeLessThanOrEqual(1);
    expect(baseline.observed).toBeLessThanOrEqual(20_000);
  });

  it("says the same after it was restored, also later, wherever it stood", () => {
    fc.assert(
      fc.property(many, learned, times, (taken, later, asked) => {
        const kept = baselineOf(taken);
        const restored = LatencyBaseline.restore(kept.snapshot());
        for (const milliseconds of later) {
          expect(restored.share(asked)).toBe(kept.share(asked));
          expect([restored.fastest, restored.ripe, restored.mature]).toEqual([kept.fastest, kept.ripe, kept.mature]);
          kept.learn(milliseconds);
          restored.learn(milliseconds);
        }
        expect(restored.snapshot()).toEqual(kept.snapshot());
      }),
    );
  });
});
