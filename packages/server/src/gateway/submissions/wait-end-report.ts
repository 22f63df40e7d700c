import type { EpochMilliseconds } from "@safeguard/core";
import type { Notice } from "../../store/journal-record.ts";
import type { SubmissionOutcome } from "../outbound/connector.ts";

/** Twilio's codes for a message whose validity period is over, and for an account that is not active. */
const TWILIO_EXPIRED = "30036";
const TWILIO_SUSPENDED = "30002";

/** What a client of this dialect is told of a message that was accepted, and then was not sent in time or not any more. */
export function wastedReport(
  dialect: "native" | "twilio" | "cm",
  how: "expired" | "suspended",
  at: EpochMilliseconds,
): Notice["report"] {
  const text = how === "expired" ? "It could not be sent in time" : "The account or key is suspended";
  const twilioCode = how === "expired" ? TWILIO_EXPIRED : TWILIO_SUSPENDED;
  // CM.com documents no number for either.
  const code = dialect === "twilio" ? twilioCode : dialect === "cm" ? undefined : how;
  return { status: "failed", occurredAt: at, code, text };
}

/** What a client is told of a message that was accepted, and then refused by every provider that was asked. */
export function refusalReport(
  outcome: Extract<SubmissionOutcome, { readonly type: "refused" }>,
  at: EpochMilliseconds,
): Notice["report"] {
  return { status: "failed", occurredAt: at, code: outcome.code, text: outcome.text };
}
