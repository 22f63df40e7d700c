import type { Finding, Verdict } from "@safeguard/client";
import { describe, expect, it } from "vitest";
import { checksOf } from "./checks.ts";

const verdict = (fields: Partial<Verdict>): Verdict => ({
  action: "allow",
  reason: "destination_allowed",
  sentence: "",
  score: 0,
  policy: null,
  findings: [],
  degraded: [],
  ...fields,
});
const rule = (step: string, action: string, reason: string): Finding => ({
  type: "policy",
  step,
  action,
  reason,
  ground: { type: "list_mode" },
  level: 0,
});
const outcomes = (of: Verdict) => Object.fromEntries(checksOf(of).map(({ name, outcome }) => [name, outcome]));

describe("the checks of a decision", () => {
  it("are in their order, and say which one decided", () => {
    const checks = checksOf(
      verdict({
        action: "block",
        reason: "destination_blocked",
        findings: [rule("destination", "block", "destination_blocked")],
      }),
    );
    expect(checks.map(({ name }) => name)).toEqual([
      "number",
      "exception",
      "destination",
      "ceiling",
      "limit",
      "containment",
      "detection",
    ]);
    expect(checks.filter(({ decided }) => decided)).toMatchObject([{ name: "destination", outcome: "stopped" }]);
  });

  it("tell what lets pass from what only would have stopped", () => {
    const detection: Finding = {
      type: "detection",
      step: "detection",
      action: "block",
      reason: "range_surge",
      mode: "monitor",
      score: 90,
      incident: 1,
    };
    expect(
      outcomes(verdict({ findings: [rule("destination", "filter", "destination_allowed"), detection] })),
    ).toMatchObject({ number: "passed", exception: "quiet", destination: "lets", detection: "would" });
  });

  it("were not asked where the text was no number", () => {
    expect(outcomes(verdict({ action: "block", reason: "number_rejected" }))).toMatchObject({
      number: "stopped",
      detection: "unasked",
    });
  });
});
