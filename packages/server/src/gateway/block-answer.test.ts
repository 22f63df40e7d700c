import { describe, expect, it } from "vitest";
import { type AnswerSettings, type BlockAnswer, DEFAULT_ANSWERS } from "../accounts/account.ts";
import { blockAnswer } from "./block-answer.ts";
import { BLOCK, HOLD, knowTestReasons, REASON_OF_FAMILY } from "./testing/verdicts.ts";

knowTestReasons();
const FAMILIES = ["destination", "network", "number", "limit", "detection"] as const;
const DIALECTS = ["native", "twilio", "cm"] as const;

/** Every switch as it says, and so different from all others. */
function settings(switches: {
  readonly cm: readonly [destination: BlockAnswer, limit: BlockAnswer, detection: BlockAnswer];
  readonly twilio: readonly [destination: BlockAnswer, detection: BlockAnswer];
}): AnswerSettings {
  const [destination, limit, detection] = switches.cm;
  return {
    cm: { ...DEFAULT_ANSWERS.cm, destination, limit, detection },
    twilio: { destination: switches.twilio[0], detection: switches.twilio[1] },
  };
}

describe("how a client is told of a block", () => {
  it("is by default its vendor's own way", () => {
    const answers = FAMILIES.map((family) =>
      DIALECTS.map((dialect) => blockAnswer(dialect, { ...BLOCK, reason: REASON_OF_FAMILY[family] }, DEFAULT_ANSWERS)),
    );
    expect(Object.fromEntries(FAMILIES.map((family, index) => [family, answers[index]]))).toEqual({
      destination: ["reject", "reject", "report"],
      network: ["reject", "reject", "report"],
      number: ["reject", "reject", "report"],
      limit: ["reject", "reject", "report"],
      detection: ["reject", "report", "report"],
    });
  });

  it.each([
    ["twilio", "destination", settings({ cm: ["reject", "reject", "reject"], twilio: ["report", "reject"] })],
    ["twilio", "limit", settings({ cm: ["reject", "reject", "reject"], twilio: ["report", "reject"] })],
    ["twilio", "detection", settings({ cm: ["reject", "reject", "reject"], twilio: ["reject", "report"] })],
    ["cm", "destination", settings({ cm: ["report", "reject", "reject"], twilio: ["reject", "reject"] })],
    ["cm", "limit", settings({ cm: ["reject", "report", "reject"], twilio: ["reject", "reject"] })],
    ["cm", "detection", settings({ cm: ["reject", "reject", "report"], twilio: ["reject", "reject"] })],
  ] as const)("%s, %s: the account's switch for that and no other", (dialect, family, answers) => {
    for (const one of ["destination", "limit", "detection"] as const) {
      const verdict = { ...BLOCK, reason: REASON_OF_FAMILY[one] };
      // Twilio has one switch for destinations and limits.
      const meant = one === family || (dialect === "twilio" && one !== "detection" && family !== "detection");
      expect([one, blockAnswer(dialect, verdict, answers)]).toEqual([one, meant ? "report" : "reject"]);
    }
  });

  it("is at once where it is to come again, whatever the switches say", () => {
    const answers = settings({ cm: ["report", "report", "report"], twilio: ["report", "report"] });
    for (const dialect of DIALECTS)
      for (const family of FAMILIES)
        expect(blockAnswer(dialect, { ...HOLD, reason: REASON_OF_FAMILY[family] }, answers)).toBe("reject");
  });
});
