import type { Finding, Verdict } from "@safeguard/client";

/** The questions of a decision, in the order in which they are asked. The first that stops decides. */
export const CHECKS = ["number", "exception", "destination", "ceiling", "limit", "containment", "detection"] as const;
export type CheckName = (typeof CHECKS)[number];

/** `quiet`: nothing spoke. `lets`: a rule lets it pass. `would`: it would stop it, were it to act, or another decided. */
export type CheckOutcome = "passed" | "quiet" | "lets" | "would" | "stopped" | "unasked";

export interface Check {
  readonly name: CheckName;
  readonly outcome: CheckOutcome;
  /** It is what decided. */
  readonly decided: boolean;
  readonly findings: readonly Finding[];
}

/** A verdict as the questions that led to it. */
export function checksOf(verdict: Verdict): readonly Check[] {
  const { findings, reason, action } = verdict;
  if (reason === "number_rejected") {
    return CHECKS.map((name) => ({
      name,
      outcome: name === "number" ? "stopped" : "unasked",
      decided: name === "number",
      findings: [],
    }));
  }
  let isDecided = false;
  return CHECKS.map((name): Check => {
    const here = findings.filter((finding) => placeOf(finding) === name);
    const decided = !isDecided && here.some((finding) => finding.reason === reason);
    isDecided ||= decided;
    if (name === "number") return { name, outcome: "passed", decided, findings: here };
    if (here.length === 0) return { name, outcome: "quiet", decided, findings: here };
    const stops = here.some((finding) => ["block", "hold", "challenge"].includes(finding.action));
    const outcome = stops ? (decided && action !== "allow" ? "stopped" : "would") : "lets";
    return { name, outcome, decided, findings: here };
  });
}

function placeOf(finding: Finding): CheckName {
  return CHECKS.find((name) => name === finding.step) ?? (finding.type === "limit" ? "ceiling" : "destination");
}
