import type { EpochMilliseconds } from "../brand.ts";
import type { Evidence, Scope } from "../detectors/evidence.ts";

/** What detection says of a message, before it is asked what it may do. */
export type DetectionOpinion =
  /** Nothing speaks against it, or it is exempt. */
  | { readonly action: "allow"; readonly reason: "verified_number" | undefined }
  /** A suspected scope still has credit, or asks whether it is still attacked. */
  | {
      readonly action: "allow";
      readonly reason: "probe" | "range_watched" | "audit_release" | "stepped_down";
      readonly evidence: Evidence;
    }
  | {
      readonly action: "hold";
      readonly reason: "range_surge" | "new_blocks_surge";
      readonly evidence: Evidence;
      readonly until: EpochMilliseconds;
    }
  | {
      readonly action: "challenge";
      readonly reason: "range_surge" | "new_blocks_surge" | "large_cluster";
      readonly evidence: Evidence;
    }
  | { readonly action: "block"; readonly reason: "range_unanswered" | "range_faked"; readonly evidence: Evidence }
  | {
      readonly action: "block";
      readonly reason: "range_contained";
      readonly scope: Scope;
      readonly evidence: Evidence | undefined;
      /** An operator contained it: that acts in monitor, too. Absent: detection did. */
      readonly by?: "operator";
    }
  | { readonly action: "block"; readonly reason: "lockdown"; readonly until: EpochMilliseconds }
  | { readonly action: "challenge"; readonly reason: "number_unanswered"; readonly limit: UnansweredLimit }
  /** No outcomes are reported, and the account chose that new numbers prove themselves then. */
  | { readonly action: "challenge"; readonly reason: "outcomes_missing" };

/** Codes to one number that were not answered: a window's count and its limit. */
export interface UnansweredLimit {
  readonly count: number;
  readonly limit: number;
  readonly window: "hour" | "day";
}

/** An opinion with what else is known of it. */
export interface DetectionResult {
  readonly opinion: DetectionOpinion;
  /** 0 (no risk seen) to 100; 50 where the evidence reaches the threshold. */
  readonly score: number;
  /** The incident that it belongs to, by its number in the account. */
  readonly incident: number | undefined;
}

export const NO_OPINION: DetectionOpinion = { action: "allow", reason: undefined };
export const ALLOWED: DetectionResult = { opinion: NO_OPINION, score: 0, incident: undefined };
export const VERIFIED: DetectionResult = {
  opinion: { action: "allow", reason: "verified_number" },
  score: 0,
  incident: undefined,
};
