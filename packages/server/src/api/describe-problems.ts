import { PROBLEM_KINDS } from "./problem.ts";
import { SERVICE_ERROR_CODES, type ServiceErrorCode } from "./service-error.ts";

/** An OpenAPI description, as far as it is read and written here. */
export interface OpenApiDocument {
  readonly paths?: Readonly<Record<string, Readonly<Record<string, OpenApiOperation | undefined>> | undefined>>;
  components?: Readonly<Record<string, unknown>>;
}

interface OpenApiOperation {
  readonly security?: unknown;
  readonly requestBody?: unknown;
  responses?: Readonly<Record<string, unknown>>;
}

/** Adds to every operation the problems that it can answer; all are of one shared schema. Changes the document given. */
export function addProblems(document: OpenApiDocument): OpenApiDocument {
  for (const [path, operations] of Object.entries(document.paths ?? {})) {
    for (const [method, operation] of Object.entries(operations ?? {})) {
      if (operation === undefined) continue;
      const problems = codesOf(path, method, operation).map((code) => [
        String(PROBLEM_KINDS[code].status),
        { $ref: `#/components/responses/${code}` },
      ]);
      operation.responses = { ...operation.responses, ...Object.fromEntries(problems) };
    }
  }
  const { components = {} } = document;
  const schemas = { ...(components["schemas"] as object | undefined), Problem: PROBLEM_SCHEMA };
  document.components = { ...components, schemas, responses: Object.fromEntries(SERVICE_ERROR_CODES.map(responseOf)) };
  return document;
}

function codesOf(path: string, method: string, operation: OpenApiOperation): readonly ServiceErrorCode[] {
  const secured = operation.security !== undefined;
  const codes: ServiceErrorCode[] = ["invalid_request"];
  if (secured) codes.push("unauthenticated", "forbidden");
  if (secured || path.includes("{")) codes.push("not_found");
  if (operation.requestBody !== undefined) codes.push("too_large", "unsupported_media_type");
  // What changes something can meet another change; only a POST takes an idempotency key.
  if (method !== "get") codes.push("conflict", "unavailable");
  if (method === "post") codes.push("idempotency_mismatch");
  if (secured) codes.push("rate_limited");
  return [...codes, "internal"];
}

function responseOf(code: ServiceErrorCode): readonly [name: string, response: unknown] {
  const { title, meaning } = PROBLEM_KINDS[code];
  const content = { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } };
  return [code, { description: `\`${code}\`: ${title}. ${meaning}`, content }];
}

/** {@link ProblemDetails} as JSON schema. */
const PROBLEM_SCHEMA = {
  type: "object",
  description: "Problem details (RFC 9457).",
  required: ["type", "title", "status", "detail", "code", "requestId", "problems"],
  properties: {
    type: { type: "string", description: "Where the error is explained, on this server." },
    title: { type: "string" },
    status: { type: "integer" },
    detail: { type: "string", description: "What is wrong with this request, for a person." },
    code: { type: "string", enum: SERVICE_ERROR_CODES, description: "Stable, for programs." },
    requestId: { type: "string", description: "Under this the server's log has it." },
    problems: {
      type: "array",
      items: {
        type: "object",
        required: ["field", "message"],
        properties: {
          field: { type: "string", description: "Such as `messages.3.to`; empty for the whole." },
          message: { type: "string" },
        },
      },
    },
  },
};
