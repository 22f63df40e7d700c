import type { AccountId, Destination, E164, EpochMilliseconds, Verdict } from "@safeguard/core";
import { type Account, DEFAULT_ANSWERS } from "../../accounts/account.ts";
import type { MessageId } from "../../gateway/message-id.ts";
import type { SubmissionOutcome } from "../../gateway/outbound/connector.ts";
import type { JournalRecord, MessageDecided } from "../journal-record.ts";

/** Records as the server writes them, for tests and benchmarks of the store. */

/** 2026-11-22T12:00:00Z. */
export const NOON = Date.UTC(2026, 10, 22, 12) as EpochMilliseconds;

export function at(offset: number): EpochMilliseconds {
  return (NOON + offset) as EpochMilliseconds;
}

export const ACME = "acc_acme0000000000000000" as AccountId;
export const OTHER = "acc_other000000000000000" as AccountId;

export function sampleVerdict(action: "allow" | "block"): Verdict {
  const destination = "NL" as Destination;
  const blocked = action === "block";
  return {
    action,
    reason: blocked ? "destination_blocked" : "destination_allowed",
    findings: [
      {
        type: "policy",
        step: "destination",
        action: blocked ? "block" : "filter",
        reason: blocked ? "destination_blocked" : "destination_allowed",
        ground: { type: "destination", destination, action: blocked ? "block" : "filter" },
        level: 0,
      },
    ],
    score: 0,
    policy: { policy: "default", revisions: [3] },
    degraded: [],
    detection: "filter",
  };
}

/** A message that was allowed and is about to be submitted to `sandbox`, unless `changes` say otherwise. */
export function messageDecided(id: MessageId, changes: Partial<MessageDecided> = {}): MessageDecided {
  return {
    type: "message_decided",
    id,
    at: NOON,
    account: ACME,
    key: "key_acme0000000000000000",
    to: "+31612345678" as E164,
    candidates: ["NL"],
    numberType: "mobile",
    valid: true,
    originator: "Acme",
    channel: "sms",
    purpose: "otp",
    riskCheck: "enable",
    verdict: sampleVerdict("allow"),
    dialect: "twilio",
    channels: ["sms"],
    removedChannels: [],
    segments: 1,
    price: { micros: 75_000, currency: "EUR" },
    intent: { attempt: 1, provider: "sandbox" },
    ...changes,
  };
}

export function messageBlocked(id: MessageId, changes: Partial<MessageDecided> = {}): MessageDecided {
  const { intent: _none, ...message } = messageDecided(id, { verdict: sampleVerdict("block"), answer: "reject" });
  return { ...message, ...changes };
}

export function decisionMade(
  id: MessageId,
  changes: Partial<Extract<JournalRecord, { type: "decision_made" }>> = {},
): Extract<JournalRecord, { type: "decision_made" }> {
  const { account, key, to, candidates, numberType, valid, originator, channel, purpose, riskCheck, verdict } =
    messageDecided(id);
  const decided = { account, key, to, candidates, numberType, valid, originator, channel, purpose, riskCheck, verdict };
  return { type: "decision_made", id, at: NOON, ...decided, ...changes };
}

export function accepted(providerId: string): SubmissionOutcome {
  return { type: "accepted", providerId, answer: undefined };
}

export function submissionEnded(
  message: MessageId,
  outcome: SubmissionOutcome,
  offset = 5,
  attempt = 1,
): JournalRecord {
  return { type: "submission_ended", message, at: at(offset), provider: "sandbox", attempt, outcome };
}

export function sampleAccount(id: AccountId, name: string): Account {
  return {
    id,
    name,
    twilioSid: `AC${"0".repeat(32)}`,
    currency: "EUR",
    networks: [],
    defaultPolicy: "default",
    senderPolicies: {},
    defaultPurpose: "otp",
    answers: DEFAULT_ANSWERS,
    reports: {},
    createdAt: NOON,
  };
}
