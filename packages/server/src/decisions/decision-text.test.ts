import type { Verdict } from "@safeguard/core";
import { expect, test } from "vitest";
import type { MessageId } from "../gateway/message-id.ts";
import { decisionMade, messageDecided, NOON, sampleVerdict } from "../store/testing/sample-records.ts";
import { createDecisionText } from "./decision-text.ts";
import { explainInEnglish } from "./explain-in-english.ts";
import { viewOfDecision } from "./view-decision.ts";

const id = "0".repeat(32) as MessageId;

test("A decision's text is the JSON of its view, also for a verdict that was written before", () => {
  const textOf = createDecisionText(explainInEnglish);
  const block = sampleVerdict("block");
  const held: Verdict = { ...block, action: "hold", until: NOON };
  for (const record of [
    decisionMade(id, { verdict: block, originator: '"\u2028\ud800' }),
    decisionMade(id, { verdict: block, candidates: ["GB", "GG"], twin: "SJ" }),
    decisionMade(id, { verdict: held }),
    messageDecided(id, { verdict: sampleVerdict("allow") }),
    messageDecided(id, { verdict: held }),
    {
      type: "message_rejected",
      id,
      at: NOON,
      account: decisionMade(id).account,
      key: "key",
      dialect: "native",
      text: "no number",
      rejection: { ok: false, code: "number_character", position: 0 },
    } as const,
  ]) {
    expect(textOf(record)).toBe(JSON.stringify(viewOfDecision(record, explainInEnglish)));
  }
});
