import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareResults } from "./compare.ts";
import { renderComparison } from "./render-comparison.ts";
import { madeUpResult } from "./testing/made-up-results.ts";
import { anyResult } from "./testing/random-results.ts";

const PLAIN = { colour: false };

describe("two policies over one file", () => {
  const before = madeUpResult();
  const after = madeUpResult({
    policy: { name: "strict", falseBlockBudget: 1e-4, detection: "enforce" },
    messages: { total: 24_348, allow: 18_900, block: 5_110, hold: 38, challenge: 300 },
    reasons: before.reasons.slice(1, 3),
    destinations: before.destinations.slice(0, 2),
    saved: { USD: 2_000_000_000 },
    legitimate: { block: 2_466, hold: 0, challenge: 4, inDoubt: 2_466, verifiedMessages: 14_120 },
  });

  it("says what the second does otherwise, in numbers", () => {
    const comparison = compareResults(before, after);
    expect(comparison.messages.allow).toEqual({ before: 18_962, after: 18_900 });
    expect(comparison.saved.change).toEqual({ USD: 44_823_000 });
    expect(comparison.usersHit).toEqual({ before: 1, after: 4 });
    expect(comparison.attacks).toEqual({ before: 3, after: 3 });
    expect(comparison.leakedBeforeFirstStop).toEqual({ before: 38, after: 38 });
    expect(comparison.reasons.map(({ reason, action, before, after }) => [reason, action, before, after])).toEqual([
      ["destination_allowed", "allow", 18_962, 0],
      ["range_surge", "hold", 38, 0],
      ["number_type_blocked", "block", 20, 0],
    ]);
    expect(comparison.destinations).toEqual([{ destination: "ID", before: 948, after: 0 }]);
  });

  it("and in words", () => {
    const text = renderComparison(compareResults(before, after), PLAIN);
    expect(text.replaceAll("\n", " ")).toMatch(
      /^The second policy stops 62 more messages, saves \$2,000\.00 instead of \$1,955\.18, and 3 more real users are hit\./,
    );
    expect(text).toMatch(/\nReal users hit +1 +4 +\+3\n/);
    expect(text).toMatch(/\nMessages held +38 +38 +=\n/);
    expect(text).toMatch(/\nIndonesia +948 +0 +-948\n/);
  });

  it("the same policy changes nothing", () => {
    expect(renderComparison(compareResults(before, before), PLAIN)).toMatch(
      /^The second policy changes nothing over this file\.\n/,
    );
  });

  it("does not speak of users hit where it cannot know", () => {
    const blind = madeUpResult({
      legitimate: { block: 0, hold: 0, challenge: 0, inDoubt: 0, verifiedMessages: 0 },
      reasons: [],
    });
    const text = renderComparison(compareResults(before, blind), PLAIN);
    expect(text).toContain("whether real users are hit cannot be told");
    expect(text).not.toContain("Real users hit");
  });

  it("fits 80 columns, and the way back is the opposite", () => {
    fc.assert(
      fc.property(anyResult, anyResult, (one, other) => {
        for (const line of renderComparison(compareResults(one, other), PLAIN).split("\n")) {
          expect([...line].length).toBeLessThanOrEqual(80);
        }
        const [there, back] = [compareResults(one, other), compareResults(other, one)];
        expect(there.usersHit).toEqual({ before: back.usersHit.after, after: back.usersHit.before });
        expect(there.reasons).toHaveLength(back.reasons.length);
        for (const [currency, micros] of Object.entries(there.saved.change)) {
          // A currency may be called `toString`.
          const opposite = new Map(Object.entries(back.saved.change)).get(currency) ?? 0;
          expect(micros + opposite).toBe(0);
        }
      }),
      { numRuns: 40 },
    );
  });
});
