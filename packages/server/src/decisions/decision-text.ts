import type { Verdict } from "@safeguard/core";
import {
  type DecisionRecord,
  type Explain,
  isoOf,
  publicId,
  retryAfter,
  viewOfDecision,
  viewOfVerdict,
} from "./view-decision.ts";

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
      : `{${decidedText(record)},${verdictText(record.verdict)}${retryText(record)},"rejection":null}`;
}

/** The fields of `viewOfDecided`. Only the sender is free text; everything else is made of letters, digits and signs that need no escape. */
function decidedText(record: Exclude<DecisionRecord, { type: "message_rejected" }>): string {
  const { candidates, twin } = record;
  const id = publicId(record.type === "decision_made" ? "dec_" : "msg_", record.id);
  const destination = candidates.length === 1 ? `"${candidates[0]}"` : "null";
  const of = `"candidates":["${candidates.join('","')}"],"twin":${twin === undefined ? "null" : `"${twin}"`}`;
  const number = `"to":"${record.to}","destination":${destination},${of},"numberType":"${record.numberType}","valid":${record.valid}`;
  return `"id":"${id}","at":"${isoOf(record.at)}",${number},"from":${JSON.stringify(record.originator)},"channel":"${record.channel}","purpose":"${record.purpose}"`;
}

function retryText(record: Exclude<DecisionRecord, { type: "message_rejected" }>): string {
  const retry = retryAfter(record);
  return retry === undefined ? "" : `,${fieldsOf(retry)}`;
}

/** An object's JSON without its braces. */
function fieldsOf(object: object): string {
  return JSON.stringify(object).slice(1, -1);
}
