import { hasZodFastifySchemaValidationErrors } from "fastify-type-provider-zod";
import type { ZodError } from "zod";
import { JournalUnwritable } from "../store/journal.ts";
import { InvalidCursor } from "../store/store.ts";
import { ServiceError } from "./service-error.ts";
import { problemsOf, type ValidationIssue } from "./validation-words.ts";

/** The one place where whatever was thrown becomes an answer. Anything unforeseen is `internal`, and its text stays here. */
export function toServiceError(error: unknown): ServiceError {
  if (error instanceof ServiceError) return error;
  if (error instanceof JournalUnwritable) {
    return new ServiceError("unavailable", "The record cannot be written, so nothing is answered or sent.");
  }
  if (error instanceof InvalidCursor) {
    return new ServiceError("invalid_request", "Not valid: cursor.", [
      { field: "cursor", message: "is none of this list; use `next` of the page before" },
    ]);
  }
  if (hasZodFastifySchemaValidationErrors(error)) {
    return invalidRequest(
      error.validation.map(({ keyword, instancePath, message, params }) => ({
        ...params,
        code: keyword,
        path: instancePath
          .split("/")
          .slice(1)
          .filter((part) => part !== ""),
        message: message ?? "is not valid",
      })),
    );
  }
  switch (codeOf(error)) {
    case "FST_ERR_CTP_BODY_TOO_LARGE":
      return new ServiceError("too_large", "The body is larger than this route takes.");
    case "FST_ERR_CTP_INVALID_MEDIA_TYPE":
      return new ServiceError("unsupported_media_type", "Send the body as application/json.");
    case "FST_ERR_CTP_EMPTY_JSON_BODY":
      return bodyEmpty();
    case "FST_ERR_CTP_INVALID_JSON_BODY":
    case "FST_ERR_CTP_INVALID_CONTENT_LENGTH":
      return new ServiceError("invalid_request", "The body is not valid JSON.");
  }
  // secure-json-parse throws a SyntaxError with statusCode 400 for `__proto__`; Fastify passes other client errors likewise.
  const status = statusOf(error);
  if (status !== undefined && status >= 400 && status < 500) {
    return new ServiceError("invalid_request", "The request cannot be read as HTTP with a JSON body.");
  }
  return new ServiceError("internal", "Something went wrong on our side.");
}

/** A failed zod check as the answer that names each field. */
export function fromZodError(error: ZodError): ServiceError {
  return invalidRequest(error.issues);
}

export function bodyEmpty(): ServiceError {
  return new ServiceError("invalid_request", "The body is empty, and this route needs a JSON object.");
}

/** See {@link repeatedName}: nobody knows which of the two was meant. */
export function fieldTwice(name: string): ServiceError {
  const shown = name.slice(0, 64);
  return new ServiceError("invalid_request", `Not valid: ${shown}.`, [
    { field: shown, message: "stands twice in one object; give it once" },
  ]);
}

function invalidRequest(issues: readonly ValidationIssue[]): ServiceError {
  const problems = problemsOf(issues);
  const named = problems.map(({ field }) => field).filter((field) => field !== "");
  const [whole] = problems;
  if (named.length > 0) {
    const more = named.length > 5 ? ` and ${named.length - 5} more` : "";
    return new ServiceError("invalid_request", `Not valid: ${named.slice(0, 5).join(", ")}${more}.`, problems);
  }
  // Fastify gives null for a body that did not come.
  if (whole !== undefined && /^is missing;|, and is null$/.test(whole.message)) return bodyEmpty();
  const detail = whole === undefined ? "The request is not valid." : `The body ${whole.message}.`;
  return new ServiceError("invalid_request", detail, problems);
}

function codeOf(error: unknown): unknown {
  return typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
}

function statusOf(error: unknown): number | undefined {
  if (typeof error !== "object" || error === null || !("statusCode" in error)) return undefined;
  return typeof error.statusCode === "number" ? error.statusCode : undefined;
}
