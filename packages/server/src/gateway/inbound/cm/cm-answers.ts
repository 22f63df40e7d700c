import { limitRetryAt, NUMBER_REJECTION_SENTENCES, REASONS, type ReasonFamily, type Verdict } from "@safeguard/core";
import type { Explain } from "../../../decisions/view-decision.ts";
import type { RefusalKind, SubmissionOutcome } from "../../outbound/connector.ts";
import type { ScreeningResult } from "../../screening-port.ts";
import { CM_ERROR, type CmAnswer, type CmMessageAnswer, readCmMessageAnswer } from "../../wire/cm-answer.ts";
import type { InboundReply } from "../exchange.ts";

/** Why a request or one message of it is refused: CM.com's code, and a sentence for the person who reads it. */
export interface CmProblem {
  readonly code: number;
  readonly details: string;
}

/**
 * What a client sees of a message that was decided against and is refused at once (`reject`). CM.com documents the
 * codes; which of them stands for which family is our choice. Hold and challenge are answered like a block: this
 * dialect has no way to say "ask again" or "let the person prove himself".
 */
const CODE_BY_FAMILY: Readonly<Record<ReasonFamily, number>> = {
  allowed: CM_ERROR.rejected,
  network: CM_ERROR.rejected,
  number: CM_ERROR.msisdn,
  destination: CM_ERROR.blacklisted,
  limit: CM_ERROR.rejected,
  detection: CM_ERROR.spam,
};

/** What a client sees of a message that a provider of another dialect, or none at all, refused. */
const CODE_BY_REFUSAL: Readonly<Record<RefusalKind, number>> = {
  throttled: CM_ERROR.rejected,
  credentials: CM_ERROR.internal,
  recipient: CM_ERROR.msisdn,
  content: CM_ERROR.body,
  blocked: CM_ERROR.rejected,
  unavailable: CM_ERROR.internal,
  untranslatable: CM_ERROR.field,
  other: CM_ERROR.rejected,
};

/** Why one message was not taken; undefined: it was, or may have been (in doubt: a refusal would make the client send again). */
export function problemOf(result: ScreeningResult, explain: Explain): CmProblem | undefined {
  switch (result.type) {
    case "rejected":
      return {
        code: CM_ERROR.msisdn,
        details: `This is no recipient number: ${NUMBER_REJECTION_SENTENCES[result.rejection.code]}`,
      };
    case "stopped":
      return result.answer === "report" ? undefined : problemOfVerdict(result.verdict, explain);
    case "waits":
      return undefined;
    case "repeated":
      return problemOfRepeated(result, explain);
    case "submitted":
      return result.outcome.type === "refused" ? problemOfRefusal(result.outcome) : undefined;
  }
}

export function problemOfVerdict(verdict: Verdict, explain: Explain): CmProblem {
  return { code: CODE_BY_FAMILY[REASONS[verdict.reason].family], details: explain(verdict) };
}

/** A client that was told of a refusal is told of it again; whoever got "accepted" gets that. */
function problemOfRepeated(
  { message, answer }: Extract<ScreeningResult, { type: "repeated" }>,
  explain: Explain,
): CmProblem | undefined {
  const { status, verdict, waiting } = message;
  if (status === "refused")
    return { code: CM_ERROR.rejected, details: message.errorText ?? "The provider refused the message" };
  const stopped = verdict.action !== "allow" && waiting === undefined;
  return stopped && answer === "reject" ? problemOfVerdict(verdict, explain) : undefined;
}

function problemOfRefusal(outcome: Extract<SubmissionOutcome, { type: "refused" }>): CmProblem {
  // A CM.com gateway's own code for this message is passed on as it is.
  const own = readCmMessageAnswer(outcome.answer?.body);
  const code = own?.status === "Rejected" ? own.messageErrorCode : CODE_BY_REFUSAL[outcome.kind];
  return { code, details: outcome.text };
}

/** Stopped by a limit, ours or the provider's: the same request may do better later. */
export function isThrottled(result: ScreeningResult): boolean {
  if (result.type === "stopped") return result.answer === "reject" && REASONS[result.verdict.reason].family === "limit";
  return result.type === "submitted" && result.outcome.type === "refused" && result.outcome.kind === "throttled";
}

/** Seconds until a message that a limit stopped may go; undefined: it was not one, or waiting does not help. */
export function secondsUntilFree(result: ScreeningResult, at: number): number | undefined {
  const free = result.type === "stopped" ? limitRetryAt(result.verdict) : undefined;
  return free === undefined ? undefined : (free - at) / 1_000;
}

export function acceptedLine(to: string, reference: string | undefined, parts: number): CmMessageAnswer {
  return {
    to,
    status: "Accepted",
    reference: reference ?? null,
    parts,
    messageDetails: null,
    messageErrorCode: CM_ERROR.none,
  };
}

export function rejectedLine(to: string, reference: string | undefined, problem: CmProblem): CmMessageAnswer {
  return {
    to,
    status: "Rejected",
    reference: reference ?? null,
    parts: 0,
    messageDetails: problem.details,
    messageErrorCode: problem.code,
  };
}

/**
 * The reply to a well-formed request. All accepted: 200 and 0. Some: 200 and 201. None: 400 and 201, or 200 where the
 * account wants that; 429 when a limit, ours or the provider's, is all that stood in the way, with when to come back.
 */
export function linesReply(
  lines: readonly CmMessageAnswer[],
  options: {
    readonly alwaysOk: boolean;
    readonly allThrottled: boolean;
    readonly retryAfterSeconds?: number | undefined;
  },
): InboundReply {
  let accepted = 0;
  for (const line of lines) if (line.status === "Accepted") accepted++;
  const refusedStatus = options.alwaysOk ? 200 : options.allThrottled ? 429 : 400;
  const reply = jsonReply(accepted > 0 ? 200 : refusedStatus, {
    details: `Created ${accepted} message(s)`,
    errorCode: accepted === lines.length ? CM_ERROR.none : CM_ERROR.someRejected,
    messages: lines,
  });
  const seconds = options.retryAfterSeconds;
  return seconds === undefined || reply.status !== 429
    ? reply
    : { ...reply, headers: { ...reply.headers, "retry-after": String(Math.max(Math.ceil(seconds), 1)) } };
}

/** The reply to a request that is wrong as a whole: nothing was sent. */
export function problemReply(problem: CmProblem, status = 400): InboundReply {
  return jsonReply(status, { details: problem.details, errorCode: problem.code, messages: [] });
}

function jsonReply(status: number, answer: CmAnswer): InboundReply {
  return { status, headers: JSON_HEADERS, body: JSON.stringify(answer) };
}

const JSON_HEADERS = { "content-type": "application/json; charset=utf-8" };
