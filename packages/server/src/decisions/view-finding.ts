import type { DetectionOpinion, Evidence, Finding, PolicyFinding, Scope, UnansweredLimit } from "@safeguard/core";

/** What detection found, as the API shows it. */
export interface DetectionFindingView {
  readonly type: "detection";
  /** `limit`: codes to this number; `containment`: in force already, or a lockdown; `detection`: the evidence now. */
  readonly step: "limit" | "containment" | "detection";
  /** What detection would do where it may. */
  readonly action: DetectionOpinion["action"];
  readonly reason: string;
  readonly mode: "monitor" | "enforce";
  readonly score: number;
  /** Number of the account's incident that it belongs to. */
  readonly incident: number | null;
  readonly evidence?: Evidence;
  readonly scope?: Scope;
  readonly limit?: UnansweredLimit;
  readonly until?: string;
}

export type FindingView = PolicyFinding | DetectionFindingView;

export function viewOfFinding(finding: Finding): FindingView {
  if (finding.type === "policy") return finding;
  const { opinion, mode, score, incident } = finding;
  return {
    type: "detection",
    step: stepOf(opinion),
    action: opinion.action,
    reason: opinion.reason ?? "none",
    mode,
    score,
    incident: incident ?? null,
    ...("evidence" in opinion && opinion.evidence !== undefined ? { evidence: opinion.evidence } : undefined),
    ...("scope" in opinion ? { scope: opinion.scope } : undefined),
    ...("limit" in opinion ? { limit: opinion.limit } : undefined),
    ...("until" in opinion ? { until: new Date(opinion.until).toISOString() } : undefined),
  };
}

function stepOf({ reason }: DetectionOpinion): DetectionFindingView["step"] {
  if (reason === "number_unanswered") return "limit";
  return reason === "range_contained" || reason === "lockdown" ? "containment" : "detection";
}
