import type { Problem, ServiceErrorCode } from "./service-error.ts";

/** What the reference says of one error code. */
export interface ProblemKind {
  readonly status: number;
  readonly title: string;
  /** When it is answered. */
  readonly meaning: string;
  /** What the caller can do. */
  readonly remedy: string;
}

/** Every error of the native API. The page at `/docs/errors` and docs/reference/errors.md are made from this table. */
export const PROBLEM_KINDS: Readonly<Record<ServiceErrorCode, ProblemKind>> = {
  invalid_request: {
    status: 400,
    title: "The request is not valid",
    meaning: "A field, header, or the JSON itself is not as the reference says. `problems` names each field.",
    remedy: "Correct the named fields. The same request will be refused again.",
  },
  unauthenticated: {
    status: 401,
    title: "No valid credential",
    meaning:
      "The key is missing, unknown, expired or revoked, or the client's network is not allowed. Which of them is not told.",
    remedy: "Send `Authorization: Bearer sg_live_…`, from a network that the account and the key allow.",
  },
  forbidden: {
    status: 403,
    title: "Not allowed with this key",
    meaning: "The key is valid, but lacks the scope or the right that `detail` names.",
    remedy: "Use a key with that scope, or ask whoever made this key.",
  },
  not_found: {
    status: 404,
    title: "Not found",
    meaning: "There is no such thing, or it belongs to another account: the two cannot be told apart.",
    remedy: "Check the id, and the account that the request is for.",
  },
  method_not_allowed: {
    status: 405,
    title: "Method not allowed here",
    meaning: "There is such a path, but it does not take this method. The header `Allow` names those that it takes.",
    remedy: "Use one of the methods in `Allow`.",
  },
  conflict: {
    status: 409,
    title: "Conflict with the present state",
    meaning: "What was asked does not fit what is there now, or the same request is still being worked on.",
    remedy: "Read the present state and decide again.",
  },
  approval_pending: {
    status: 409,
    title: "Waits for a second person",
    meaning:
      "It would loosen what protects the account, and the account wants a second person for that. Nothing has happened yet; `detail` names the proposal.",
    remedy:
      "Ask somebody else to approve it: `safeguard approvals approve prp_…`, or `POST /v1/approvals/acts/{id}/approve`.",
  },
  idempotency_mismatch: {
    status: 422,
    title: "Idempotency key used for another request",
    meaning: "A request with this `Idempotency-Key` was answered before, and its method, path or body was another.",
    remedy: "Use a new key for a new request; repeat a request only byte for byte.",
  },
  too_large: {
    status: 413,
    title: "The request is too large",
    meaning: "The body, or the batch in it, is larger than the limit that `detail` names.",
    remedy: "Send it in parts.",
  },
  unsupported_media_type: {
    status: 415,
    title: "Unsupported media type",
    meaning: "The body is not `application/json`.",
    remedy: "Send JSON in UTF-8 with `Content-Type: application/json`.",
  },
  rate_limited: {
    status: 429,
    title: "Too many requests",
    meaning: "More requests than the account may make, or too many wrong credentials from one address.",
    remedy: "Wait as long as `Retry-After` says.",
  },
  unavailable: {
    status: 503,
    title: "Not available now",
    meaning: "A part that must take part is not available: the record cannot be written, or the server is stopping.",
    remedy: "Try again; with an `Idempotency-Key` nothing happens twice.",
  },
  internal: {
    status: 500,
    title: "A fault of ours",
    meaning: "Something happened that should not. It is in the server's log under the `requestId`.",
    remedy: "Report the `requestId` to whoever runs the server.",
  },
};

/** Where `type` points to; on the server itself, so that it works without the internet. */
export const ERRORS_PAGE = "/docs/errors";

export const JSON_CONTENT_TYPE = "application/json; charset=utf-8";
export const PROBLEM_CONTENT_TYPE = "application/problem+json; charset=utf-8";

/** An RFC 9457 problem details object. */
export interface ProblemDetails {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ServiceErrorCode;
  readonly requestId: string;
  readonly problems: readonly Problem[];
}

export function problemDetails(
  code: ServiceErrorCode,
  detail: string,
  requestId: string,
  problems: readonly Problem[] = [],
): ProblemDetails {
  const kind = PROBLEM_KINDS[code];
  return {
    type: `${ERRORS_PAGE}#${code}`,
    title: kind.title,
    status: kind.status,
    detail,
    code,
    requestId,
    problems,
  };
}
