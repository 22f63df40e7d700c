import { describe, expect, it } from "vitest";
import { chain, messageTo } from "../../test/message-to.ts";
import { recompute } from "../replay.ts";
import { sameVerdict } from "./same-verdict.ts";

describe("two verdicts", () => {
  const verdict = recompute(chain({ destinations: { NL: { action: "block" } } }), messageTo("+31612345678"));

  it("are the same when they say the same, also when read back from the record", () => {
    const { reason, action, ...rest } = verdict;
    expect(sameVerdict(verdict, JSON.parse(JSON.stringify({ ...rest, action, reason })))).toBe(true);
  });

  it("differ when any part does", () => {
    expect(sameVerdict(verdict, { ...verdict, action: "challenge" })).toBe(false);
    expect(sameVerdict(verdict, { ...verdict, findings: [] })).toBe(false);
    expect(sameVerdict(verdict, { ...verdict, policy: { ...verdict.policy, revisions: [2] } })).toBe(false);
    expect(sameVerdict(verdict, { ...verdict, degraded: ["policy_missing"] })).toBe(false);
    const findings = verdict.findings.map((finding) => ({ ...finding, level: 1 }));
    expect(sameVerdict(verdict, { ...verdict, findings })).toBe(false);
  });
});
