import type { Milliseconds } from "@safeguard/core";
import type { JournalRecord } from "./journal-record.ts";

/** What is kept for different lengths of time. Configuration and its authors are kept for ever: they are the audit trail. */
export const RETENTION_CLASSES = [
  "requests",
  "notices",
  "decisions",
  "messages",
  "verified",
  "incidents",
  "usage",
] as const;
export type RetentionClass = (typeof RETENTION_CLASSES)[number];

export type Retention = Readonly<Record<RetentionClass, Milliseconds>>;

const DAY = 86_400_000;

/** How long the server keeps each class, with the reason. No setting changes it: detection and the docs count on these. */
export const DEFAULT_RETENTION: Retention = {
  /** Answers under an `Idempotency-Key`. A client retries within minutes; 24 hours is what the field promises. */
  requests: (1 * DAY) as Milliseconds,
  /** What customers' servers were told. Longer than the longest retry, and long enough to answer "you never told us". */
  notices: (30 * DAY) as Milliseconds,
  /**
   * Decisions without a message, and rejected numbers. Long enough to appeal a block after a monthly report, and longer than
   * the longest window of a limit (31 days), so that the journal alone can say what was counted.
   */
  decisions: (32 * DAY) as Milliseconds,
  /** Messages, submissions and deliveries. A provider's invoice comes monthly and can be disputed for some 60 days. */
  messages: (90 * DAY) as Milliseconds,
  /** Verified numbers, from their last verification: numbers change hands, and nobody stays trusted for ever. */
  verified: (180 * DAY) as Milliseconds,
  /** Incidents and alerts, which hold ranges and no numbers: a season's attacks can be compared with the year before. */
  incidents: (400 * DAY) as Milliseconds,
  /** Counts per day without any number: two years, so that a month can be compared with the same one a year before. */
  usage: (750 * DAY) as Milliseconds,
};

/** The class of a record; undefined: kept for ever. */
export function retentionClass(type: JournalRecord["type"]): RetentionClass | undefined {
  switch (type) {
    case "account_saved":
    case "key_saved":
    case "member_saved":
    case "audited":
    case "audit_exported":
    case "sending_resumed":
    case "prices_replaced":
    case "revision_saved":
    case "provider_saved":
    case "provider_removed":
    case "routes_saved":
    case "incident_judged":
    case "range_contained":
    case "lockdown_set":
    case "bypass_set":
    case "evidence_revealed":
    case "number_revealed":
    case "backtest_run":
    case "backtest_decisions_taken":
    case "backtest_deleted":
    case "number_erased":
    case "act_proposal_saved":
    case "brand_saved":
    case "rollout_saved":
    case "rollout_step_done":
    case "number_exported":
    case "detection_begun_anew":
    case "alert_settings_saved":
    case "receiver_paused":
    case "receiver_resumed":
      return undefined;
    case "incident_saved":
    case "detection_alert":
    case "alert_resolved":
      return "incidents";
    case "decision_made":
    case "message_rejected":
      return "decisions";
    case "message_decided":
    case "message_held":
    case "message_stopped":
    case "message_waits":
    case "message_due":
    case "wait_ended":
    case "submission_settled":
    case "submission_intended":
    case "submission_ended":
    case "delivery_reported":
    case "verification_reported":
    case "outcome_reported":
    case "verified_imported":
    case "verified_removed":
    case "past_traffic_learned":
    case "past_numbers_verified":
    case "past_learning_ended":
      return "messages";
    case "notice_queued":
    case "notice_attempted":
      return "notices";
    case "request_answered":
      return "requests";
  }
}

/** How many records of each class went from the journal; of `usage` and `verified`, how many lines of the tables. */
export type Removed = Record<RetentionClass, number>;

export function nothingRemoved(): Removed {
  return { requests: 0, notices: 0, decisions: 0, messages: 0, verified: 0, incidents: 0, usage: 0 };
}
