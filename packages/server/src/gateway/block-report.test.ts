import { describe, expect, it } from "vitest";
import { blockReport } from "./block-report.ts";
import { AT } from "./testing/screening-bench.ts";
import { BLOCK, knowTestReasons, REASON_OF_FAMILY } from "./testing/verdicts.ts";

knowTestReasons();

describe("the delivery report of a message that counted as accepted and was stopped", () => {
  it.each([
    ["cm", "destination", "28", "Message blocked by Safeguard Destination management"],
    ["cm", "limit", "47", "Message blocked by Safeguard"],
    ["cm", "detection", "47", "Message blocked by Safeguard: its traffic looks like SMS pumping"],
    ["twilio", "destination", "21408", "Message delivery blocked"],
    ["twilio", "limit", "30450", "Message delivery blocked"],
    ["twilio", "detection", "30450", "Message delivery blocked"],
    ["native", "destination", "destination_blocked", "Stopped by Safeguard"],
    ["native", "detection", "test_detection", "Stopped by Safeguard"],
  ] as const)("%s, %s: %s", (dialect, family, code, text) => {
    const verdict = { ...BLOCK, reason: REASON_OF_FAMILY[family] };
    expect(blockReport(dialect, verdict, AT)).toEqual({
      status: "failed",
      occurredAt: AT,
      code,
      text,
      reason: verdict.reason,
    });
  });
});
