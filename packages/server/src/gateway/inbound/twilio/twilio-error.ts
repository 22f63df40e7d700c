import type { InboundReply } from "../exchange.ts";

/** One line of Twilio's error dictionary as we use it: the code, and the HTTP status it comes with. */
interface TwilioErrorLine {
  readonly code: number;
  readonly status: number;
}

/**
 * Every error that this dialect answers. The codes are from Twilio's "Error and Warning Dictionary"; docs/reference/twilio-dialect.md
 * says which pairs of case and code are Twilio's and which are our choice.
 */
export const TWILIO_ERRORS = {
  /** Twilio has no code for a body that cannot be read: its "400 Bad Request" stands for all of them. */
  bad_request: { code: 400, status: 400 },
  not_acceptable: { code: 400, status: 406 },
  too_large: { code: 400, status: 413 },
  unsupported_media_type: { code: 400, status: 415 },
  authenticate: { code: 20003, status: 401 },
  /** "Account not active": the code is Twilio's for a suspended account, the status our choice. */
  not_active: { code: 20005, status: 401 },
  method_not_allowed: { code: 20004, status: 405 },
  forbidden: { code: 20403, status: 403 },
  not_found: { code: 20404, status: 404 },
  too_many_requests: { code: 20429, status: 429 },
  internal: { code: 20500, status: 500 },
  unavailable: { code: 20503, status: 503 },
  invalid_to: { code: 21211, status: 400 },
  invalid_from: { code: 21212, status: 400 },
  region_not_enabled: { code: 21408, status: 400 },
  body_missing: { code: 21602, status: 400 },
  from_missing: { code: 21603, status: 400 },
  to_missing: { code: 21604, status: 400 },
  /** Our choice: Twilio's documentation names none for it. */
  cannot_cancel: { code: 20409, status: 409 },
  invalid_validity: { code: 21624, status: 400 },
  send_at_missing: { code: 35111, status: 400 },
  send_at_invalid: { code: 35114, status: 400 },
  invalid_status_callback: { code: 21609, status: 400 },
  cannot_be_sent: { code: 21612, status: 400 },
  body_too_long: { code: 21617, status: 400 },
  channels_differ: { code: 21910, status: 400 },
  filtered: { code: 30007, status: 400 },
  delivery_blocked: { code: 30450, status: 400 },
} as const satisfies Record<string, TwilioErrorLine>;

export type TwilioErrorName = keyof typeof TWILIO_ERRORS;

/** An error before it is written: what a step of this dialect gives back instead of a value. */
export interface TwilioProblem {
  readonly error: TwilioErrorName;
  /** For the person who sent the request. */
  readonly message: string;
  /** Seconds after which the same request may do better. */
  readonly retryAfterSeconds?: number;
}

/** The JSON of Twilio's REST errors: `{code, message, more_info, status}`. */
export function errorReply(problem: TwilioProblem): InboundReply {
  const { code, status } = TWILIO_ERRORS[problem.error];
  const more_info = `https://www.twilio.com/docs/errors/${code}`;
  return jsonReply(
    status,
    { code, message: problem.message, more_info, status },
    retryAfter(problem.retryAfterSeconds),
  );
}

export function jsonReply(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): InboundReply {
  return { status, headers: { "content-type": "application/json", ...headers }, body: JSON.stringify(body) };
}

export function retryAfter(seconds: number | undefined): Readonly<Record<string, string>> {
  return seconds === undefined ? {} : { "retry-after": String(Math.max(1, Math.ceil(seconds))) };
}
