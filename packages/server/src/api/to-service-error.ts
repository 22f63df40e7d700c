import { hasZodFastifySchemaValidationErrors } from "fastify-type-provider-zod";
import type { ZodError } from "zod";
import { JournalUnwritable } from "../store/journal.ts";
import { InvalidCursor } from "../store/store.ts";
import { type Problem, ServiceError } from "./service-error.ts";

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
    return invalidRequest(error.validation.map(({ instancePath, message }) => ({ path: instancePath, message })));
  }
  switch (codeOf(error)) {
    case "FST_ERR_CTP_BODY_TOO_LARGE":
      return new ServiceError("too_large", "The body is larger than this route takes.");
    case "FST_ERR_CTP_INVALID_MEDIA_TYPE":
      return new ServiceError("unsupported_media_type", "Send the body as application/json.");
    case "FST_ERR_CTP_EMPTY_JSON_BODY":
      return new ServiceError("invalid_request", "The body is empty, and this route needs a JSON object.");
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
  return invalidRequest(error.issues.map(({ path, message }) => ({ path: path.map(String).join("."), message })));
}

function invalidRequest(issues: readonly { readonly path: string; readonly message: string | undefined }[]) {
  const problems: Problem[] = issues.map(({ path, message }) => ({
    field: path.replace(/^\//, "").replaceAll("/", "."),
    message: message ?? "is not valid",
  }));
  const named = problems.map(({ field }) => field).filter((field) => field !== "");
  const detail = named.length === 0 ? "The request is not valid." : `Not valid: ${named.slice(0, 5).join(", ")}.`;
  return new ServiceError("invalid_request", detail, problems);
}

function codeOf(error: unknown): unknown {
  return typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
}

function statusOf(error: unknown): number | undefined {
  if (typeof error !== "object" || error === null || !("statusCode" in error)) return undefined;
  return typeof error.statusCode === "number" ? error.statusCode : undefined;
}
