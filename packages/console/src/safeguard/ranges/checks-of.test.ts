import type { PolicyFinding, Verdict } from "@safeguard/client";
import { describe, expect, it } from "vitest";
import { checksOf } from "./checks-of.ts";

const rule = (type: string, action: PolicyFinding["action"], reason: string): PolicyFinding => ({
  type: "policy",
  step: type === "exception" ? "exception" : "destination",
  action,
  reason,
  ground: { type },
  level: 0,
});
const verdict = (action: Verdict["action"], reason: string, findings: Verdict["findings"]): Verdict => ({
  action,
  reason,
  sentence: "",
  score: 0,
  policy: null,
  findings,
  degraded: [],
});
const shown = (of: Verdict) =>
  checksOf(of).map(
    ({ name, findings, isAsked, decides }) => `${name} ${isAsked ? findings.length : "-"}${decides ? "!" : ""}`,
  );

describe("a decision as ordered checks", () => {
  it("names the check that decided, and those that were not asked any more", () => {
    expect(shown(verdict("block", "range_blocked", [rule("range", "block", "range_blocked")]))).toEqual([
      "exception 0",
      "range 1!",
      "destination -",
      "limits -",
      "detection -",
    ]);
  });

  it("goes through all of them where none stops", () => {
    expect(
      shown(verdict("allow", "destination_allowed", [rule("list_mode", "filter", "destination_allowed")])),
    ).toEqual(["exception 0", "range 0", "destination 1!", "limits 0", "detection 0"]);
  });
});
