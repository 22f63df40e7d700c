import type {
  CeilingSubject,
  DetectionOpinion,
  Evidence,
  Finding,
  LimitFinding,
  PolicyFinding,
  Scope,
  UnansweredLimit,
} from "@safeguard/core";

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

/** A limit, as the API shows it: money in units. */
export interface LimitFindingView {
  readonly type: "limit";
  readonly step: "ceiling";
  readonly action: "block";
  readonly reason: string;
  readonly name: string;
  readonly per: CeilingSubject | null;
  readonly window: string | null;
  readonly count?: number;
  readonly amount?: number;
  readonly most?: number;
  readonly currency?: string;
  readonly retryAt?: string;
  readonly level: number;
}

export type FindingView = PolicyFinding | LimitFindingView | DetectionFindingView;

export function viewOfFinding(finding: Finding): FindingView {
  if (finding.type === "policy") return finding;
  if (finding.type === "limit") return viewOfLimit(finding);
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

/** What a limit of an account above has counted is other accounts' too, so no amounts of it are shown. */
function viewOfLimit({ per, window, count, amount, most, retryAt, ...rest }: LimitFinding): LimitFindingView {
  const { currency, level } = rest;
  const units = (sum: number): number => (currency === undefined ? sum : sum / 1_000_000);
  return {
    ...rest,
    step: "ceiling",
    action: "block",
    per: per ?? null,
    window: window ?? null,
    ...(level === 0 && { count: units(count), amount: units(amount), most: units(most) }),
    ...(retryAt !== undefined && { retryAt: new Date(retryAt).toISOString() }),
  };
}

function stepOf({ reason }: DetectionOpinion): DetectionFindingView["step"] {
  if (reason === "number_unanswered") return "limit";
  return reason === "range_contained" || reason === "lockdown" ? "containment" : "detection";
}
