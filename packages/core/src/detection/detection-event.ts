import type { AccountId, EpochMilliseconds } from "../brand.ts";
import type { Scope } from "../detectors/evidence.ts";
import type { E164 } from "../numbering/e164.ts";
import type { AccountDetection } from "./account-detection.ts";
import { lineOf } from "./detection-query.ts";
import type { PastStep } from "./past-step.ts";

/** What became of a message: see the feedback events. */
export const OUTCOME_KINDS = ["delivered", "failed", "verified", "activity", "banned"] as const;
export type OutcomeKind = (typeof OUTCOME_KINDS)[number];

/** What an operator says of an incident. */
export type IncidentWord = "acknowledge" | "release" | "close" | "false_alarm" | "undo_false_alarm";

/** What reaches detection besides messages, in the order of the journal. */
export type DetectionEvent =
  /** What became of a message that was decided on at `sentAt`; learned at `at`. */
  | {
      readonly type: "outcome";
      readonly account: AccountId;
      readonly to: E164;
      readonly kind: OutcomeKind;
      readonly sentAt: EpochMilliseconds;
      readonly at: EpochMilliseconds;
      /** Of `verified`: so many codes were entered until one was right, from 1. Absent: not known. */
      readonly attempts?: number | undefined;
    }
  /** A number that is known to be verified, from before Safeguard. */
  | {
      readonly type: "verified_known";
      readonly account: AccountId;
      readonly to: E164;
      readonly firstAt: EpochMilliseconds;
      readonly lastAt: EpochMilliseconds;
    }
  /** Whatever was known of a number's verifications is to be forgotten. */
  | { readonly type: "verified_forgotten"; readonly account: AccountId; readonly to: E164 }
  /** An operator's word on an incident. A false alarm lets its ranges be for 30 days. */
  | {
      readonly type: "incident_judged";
      readonly account: AccountId;
      readonly incident: number;
      readonly word: IncidentWord;
      readonly at: EpochMilliseconds;
    }
  /** An operator contains a range, with or without an incident. */
  | {
      readonly type: "range_contained";
      readonly account: AccountId;
      readonly scope: Extract<Scope, { readonly type: "block" }>;
      readonly incident: number | undefined;
      readonly until: EpochMilliseconds;
      readonly at: EpochMilliseconds;
    }
  /** Only verified numbers pass until then. `until` not after `at`: it ends. */
  | {
      readonly type: "lockdown_set";
      readonly account: AccountId;
      readonly until: EpochMilliseconds;
      readonly at: EpochMilliseconds;
    }
  /** Detection stands aside until then; static rules stay. */
  | {
      readonly type: "bypass_set";
      readonly account: AccountId;
      readonly until: EpochMilliseconds;
      readonly at: EpochMilliseconds;
    }
  /** Traffic from before Safeguard decided, in the order of time (see `AccountDetection.learnPast`). `at`: when it was told. */
  | {
      readonly type: "past_learned";
      readonly account: AccountId;
      readonly steps: readonly PastStep[];
      readonly at: EpochMilliseconds;
    }
  /** No more of it. */
  | { readonly type: "learning_ended"; readonly account: AccountId; readonly at: EpochMilliseconds }
  /** What was measured of the account's traffic is forgotten (see `AccountDetection.beginAnew`). */
  | {
      readonly type: "begun_anew";
      readonly account: AccountId;
      readonly wasTrial: boolean;
      readonly at: EpochMilliseconds;
    };

export function applyDetectionEvent(detection: AccountDetection, event: DetectionEvent): void {
  switch (event.type) {
    case "outcome":
      detection.outcome(lineOf(event.to), event.kind, event.sentAt, event.at, event.attempts);
      return;
    case "verified_known":
      detection.verified(lineOf(event.to), event.firstAt, event.lastAt);
      return;
    case "verified_forgotten":
      detection.forgetVerified(lineOf(event.to));
      return;
    case "incident_judged":
      detection.judgeIncident(event.incident, event.word, event.at);
      return;
    case "range_contained":
      detection.containRange(event.scope, event.incident, event.until, event.at);
      return;
    case "lockdown_set":
      detection.lockDown(event.until);
      return;
    case "bypass_set":
      detection.bypass(event.until);
      return;
    case "past_learned":
      detection.learnPast(event.steps, event.at);
      return;
    case "learning_ended":
      detection.endLearning(event.at);
      return;
    case "begun_anew":
      detection.beginAnew(event.at, event.wasTrial);
      return;
  }
}
