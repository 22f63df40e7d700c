import type { EpochMilliseconds } from "@safeguard/core";
import type { JournalRecord, OutcomeSubject } from "../../store/journal-record.ts";
import type { MessageId } from "../message-id.ts";
import type { DeliveryStatus } from "./delivery-report.ts";

/**
 * What can become of a message. `delivered`, `failed`: on its way to the handset. `verified`: the person completed what it
 * was for. `activity`: the person later did something real. `banned`: the account found that it was fraud.
 */
export const OUTCOME_KINDS = ["delivered", "failed", "verified", "activity", "banned"] as const;
export type OutcomeKind = (typeof OUTCOME_KINDS)[number];

/** An outcome as the engine hears of it, whatever way it came in. */
export interface Outcome extends OutcomeSubject {
  readonly kind: OutcomeKind;
  readonly message: MessageId;
  /** When it happened, as claimed. */
  readonly occurredAt: EpochMilliseconds;
  /** When we learned of it: the record's time. */
  readonly at: EpochMilliseconds;
  /** Of `verified`: codes entered until one was right. Absent: not known. */
  readonly attempts?: number;
}

/** The outcome that a record tells; undefined: none. The same for live records and for those that are read again. */
export function outcomeOf(record: JournalRecord): Outcome | undefined {
  if (record.type === "outcome_reported") {
    const { account, to, purpose, sentAt, kind, message, occurredAt, at, uncounted, attempts } = record;
    return {
      ...{ account, to, purpose, sentAt, kind, message, occurredAt, at },
      ...(uncounted !== undefined && { uncounted }),
      ...(attempts !== undefined && { attempts }),
    };
  }
  if (record.type !== "delivery_reported" || record.about === undefined) return undefined;
  const { message, status, occurredAt } = record.report;
  const kind = OUTCOMES[status];
  return kind === undefined ? undefined : { ...record.about, kind, message, occurredAt, at: record.at };
}

/** What a delivery status means as an outcome; undefined: nothing yet. */
export const OUTCOMES: Readonly<Record<DeliveryStatus, "delivered" | "failed" | undefined>> = {
  sent: undefined,
  delivered: "delivered",
  read: "delivered",
  undelivered: "failed",
  failed: "failed",
};
