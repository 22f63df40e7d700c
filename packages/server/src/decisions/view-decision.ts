import { limitRetryAt, NUMBER_REJECTION_SENTENCES, REASONS, shownNumber, type Verdict } from "@safeguard/core";
import type { MessageId } from "../gateway/message-id.ts";
import type { DecisionRecord } from "../store/journal-record.ts";
import type { DecisionView } from "./decision-body.ts";
import { viewOfFinding } from "./view-finding.ts";

/** The plain sentence of a verdict. */
export type Explain = (verdict: Verdict) => string;

export type { DecisionRecord };

/** What a verdict says, as it stands in decisions and messages. */
export function viewOfVerdict(verdict: Verdict, explain: Explain) {
  return {
    action: verdict.action,
    reason: verdict.reason,
    sentence: explain(verdict),
    score: verdict.score,
    policy: { name: verdict.policy.policy, revisions: verdict.policy.revisions },
    findings: verdict.findings.map(viewOfFinding),
    degraded: verdict.degraded,
    ...(verdict.would === undefined ? undefined : { would: verdict.would }),
    ...(verdict.action === "hold" ? { holdUntil: isoOf(verdict.until) } : undefined),
  };
}

/** A recorded decision as the API shows it: the same at once and ever after. */
export function viewOfDecision(record: DecisionRecord, explain: Explain): DecisionView {
  if (record.type === "message_rejected") return viewOfRejection(record);
  return {
    ...viewOfDecided(record),
    ...viewOfVerdict(record.verdict, explain),
    ...retryAfter(record),
    rejection: null,
  };
}

/** Whole seconds from the decision until it may be asked for again. */
export function retryAfter({ at, verdict }: { readonly at: number; readonly verdict: Verdict }) {
  const then = verdict.action === "hold" ? verdict.until : limitRetryAt(verdict);
  return then === undefined ? undefined : { retryAfter: Math.max(Math.ceil((then - at) / 1000), 1) };
}

/** What was decided on. */
export function viewOfDecided(record: Exclude<DecisionRecord, { type: "message_rejected" }>) {
  const [first] = record.candidates;
  return {
    id: publicId(record.type === "decision_made" ? "dec_" : "msg_", record.id),
    at: isoOf(record.at),
    to: shownNumber(record.to),
    destination: record.candidates.length === 1 && first !== undefined ? first : null,
    candidates: record.candidates,
    twin: record.twin ?? null,
    numberType: record.numberType,
    valid: record.valid,
    from: record.originator,
    channel: record.channel,
    purpose: record.purpose,
  };
}

function viewOfRejection(record: Extract<DecisionRecord, { type: "message_rejected" }>): DecisionView {
  const { code, position } = record.rejection;
  return {
    id: publicId("dec_", record.id),
    at: isoOf(record.at),
    to: record.text,
    destination: null,
    candidates: [],
    twin: null,
    numberType: null,
    valid: false,
    from: "",
    channel: null,
    purpose: null,
    ...REJECTED,
    sentence: rejectionSentence(record.text, record.rejection.code),
    rejection: { code, position: position ?? null },
  };
}

/** The verdict on what is no number: it was never asked, because there is nothing to ask about. */
export const REJECTED = {
  action: "block",
  reason: "number_rejected",
  score: 0,
  policy: null,
  findings: [],
  degraded: [],
} satisfies Partial<DecisionView>;

export function rejectionSentence(text: string, code: keyof typeof NUMBER_REJECTION_SENTENCES): string {
  // Replacement by function: a `$&` in the text stays what it is.
  return REASONS.number_rejected.sentence
    .replace("{number}", () => JSON.stringify(text.slice(0, 64)))
    .replace("{rejection}", () => NUMBER_REJECTION_SENTENCES[code]);
}

export function publicId(prefix: "dec_" | "msg_", id: MessageId): string {
  return prefix + id;
}

/** 32 hex digits, alone or after `dec_`, `msg_` or Twilio's `SM` → the id; undefined for anything else. */
export function idFromPublic(text: string): MessageId | undefined {
  return /^(?:dec_|msg_|SM)?[0-9a-f]{32}$/.test(text) ? (text.slice(-32) as MessageId) : undefined;
}

let lastInstant = Number.NaN;
let lastText = "";

/** ISO 8601; the last one is remembered, because many requests share a millisecond. */
export function isoOf(instant: number): string {
  if (instant !== lastInstant) {
    lastText = new Date(instant).toISOString();
    lastInstant = instant;
  }
  return lastText;
}
