import type { Verdict } from "@safeguard/core";
import { type DecisionRecord, type Explain, viewOfDecided, viewOfDecision, viewOfVerdict } from "./view-decision.ts";

/**
 * Writes decisions as the JSON of `viewOfDecision`, for the route that answers with nothing else. A verdict is the larger
 * part of it, and one object for many decisions (see the core's `decide`): its part is written once.
 */
export function createDecisionText(explain: Explain): (record: DecisionRecord) => string {
  const verdictTexts = new WeakMap<Verdict, string>();

  function verdictText(verdict: Verdict): string {
    const known = verdictTexts.get(verdict);
    if (known !== undefined) return known;
    const text = fieldsOf(viewOfVerdict(verdict, explain));
    verdictTexts.set(verdict, text);
    return text;
  }

  return (record) =>
    record.type === "message_rejected"
      ? JSON.stringify(viewOfDecision(record, explain))
      : `{${fieldsOf(viewOfDecided(record))},${verdictText(record.verdict)},"rejection":null}`;
}

/** An object's JSON without its braces. */
function fieldsOf(object: object): string {
  return JSON.stringify(object).slice(1, -1);
}
