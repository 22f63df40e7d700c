import { describe, expect, it } from "vitest";
import { type PastMessage, pastPeaks, quantileOf, tryLimit } from "./fitting-limit.ts";

const HOUR = 3_600_000;
const at = (minute: number, key = "", isAttack = false): PastMessage => ({
  at: minute * 60_000,
  key,
  amount: 1,
  isAttack,
});

describe("a limit that fits the past", () => {
  it("is as high as the most that any sliding window had, of each key by itself", () => {
    const past = [at(50), at(55), at(61), at(200), at(201, "other")];
    expect(pastPeaks(past, HOUR)).toEqual({ peaks: [1, 1, 2, 3], ordinary: 5, attack: 0 });
  });

  it("does not take an attack for ordinary traffic", () => {
    const past = [at(0), ...Array.from({ length: 50 }, (_, minute) => at(minute, "", true))];
    expect(pastPeaks(past, HOUR)).toEqual({ peaks: [1], ordinary: 1, attack: 50 });
  });

  it("is a height that a share of the windows had, or less", () => {
    const peaks = [1, 1, 2, 3, 10];
    expect([0.5, 0.6, 0.8, 0.999, 1].map((share) => quantileOf(peaks, share))).toEqual([2, 2, 3, 10, 10]);
    expect(quantileOf([], 0.5)).toBe(0);
  });

  it("stops what comes on top of it, and room comes back as time goes by", () => {
    const past = [at(0), at(1), at(2), at(61), at(62), at(62, "other"), at(63, "", true)];
    expect(tryLimit(past, HOUR, 2)).toEqual({ most: 2, stopped: 1, stoppedAttack: 1 });
    expect(tryLimit(past, HOUR, 3)).toEqual({ most: 3, stopped: 0, stoppedAttack: 0 });
    expect(tryLimit(past, HOUR, 0)).toEqual({ most: 0, stopped: 6, stoppedAttack: 1 });
  });

  it("as high as the highest peak it stops nothing ordinary", () => {
    const past = Array.from({ length: 300 }, (_, n) => at((n * n) % 4_000, String(n % 3))).sort((a, b) => a.at - b.at);
    const { peaks } = pastPeaks(past, HOUR);
    const highest = quantileOf(peaks, 1);
    expect(tryLimit(past, HOUR, highest).stopped).toBe(0);
    expect(tryLimit(past, HOUR, highest - 1).stopped).toBeGreaterThan(0);
  });
});
