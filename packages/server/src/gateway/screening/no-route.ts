import type { SubmissionOutcome } from "../outbound/connector.ts";

/** The provider's answer when there is no provider. */
export const NO_ROUTE = {
  type: "refused",
  kind: "unavailable",
  code: "no_route",
  text: "No provider is configured for this destination.",
  answer: undefined,
} as const satisfies SubmissionOutcome;

/** Our answer when the account has as many messages waiting as it may. */
export const QUEUE_FULL = {
  type: "refused",
  kind: "throttled",
  code: "queue_full",
  text: "As many messages as may wait are waiting already.",
  answer: undefined,
} as const satisfies SubmissionOutcome;
