import { detectionFinding, type ReplayedMessage, type Scope } from "@safeguard/core";
import type { RowDecision } from "./traffic-file/decision-line.ts";

/** What the decisions file says of a message that was decided. */
export function rowDecision({ recorded, verdict, action, would }: ReplayedMessage): RowDecision {
  const { findings, reason, score } = verdict;
  const priceMicros = recorded.message.price?.micros;
  // Most messages are allowed by a rule, and detection has nothing to say.
  const last = findings.at(-1);
  const finding = last?.type === "detection" ? last : detectionFinding(verdict);
  const opinion = finding?.opinion;
  const scope =
    opinion === undefined
      ? undefined
      : "scope" in opinion
        ? opinion.scope
        : "evidence" in opinion
          ? opinion.evidence.scope
          : undefined;
  return {
    action,
    would: would === action ? "" : would,
    reason,
    score,
    range: scope === undefined ? "" : rangeColumn(scope),
    incident: finding?.incident === undefined ? "" : String(finding.incident),
    priceMicros,
  };
}

/** A row whose recipient is no number. */
export function rejectedDecision(priceMicros: number | undefined): RowDecision {
  return { action: "block", would: "", reason: "number_rejected", score: 0, range: "", incident: "", priceMicros };
}

/** `+22374453xxx`: as many places open as the range has. All never-converted blocks of a destination are no one range. */
function rangeColumn(scope: Scope): string {
  return scope.type === "block" ? scope.prefix + "x".repeat(String(scope.size).length - 1) : "";
}
