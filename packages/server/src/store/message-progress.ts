import type { EpochMilliseconds } from "@safeguard/core";
import type { DeliveryReport, DeliveryStatus } from "../gateway/feedback/delivery-report.ts";
import type { SubmissionOutcome } from "../gateway/outbound/connector.ts";
import type { SettledOutcome, SubmissionIntent, WaitEnd, WaitState } from "./journal-record.ts";
import type { MessageStatus } from "./store.ts";

/** What the decision came to, and what became of the message before or instead of an attempt. */
export const MESSAGE_DECISIONS = [
  "allowed",
  "blocked",
  "held",
  "challenged",
  "scheduled",
  "queued",
  "expired",
  "canceled",
] as const;
export type MessageDecision = (typeof MESSAGE_DECISIONS)[number];

/** It may yet be submitted, and no attempt is under way. */
const WAITING: ReadonlySet<MessageDecision> = new Set(["held", "scheduled", "queued"]);

/** Where the latest attempt stands, from the least to the most that can be known of it. */
export const SUBMISSION_STATES = ["submitting", "in_doubt", "refused", "submitted"] as const;
export type SubmissionState = (typeof SUBMISSION_STATES)[number];

/** A provider's code and text for what went wrong. */
export interface MessageFault {
  readonly code: string | undefined;
  readonly text: string | undefined;
}

export interface SubmissionProgress {
  readonly attempt: number;
  readonly state: SubmissionState;
  readonly provider: string;
  readonly providerId: string | undefined;
  readonly fault: MessageFault | undefined;
}

/** The report that says most. */
export interface ReportProgress extends MessageFault {
  readonly status: DeliveryStatus;
  readonly occurredAt: EpochMilliseconds;
}

/**
 * How far a message has come. It only ever grows: each fact is joined to what is known, and the join does not depend on
 * order or repetition. So duplicate, late and disordered reports end in one state, and no final state is taken back.
 */
export interface MessageProgress {
  readonly decision: MessageDecision;
  readonly submission: SubmissionProgress | undefined;
  readonly report: ReportProgress | undefined;
  /** The latest time that any report named. */
  readonly reportedAt: EpochMilliseconds | undefined;
}

/** An attempt begins: what waited is allowed. */
export function joinIntent(progress: MessageProgress, intent: SubmissionIntent): MessageProgress {
  const decision = WAITING.has(progress.decision) ? "allowed" : progress.decision;
  return joinSubmission(
    { ...progress, decision },
    {
      attempt: intent.attempt,
      state: "submitting",
      provider: intent.provider,
      providerId: undefined,
      fault: undefined,
    },
  );
}

/** Decided again after a refusal or a wait, and stopped: that stands, whatever comes after it. */
export function joinStop(progress: MessageProgress, decision: MessageDecision): MessageProgress {
  return progress.decision === "allowed" || WAITING.has(progress.decision) ? { ...progress, decision } : progress;
}

/** It waits, for the first time or again. */
export function joinWait(progress: MessageProgress, state: WaitState): MessageProgress {
  return progress.decision === "allowed" || WAITING.has(progress.decision)
    ? { ...progress, decision: state }
    : progress;
}

/**
 * It waits no more. After an attempt, what that came to stands; also where the doubt came between the look at what waits and
 * its end.
 */
export function joinWaitEnd(progress: MessageProgress, how: WaitEnd): MessageProgress {
  if (!WAITING.has(progress.decision)) return progress;
  const { submission } = progress;
  if (submission?.state === "in_doubt" || submission?.state === "submitting")
    return { ...progress, decision: "allowed" };
  switch (how) {
    case "submitted":
    case "refused":
    case "in_doubt":
      return { ...progress, decision: "allowed" };
    case "expired":
      return { ...progress, decision: "expired" };
    case "canceled":
    case "suspended":
    case "erased":
      return { ...progress, decision: "canceled" };
    case "stopped":
      return progress;
  }
}

/** An attempt ends, or what was in doubt is known at last. */
export function joinOutcome(
  progress: MessageProgress,
  provider: string,
  attempt: number,
  outcome: SubmissionOutcome,
): MessageProgress {
  switch (outcome.type) {
    case "accepted":
      return joinSubmission(progress, {
        attempt,
        state: "submitted",
        provider,
        providerId: outcome.providerId,
        fault: undefined,
      });
    case "refused": {
      const fault = { code: outcome.code, text: outcome.text };
      return joinSubmission(progress, { attempt, state: "refused", provider, providerId: undefined, fault });
    }
    case "in_doubt": {
      const fault = { code: outcome.cause, text: outcome.text };
      return joinSubmission(progress, { attempt, state: "in_doubt", provider, providerId: undefined, fault });
    }
  }
}

/** What a person found out of a message in doubt, as the outcome of its attempt. */
export function settledOutcome(settled: SettledOutcome): SubmissionOutcome {
  return settled === "sent"
    ? { type: "accepted", providerId: undefined, answer: undefined }
    : {
        type: "refused",
        kind: "other",
        code: "not_sent",
        text: "Settled by hand: it was not sent.",
        answer: undefined,
      };
}

/** Someone says what became of it. */
export function joinReport(progress: MessageProgress, report: Omit<DeliveryReport, "message">): MessageProgress {
  const { status, occurredAt, code, text } = report;
  const known = progress.report;
  const reportedAt =
    progress.reportedAt === undefined || occurredAt > progress.reportedAt ? occurredAt : progress.reportedAt;
  const saysMore = known === undefined || compareReports({ status, occurredAt, code, text }, known) > 0;
  return { ...progress, report: saysMore ? { status, occurredAt, code, text } : known, reportedAt };
}

/**
 * The one word for it. A stopped message stays stopped whatever is reported (the report is then our own); otherwise a
 * report is better evidence than the provider's first answer: it resolves a doubt, and overrules a refusal. One that waits
 * for another attempt is with the person after all when a report says so.
 */
export function messageStatus(progress: MessageProgress): MessageStatus {
  const { decision, report } = progress;
  if (decision === "queued" && report !== undefined && tellsOfSending(report.status)) return report.status;
  if (decision !== "allowed") return decision;
  return progress.report?.status ?? progress.submission?.state ?? "submitting";
}

/** Whoever says so has had it: it must not be sent again. */
export function tellsOfSending(status: DeliveryStatus): boolean {
  return status === "sent" || status === "delivered" || status === "read";
}

/** Is it possible that it waits, or is being submitted after a wait? */
export function mayWait({ decision, submission }: MessageProgress): boolean {
  return WAITING.has(decision) || (decision === "allowed" && submission?.state === "submitting");
}

/** What went wrong, if the status says that something did. */
export function messageFault(progress: MessageProgress): MessageFault | undefined {
  const { report, submission } = progress;
  if (report === undefined) return submission?.fault;
  return report.status === "failed" || report.status === "undelivered" ? report : undefined;
}

/** Later attempts replace earlier ones; within one, a later state replaces an earlier one, and the first of equals stays. */
function joinSubmission(progress: MessageProgress, next: SubmissionProgress): MessageProgress {
  const known = progress.submission;
  const replaces =
    known === undefined ||
    next.attempt > known.attempt ||
    (next.attempt === known.attempt && SUBMISSION_STATES.indexOf(next.state) > SUBMISSION_STATES.indexOf(known.state));
  return replaces ? { ...progress, submission: next } : progress;
}

/**
 * `delivered` beats every failure: the handset's word is positive evidence, a failure may be one hop's opinion. Between
 * the two failures the narrower one counts.
 */
const REPORT_RANK: Readonly<Record<DeliveryStatus, number>> = {
  sent: 1,
  failed: 2,
  undelivered: 3,
  delivered: 4,
  read: 5,
};

/** A total order over what reports say, so that any set of them has one greatest: by rank, then the earlier, then by text. */
function compareReports(a: ReportProgress, b: ReportProgress): number {
  return (
    REPORT_RANK[a.status] - REPORT_RANK[b.status] ||
    b.occurredAt - a.occurredAt ||
    compareTexts(a.code, b.code) ||
    compareTexts(a.text, b.text)
  );
}

function compareTexts(a: string | undefined, b: string | undefined): number {
  if (a === b) return 0;
  if (a === undefined) return -1;
  if (b === undefined) return 1;
  return a < b ? -1 : 1;
}
