/** One thing that is wrong with a request: where it stands, and what is right. */
export interface Problem {
  /** JSON path such as `messages.3.to`; empty for the whole. */
  readonly field: string;
  readonly message: string;
}

/** What the server answers, and what can happen on the way to it. */
export type SafeguardErrorCode =
  | "invalid_request"
  | "unauthenticated"
  | "forbidden"
  | "not_found"
  | "method_not_allowed"
  | "conflict"
  | "approval_pending"
  | "idempotency_mismatch"
  | "too_large"
  | "unsupported_media_type"
  | "rate_limited"
  | "unavailable"
  | "internal"
  /** No answer came: for a POST it is unknown whether it took effect. Repeat it with the same idempotency key. */
  | "unreachable"
  | "timeout"
  /** Something answered that is not this API. */
  | "unexpected_answer";

const MARK: unique symbol = Symbol.for("safeguard.error");

/** Thrown by every call that was refused or not answered. A stopped message is no error: see its `action`. */
export class SafeguardError extends Error {
  override readonly name = "SafeguardError";
  readonly [MARK] = true;
  readonly code: SafeguardErrorCode;
  /** HTTP status; undefined when no answer came. */
  readonly status: number | undefined;
  readonly problems: readonly Problem[];
  /** Under this the server's log has it. */
  readonly requestId: string | undefined;

  constructor(
    code: SafeguardErrorCode,
    message: string,
    details: {
      readonly status?: number | undefined;
      readonly problems?: readonly Problem[];
      readonly requestId?: string | undefined;
      readonly cause?: unknown;
    } = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.status = details.status;
    this.problems = details.problems ?? [];
    this.requestId = details.requestId;
  }

  /** As `instanceof`, but also true across two copies of this package. */
  static isInstance(error: unknown): error is SafeguardError {
    return typeof error === "object" && error !== null && MARK in error;
  }
}
