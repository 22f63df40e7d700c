import type { EpochMilliseconds } from "../brand.ts";
import type { DetectionOpinion } from "../detection/detection-finding.ts";
import type { LimitFinding } from "../limits/limit-finding.ts";
import type { PolicyGround } from "../policy/policy-document.ts";
import type { ReasonCode } from "./reason-code.ts";

/** What was found, in the order of the flow. The first that blocks decides; what later ones say is still recorded. */
export type Finding = PolicyFinding | LimitFinding | DetectionFinding;

/** Steps 6 and 7: what the number's limit of unanswered codes, a containment or a detector came to, with its numbers. */
export interface DetectionFinding {
  readonly type: "detection";
  /** What detection would do where it may. */
  readonly opinion: DetectionOpinion;
  /** What it may do with this message. */
  readonly mode: "monitor" | "enforce";
  readonly score: number;
  /** The account's incident that it belongs to. */
  readonly incident: number | undefined;
}

/** Step 3 or 4 of the flow: a rule of the account or of one above it. */
export interface PolicyFinding {
  readonly type: "policy";
  readonly step: "exception" | "destination";
  readonly action: "allow" | "monitor" | "filter" | "block";
  readonly reason: ReasonCode;
  readonly ground: PolicyGround;
  /** 0: the account's own rule (or one it starts from); 1: its parent's, and so on. */
  readonly level: number;
}

/**
 * A part that should have taken part in the decision and did not. `policy_missing`: the account, or one above it, is not
 * known; blocked. `numbering_table_unknown`: a revision was written under a numbering table that is not known any more,
 * so whether the number has moved since could not be asked. `detection_failed`: detection threw an error on this message;
 * rules and limits decided alone, or, where the policy says so, it was blocked. `price_unknown`: a limit counts money, and
 * the price of this message is not known in its currency; blocked, or counted as the maximum price.
 */
export const DEGRADED_MARKS = [
  "policy_missing",
  "numbering_table_unknown",
  "detection_failed",
  "price_unknown",
] as const;
export type DegradedMark = (typeof DEGRADED_MARKS)[number];

/** Which revision decided: the account's own first, then those above it, to the root. */
export interface PolicyStamp {
  readonly policy: string;
  /** `revisions[0]` is the account's own; 0 means that it has none and the default held. */
  readonly revisions: readonly number[];
}

interface VerdictBase {
  readonly reason: ReasonCode;
  readonly findings: readonly Finding[];
  /** 0 (no risk seen) to 100. */
  readonly score: number;
  readonly policy: PolicyStamp;
  readonly degraded: readonly DegradedMark[];
  /** May detection act on it (`filter`), only record (`monitor`), or not look (`allow`)? What steps 3 and 4 came to. */
  readonly detection: "allow" | "monitor" | "filter";
  /** What would have been done, where detection only monitors. */
  readonly would?: VerdictAction;
}

/** The answer to "may this message go out?". */
export type Verdict =
  | (VerdictBase & { readonly action: "allow" })
  | (VerdictBase & { readonly action: "hold"; readonly until: EpochMilliseconds })
  | (VerdictBase & { readonly action: "challenge" })
  | (VerdictBase & { readonly action: "block" });

export type VerdictAction = Verdict["action"];
