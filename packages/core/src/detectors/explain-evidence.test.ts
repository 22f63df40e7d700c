import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { EpochMilliseconds } from "../brand.ts";
import type { Destination } from "../numbering/e164.ts";
import type { Evidence } from "./evidence.ts";
import { explainEvidence, explainScope, factorText, rangeDestination, rangeText } from "./explain-evidence.ts";

const NAMES = { destination: (code: string): string | undefined => (code === "TJ" ? "Tajikistan" : undefined) };

function evidence(changes: Partial<Evidence> = {}): Evidence {
  return {
    scope: { type: "block", prefix: "+99200123", size: 10_000 },
    since: 1_700_000_000_000 as EpochMilliseconds,
    counts: { sessions: 9, sent: 8, converted: 0, pending: 2, unanswered: 6, stopped: 1 },
    trials: 11,
    hits: 9,
    expectedShare: 1 / 2134,
    share: Math.log(3.1e7),
    adjacency: 0,
    unanswered: Math.log(540),
    faked: 0,
    expectedConversion: 0.556,
    total: 20,
    threshold: 13.8,
    credit: 0,
    ...changes,
  };
}

describe("the sentence of evidence", () => {
  it("multiplies every finding", () => {
    expect(explainEvidence(evidence({ adjacency: Math.log(140) }), NAMES)).toBe(
      "9 of the last 11 new numbers in Tajikistan fell in +992 001 23x xxx, which normally gets at most 1 in 2,100 " +
        "(×3.1e7); the numbers follow each other more closely than chance has it (×140); 6 of 8 codes unanswered for " +
        "longer than people take and 2 still open, where normally at least 55 % are answered (×540)",
    );
  });

  it("names destinations by code where nobody names them", () => {
    expect(explainEvidence(evidence())).toContain("new numbers in TJ fell in");
  });

  it("leaves out what is below a factor of 2", () => {
    const text = explainEvidence(evidence({ adjacency: 0.69, unanswered: 0.6 }), NAMES);
    expect(text).not.toMatch(/follow|unanswered/);
    expect(explainEvidence(evidence({ share: 0.1 }), NAMES)).toMatch(/^In \+992 001 23x xxx: 6 of 8 codes unanswered/);
    expect(explainEvidence(evidence({ share: 0.1, unanswered: 0.1 }), NAMES)).toBe(
      "Nothing unusual enough to count in +992 001 23x xxx",
    );
  });

  it("says what speaks against it", () => {
    const counts = { sessions: 9, sent: 8, converted: 5, pending: 1, unanswered: 2, stopped: 1 };
    expect(explainEvidence(evidence({ counts, unanswered: -3 }), NAMES)).toMatch(/; but 5 of 8 codes were answered$/);
    const one = { ...counts, sent: 1, converted: 1 };
    expect(explainEvidence(evidence({ counts: one, unanswered: -3 }), NAMES)).toMatch(
      /; but 1 of 1 code was answered$/,
    );
  });

  it("of unanswered and faked says only the stronger, which is what counts", () => {
    const counts = { sessions: 30, sent: 28, converted: 26, pending: 1, unanswered: 1, stopped: 2 };
    const text = explainEvidence(evidence({ counts, unanswered: -9, faked: Math.log(2100) }), NAMES);
    expect(text).toMatch(/; 26 of 28 codes were answered, but not as people answer: .* \(×2,100\)$/);
    expect(text.match(/answered/g)).toHaveLength(1);
    expect(explainEvidence(evidence({ faked: 1 }), NAMES)).not.toContain("not as people");
  });

  it("says of faked answers what goes with them, each with its numbers", () => {
    const counts = { sessions: 60, sent: 55, converted: 40, pending: 9, unanswered: 6, stopped: 5 };
    const habits = {
      delivered: { count: 54, of: 54, usual: 0.931, nats: Math.log(4) },
      enteredOnce: { count: 40, of: 40, usual: 0.92, nats: Math.log(5.5) },
      sharedAddress: { count: 51, of: 52, usual: 0.1, nats: Math.log(10) },
    };
    const looks = Math.log(2100);
    const faked = looks + Math.log(4 * 5.5 * 10);
    expect(explainEvidence(evidence({ counts, unanswered: -9, faked, habits }), NAMES)).toMatch(
      /; 40 of 55 codes were answered, but not as people answer: too evenly, too fast or before delivery \(×2,100\); 54 of 54 messages were reported delivered within half a minute, where normally 93 % do \(×4.0\); 40 of 40 people entered the right code at once, where normally 92 % do \(×5.5\); 51 of 52 numbers came from an address that others came from, where normally 10 % do \(×10\)$/,
    );
    const alone = evidence({ counts, unanswered: -9, faked: Math.log(37), habits });
    expect(explainEvidence(alone, NAMES)).toMatch(/but not as people answer \(×37 in all\); 54 of 54 messages/);
    const weak = { ...habits, delivered: { ...habits.delivered, nats: 0.3 } };
    expect(explainEvidence({ ...alone, habits: weak }, NAMES)).not.toContain("half a minute");
  });

  it("says that outcomes are not known, and does not call the codes unanswered", () => {
    const text = explainEvidence(evidence({ unanswered: 0 }), NAMES);
    expect(text).toContain("what became of the codes is not known and was not weighed");
    expect(text).not.toContain("unanswered");
  });

  it("does not call young codes unanswered", () => {
    const counts = { sessions: 9, sent: 9, converted: 0, pending: 9, unanswered: 0, stopped: 0 };
    expect(explainEvidence(evidence({ counts, unanswered: 2 }), NAMES)).toContain("9 of 9 codes not answered yet");
  });

  it("speaks of the new blocks of a destination", () => {
    const scope = { type: "new_blocks", destination: "TJ" as Destination, size: 10_000 } as const;
    expect(explainEvidence(evidence({ scope, trials: 40, hits: 31, expectedShare: 0.28 }), NAMES)).toMatch(
      /^31 of the last 40 new numbers fell in blocks of 10,000 numbers in Tajikistan that never had a completed verification, which normally get at most 28 % \(/,
    );
    expect(explainScope(scope)).toContain("numbers in TJ that");
  });
});

describe("a range", () => {
  it.each([
    ["+99200123", 10_000, "+992 001 23x xxx"],
    ["+3161234567", 100, "+31 612 345 67xx"],
    ["+1212555", 10_000, "+1 212 555 xxxx"],
    ["+121255", 100_000, "+1 212 55x xxxx"],
    ["+2327612", 10_000, "+232 761 2xx xx"],
    ["+999123", 1_000, "+999123xxx"],
  ])("%s of %i is %s", (prefix, size, text) => expect(rangeText(prefix, size)).toBe(text));

  it("belongs to a destination, unless it could be of several", () => {
    expect(rangeDestination("+99200123", 10_000)).toBe("TJ");
    expect(rangeDestination("+1212555", 10_000)).toBe("US");
    expect(rangeDestination("+999123", 1_000)).toBeUndefined();
  });
});

describe("a factor", () => {
  it.each([
    [2, "×2.0"],
    [9.96, "×10"],
    [540, "×540"],
    [2149, "×2,100"],
    [9960, "×1.0e4"],
    [3.1e7, "×3.1e7"],
    [9.97e11, "×1.0e12"],
  ])("%d", (factor, text) => expect(factorText(Math.log(factor))).toBe(text));

  it("is right to two digits, however large", () => {
    fc.assert(
      fc.property(fc.double({ min: 0.7, max: 700, noNaN: true }), (nats) => {
        const said = Number(factorText(nats).slice(1).replaceAll(",", ""));
        expect(Math.abs(Math.log(said) - nats)).toBeLessThan(0.051);
      }),
    );
    expect(factorText(5000)).toMatch(/^×\d\.\de2171$/);
  });
});
