import { describe, expect, it } from "vitest";
import type { EpochMilliseconds } from "../brand.ts";
import type { Evidence } from "../detectors/evidence.ts";
import type { DetectionFinding } from "../verdict/verdict.ts";
import { agreesWithEvidence } from "./agrees-with-evidence.ts";

const EVIDENCE: Evidence = {
  scope: { type: "block", prefix: "+99200123", size: 10_000 },
  since: 0 as EpochMilliseconds,
  counts: { sessions: 9, sent: 7, converted: 0, pending: 1, unanswered: 6, stopped: 2 },
  trials: 11,
  hits: 9,
  expectedShare: 1 / 2100,
  share: 17,
  adjacency: 12,
  unanswered: 6,
  faked: 0,
  expectedConversion: 0.55,
  total: 35 - Math.log(3),
  threshold: 13.8,
  credit: 0,
};

function finding(changes: Partial<Evidence>, score = 100): DetectionFinding {
  const opinion = { action: "block", reason: "range_unanswered", evidence: { ...EVIDENCE, ...changes } } as const;
  return { type: "detection", opinion, mode: "enforce", score, incident: 1 };
}

describe("a recorded finding", () => {
  it("agrees with the numbers that it was made from", () => {
    expect(agreesWithEvidence(finding({}))).toBe(true);
  });

  it.each<[string, Partial<Evidence>, number?]>([
    ["a factor that is not in the total", { share: 27 }],
    ["a total that its factors do not make", { total: 40 }],
    ["sessions that do not add up", { counts: { ...EVIDENCE.counts, converted: 3 } }],
    ["more hits than numbers", { trials: 8 }],
    ["evidence below its threshold", { threshold: 50 }],
    ["a block for silence where faked completions weigh more", { faked: 7, total: 36 - Math.log(3) }],
    ["the score of something milder", {}, 60],
  ])("does not agree with %s", (_, changes, score) => {
    expect(agreesWithEvidence(finding(changes, score))).toBe(false);
  });

  it("of a limit agrees where the limit was reached", () => {
    const limited = (count: number): DetectionFinding => ({
      type: "detection",
      opinion: { action: "challenge", reason: "number_unanswered", limit: { count, limit: 5, window: "hour" } },
      mode: "enforce",
      score: 100,
      incident: undefined,
    });
    expect([agreesWithEvidence(limited(5)), agreesWithEvidence(limited(4))]).toEqual([true, false]);
  });
});
