import { explainVerdict, type Verdict } from "@safeguard/core";
import { rejectionSentence } from "../decisions/view-decision.ts";
import { destinationName } from "../policies/destination-names.ts";
import type { CheckedNumber } from "./check-number.ts";

export interface CheckExplanation {
  readonly sentence: string;
  /** What is known of the number, for people. */
  readonly facts: readonly (readonly [name: string, value: string])[];
}

export function explainCheck({ check, verdict }: CheckedNumber): CheckExplanation {
  if (verdict === undefined) {
    const { input, rejection } = check;
    const sentence =
      rejection === undefined ? `${input} is no number.` : `Blocked: ${rejectionSentence(input, rejection)}`;
    return { sentence, facts: [["number", input]] };
  }
  const named = (code: string): string => `${destinationName(code)} (${code})`;
  return {
    sentence: explainNamed(verdict),
    facts: [
      ["number", check.to === check.input ? check.input : `${check.to} (written ${check.input})`],
      check.destination === null
        ? ["could be of", (check.candidates ?? []).map(named).join(", ")]
        : ["destination", named(check.destination)],
      ...(check.twin === undefined ? [] : [["territory", `${named(check.twin)}, which follows it`] as const]),
      ["type", (check.type ?? "unknown").replaceAll("_", " ")],
      ["reason", check.reason],
    ],
  };
}

function explainNamed(verdict: Verdict): string {
  return explainVerdict(verdict, { destination: destinationName });
}
