import { describe, expect, it } from "vitest";
import { seeded } from "../../test/seeded.ts";
import { CountedShare } from "./counted-share.ts";

/** `times` of `seen`, evenly spread. */
function shareOf(times: number, seen: number): CountedShare {
  const share = new CountedShare();
  for (let index = 0; index < seen; index++) share.observe((index * times) % seen < times);
  return share;
}

describe("a counted share", () => {
  it("says nothing while nothing was seen, and little while little was", () => {
    const none = new CountedShare();
    expect([none.low, none.high]).toEqual([0, 1]);
    expect(shareOf(3, 30).low).toBe(0);
    expect(shareOf(0, 30).high).toBeCloseTo(0.1);
    expect(shareOf(30, 30).high).toBe(1);
  });

  it("has the share between its bounds, which come together", () => {
    const [few, many] = [shareOf(20, 200), shareOf(400, 4_000)];
    for (const share of [few, many]) {
      expect(share.low).toBeLessThan(0.1);
      expect(share.high).toBeGreaterThan(0.1);
    }
    expect(many.high - many.low).toBeLessThan((few.high - few.low) / 3);
  });

  it("is seldom wrong about a share", () => {
    const draw = seeded(1);
    let wrong = 0;
    for (let run = 0; run < 1_000; run++) {
      const share = new CountedShare();
      for (let index = 0; index < 300; index++) share.observe(draw() < 0.08);
      if (share.low > 0.08 || share.high < 0.08) wrong++;
    }
    expect(wrong).toBeLessThan(50);
  });

  it("follows what changes", () => {
    const share = shareOf(0, 5_000);
    for (let index = 0; index < 20_000; index++) share.observe(index % 5 === 0);
    expect(share.low).toBeGreaterThan(0.15);
  });

  it("comes back from a snapshot as it was", () => {
    const share = shareOf(37, 500);
    const restored = CountedShare.restore(share.snapshot());
    expect([restored.seen, restored.low, restored.high]).toEqual([share.seen, share.low, share.high]);
    expect(CountedShare.restore().seen).toBe(0);
  });
});
