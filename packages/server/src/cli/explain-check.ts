import { type DetectionMode, type E164, explainVerdict, numberBlocks, operatorOf, type Verdict } from "@safeguard/core";
import { rejectionSentence } from "../decisions/view-decision.ts";
import { destinationName } from "../policies/destination-names.ts";
import type { CheckedNumber } from "./check-number.ts";

export interface CheckExplanation {
  readonly sentence: string;
  /** What is known of the number and its policy, for people. */
  readonly facts: readonly (readonly [name: string, value: string])[];
}

const DETECTION: Readonly<Record<DetectionMode, string>> = {
  off: "does not look",
  monitor: "only records",
  enforce: "may act",
};

export function explainCheck({ check, verdict, detection }: CheckedNumber): CheckExplanation {
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
      ...allocation(check.to),
      ["reason", check.reason],
      ...(verdict.action === "block" ? [] : [["detection", DETECTION[detection]] as const]),
    ],
  };
}

/** Who first got the range (numbers are ported since), and the hundred neighbours, which an attack comes in. */
function allocation(to: string | null): readonly (readonly [name: string, value: string])[] {
  if (to === null) return [];
  const operator = operatorOf(to as E164);
  const block = numberBlocks(to as E164).find(({ size }) => size === 100);
  return [
    ...(operator === undefined ? [] : [["operator", `${operator} (original allocation)`] as const]),
    ...(block === undefined ? [] : [["block of 100", `${block.prefix}xx`] as const]),
  ];
}

function explainNamed(verdict: Verdict): string {
  return explainVerdict(verdict, { destination: destinationName });
}
