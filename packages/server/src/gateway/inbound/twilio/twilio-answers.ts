import {
  limitRetryAt,
  NUMBER_REJECTION_SENTENCES,
  REASONS,
  type ReasonFamily,
  type RejectedRecipient,
} from "@safeguard/core";
import type { RefusalKind, SubmissionOutcome } from "../../outbound/connector.ts";
import type { StoppingVerdict } from "../../screening-port.ts";
import { TWILIO_ERRORS, type TwilioErrorName, type TwilioProblem } from "./twilio-error.ts";

/** What a client hears of a stop at once, by what the reason belongs to. */
const STOPPED: Readonly<Record<ReasonFamily, TwilioErrorName>> = {
  // `allowed` never stops a message.
  allowed: "delivery_blocked",
  network: "forbidden",
  number: "invalid_to",
  destination: "region_not_enabled",
  limit: "too_many_requests",
  detection: "delivery_blocked",
};

/** The `error_code` of a message that was answered as accepted and then failed because we stopped it. */
const FAILED: Readonly<Record<ReasonFamily, number>> = {
  allowed: TWILIO_ERRORS.delivery_blocked.code,
  network: TWILIO_ERRORS.delivery_blocked.code,
  number: TWILIO_ERRORS.invalid_to.code,
  destination: TWILIO_ERRORS.region_not_enabled.code,
  limit: TWILIO_ERRORS.delivery_blocked.code,
  detection: TWILIO_ERRORS.delivery_blocked.code,
};

/** A provider's refusal in words of another dialect, by its kind. */
const REFUSED: Readonly<Record<RefusalKind, TwilioErrorName>> = {
  throttled: "too_many_requests",
  // Our credential at the provider is wrong, not the customer's at ours: a 401 would send him on a false trail.
  credentials: "internal",
  recipient: "invalid_to",
  content: "cannot_be_sent",
  blocked: "filtered",
  unavailable: "unavailable",
  untranslatable: "cannot_be_sent",
  other: "cannot_be_sent",
};

type Refusal = Extract<SubmissionOutcome, { type: "refused" }>;

/** Twilio's "Unknown error": for a failure that the provider explained in another dialect, or not at all. */
const UNKNOWN_FAILURE = 30008;

/** The text is no number. `to` as the client typed it, with its prefix. */
export function rejectedAnswer(to: string, rejection: RejectedRecipient): TwilioProblem {
  const why = NUMBER_REJECTION_SENTENCES[rejection.code];
  return {
    error: STOPPED.number,
    message: `The 'To' number ${to.slice(0, 64)} is not a valid phone number: ${why}.`,
  };
}

/** We stopped it and say so at once. `to` is the canonical number, with its prefix. */
export function stoppedAnswer(to: string, verdict: StoppingVerdict, at: number): TwilioProblem {
  if (verdict.action === "hold")
    return {
      error: "too_many_requests",
      message: "Too Many Requests: this message is held back for now. Send it again after Retry-After.",
      retryAfterSeconds: (verdict.until - at) / 1_000,
    };
  if (verdict.action === "challenge")
    return {
      error: "delivery_blocked",
      message:
        "Message delivery blocked: have the person prove that he is one (a captcha, another channel) before sending again.",
    };
  const free = limitRetryAt(verdict);
  const answer = blockedAnswer(to, REASONS[verdict.reason].family);
  return free === undefined ? answer : { ...answer, retryAfterSeconds: (free - at) / 1_000 };
}

/** What a client hears of a block at once. */
export function blockedAnswer(to: string, family: ReasonFamily): TwilioProblem {
  const error = STOPPED[family];
  return { error, message: STOPPED_MESSAGES[error]?.(to) ?? "Message delivery blocked" };
}

const STOPPED_MESSAGES: Readonly<Partial<Record<TwilioErrorName, (to: string) => string>>> = {
  region_not_enabled: (to) =>
    `Permission to send an SMS has not been enabled for the region indicated by the 'To' number: ${to}`,
  invalid_to: (to) => `The 'To' number ${to} is not a valid phone number.`,
  too_many_requests: () => "Too Many Requests",
  forbidden: () => "Requests from your network are not allowed for this account.",
};

/** The provider refused it, in words that are not Twilio's. */
export function refusedAnswer(to: string, refusal: Refusal): TwilioProblem {
  // Without a route nothing changes until the operator sets one: no reason to try again soon.
  if (refusal.code === NO_ROUTE) return { error: "cannot_be_sent", message: cannotBeSent(to, refusal.text) };
  const retryAfterSeconds = retryAfterOf(refusal);
  return {
    error: REFUSED[refusal.kind],
    message: refusedMessage(to, refusal),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  };
}

/** Seconds after which a refused message may be sent again: the provider's, else one for a throttled message. */
export function retryAfterOf(refusal: Refusal): number | undefined {
  return refusal.answer?.retryAfterSeconds ?? (refusal.kind === "throttled" ? 1 : undefined);
}

/** The code of a message that no provider is configured for. */
const NO_ROUTE = "no_route";

function cannotBeSent(to: string, why: string): string {
  return `Message cannot be sent with the current combination of 'To' (${to}) and/or 'From' parameters: ${why}`;
}

function refusedMessage(to: string, refusal: Refusal): string {
  const said = refusal.text === "" ? "it gave no reason" : refusal.text.slice(0, 300);
  switch (refusal.kind) {
    case "throttled":
      return "Too Many Requests: the provider asks for fewer messages.";
    case "credentials":
      return "The gateway could not sign in at its provider. Nothing was sent; your own credentials are in order.";
    case "recipient":
      return `The 'To' number ${to} is not a valid phone number: the provider refused it (${said}).`;
    case "unavailable":
      return `Service unavailable: nothing was sent (${said}).`;
    case "untranslatable":
    case "content":
    case "other":
      return cannotBeSent(to, said);
    case "blocked":
      return `Message filtered: the provider refused it (${said}).`;
  }
}

/**
 * `error_code` of a message that failed: by our own reason where we stopped it, else the provider's code where it is one
 * of Twilio's five-digit ones, else "Unknown error".
 */
export function failureCode(stoppedFor: ReasonFamily | undefined, providerCode: string | undefined): number {
  if (stoppedFor !== undefined) return FAILED[stoppedFor];
  return providerCode !== undefined && /^[1-9]\d{4}$/.test(providerCode) ? Number(providerCode) : UNKNOWN_FAILURE;
}

/** `error_message` beside {@link failureCode}. */
export function failureMessage(code: number, providerText: string | undefined): string {
  if (code === TWILIO_ERRORS.delivery_blocked.code) return "Message delivery blocked";
  if (code === TWILIO_ERRORS.region_not_enabled.code)
    return "Permission to send an SMS has not been enabled for the region indicated by the 'To' number";
  return providerText ?? "Unknown error";
}
