/** Everything that a service can refuse, with one stable code each; every way in maps codes once. */
export const SERVICE_ERROR_CODES = [
  "invalid_request",
  "unauthenticated",
  "forbidden",
  "not_found",
  "method_not_allowed",
  "conflict",
  "approval_pending",
  "idempotency_mismatch",
  "too_large",
  "unsupported_media_type",
  "rate_limited",
  "unavailable",
  "internal",
] as const;
export type ServiceErrorCode = (typeof SERVICE_ERROR_CODES)[number];

/** One thing that is wrong with a request: where, what, and what is right. */
export interface Problem {
  /** JSON path such as `destinations.NL.action`; empty for the whole. */
  readonly field: string;
  readonly message: string;
}

/** An expected refusal on the way out of a service. `message` is for the person who sent the request. */
export class ServiceError extends Error {
  override readonly name = "ServiceError";
  readonly code: ServiceErrorCode;
  readonly problems: readonly Problem[];
  /** HTTP headers that belong to the answer, such as `retry-after`. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: ServiceErrorCode,
    message: string,
    problems: readonly Problem[] = [],
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.code = code;
    this.problems = problems;
    this.headers = headers;
  }
}
