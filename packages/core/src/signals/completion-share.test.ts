import { describe, expect, it } from "vitest";
import { seeded } from "../../test/seeded.ts";
import { CompletionShare } from "./completion-share.ts";

const PRIOR = 0.62;

function seen(sessions: number, share: number): CompletionShare {
  const draw = seeded(sessions);
  const completion = new CompletionShare();
  for (let session = 0; session < sessions; session++) completion.observe(draw() < share);
  return completion;
}

describe("the share of new numbers that completes", () => {
  it("is what was assumed before anything was seen, and what was seen after a while", () => {
    expect(seen(0, 0).share(PRIOR)).toBe(PRIOR);
    expect(seen(3_000, 0.8).share(PRIOR)).toBeCloseTo(0.8, 1);
    expect(seen(8, 0).share(PRIOR)).toBeGreaterThan(0.45);
  });

  it("is reckoned low, but never so low that an attack that nobody saw makes unanswered codes usual", () => {
    expect(seen(3_000, 0.8).lowShare(PRIOR)).toBeLessThan(0.75);
    expect(seen(20_000, 0).lowShare(PRIOR)).toBeCloseTo(0.65 * PRIOR, 6);
    expect(seen(20_000, 0).lowShare(0.1)).toBe(0.2);
    expect(seen(20_000, 1).lowShare(PRIOR)).toBeLessThan(0.95);
  });

  it("forgets slowly", () => {
    const completion = seen(20_000, 0.9);
    for (let session = 0; session < 10_000; session++) completion.observe(session % 2 === 0);
    expect(completion.share(PRIOR)).toBeGreaterThan(0.5);
    expect(completion.share(PRIOR)).toBeLessThan(0.65);
    expect(CompletionShare.restore(completion.snapshot()).share(PRIOR)).toBe(completion.share(PRIOR));
  });
});
