import { repeatedName } from "../../../api/repeated-name.ts";
import type { InboundRequest } from "../exchange.ts";
import type { TwilioProblem } from "./twilio-error.ts";

/** The parameters of a request as the client wrote them, in its order. */
export type Fields = readonly (readonly [name: string, value: string])[];

export type FieldsResult =
  | { readonly ok: true; readonly fields: Fields }
  | { readonly ok: false; readonly problem: TwilioProblem };

/** Parameters that Twilio takes several times; any other may come once. */
const REPEATABLE: ReadonlySet<string> = new Set(["MediaUrl", "PersistentAction"]);

/** Every parameter that we read: a near miss of one of these is refused, lest the provider reads it otherwise. */
const READ = [
  "To",
  "From",
  "MessagingServiceSid",
  "FallbackFrom",
  "Body",
  "MediaUrl",
  "ContentSid",
  "SendAsMms",
  "StatusCallback",
  "RiskCheck",
  "MessageIntent",
  "SendAt",
  "ScheduleType",
  "ValidityPeriod",
  "Status",
  "Outcome",
] as const;
export type ReadField = (typeof READ)[number];
const READ_BY_LOWER_CASE: ReadonlyMap<string, string> = new Map(READ.map((name) => [name.toLowerCase(), name]));

/**
 * Reads a body that is form-encoded (Twilio's) or a JSON object with the same keys (authentik's). Names are exact.
 * Unknown names pass; a second value for a name that takes one, and another spelling of a name that we read, do not:
 * the provider might take the other one.
 */
export function requestFields(request: InboundRequest): FieldsResult {
  const type = (request.headers["content-type"] ?? FORM).split(";", 1)[0]?.trim().toLowerCase();
  const text = request.body.toString("utf8");
  if (type === FORM) return checked([...new URLSearchParams(text)]);
  if (type === "application/json") return jsonFields(text);
  const message = `Content-Type must be ${FORM} or application/json.`;
  return { ok: false, problem: { error: "unsupported_media_type", message } };
}

/** The first value of a parameter that is not empty (Twilio treats an empty one as absent). */
export function fieldOf(fields: Fields, name: ReadField): string | undefined {
  for (const [given, value] of fields) if (given === name && value !== "") return value;
  return undefined;
}

const FORM = "application/x-www-form-urlencoded";

function jsonFields(text: string): FieldsResult {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return wrong("The body is not JSON, though Content-Type says so.");
  }
  const repeated = repeatedName(text);
  if (repeated !== undefined) return wrong(`The parameter ${shown(repeated)} may be given once only.`);
  if (typeof body !== "object" || body === null || Array.isArray(body))
    return wrong('The body must be a JSON object such as {"To": "+31612345678", "From": "…", "Body": "…"}.');
  const fields: [string, string][] = [];
  for (const [name, value] of Object.entries(body as Record<string, unknown>)) {
    const values: readonly unknown[] = Array.isArray(value) && REPEATABLE.has(name) ? value : [value];
    for (const one of values) {
      if (one === null) continue;
      if (typeof one !== "string" && typeof one !== "number" && typeof one !== "boolean")
        return wrong(`${shown(name)} must be a string, a number or a boolean.`);
      fields.push([name, String(one)]);
    }
  }
  return checked(fields);
}

function checked(fields: Fields): FieldsResult {
  const seen = new Set<string>();
  for (const [name] of fields) {
    if (!/^[A-Za-z0-9_.-]{1,64}$/.test(name)) return wrong(`${shown(name)} is no parameter name.`);
    const known = READ_BY_LOWER_CASE.get(name.toLowerCase());
    if (known !== undefined && known !== name) return wrong(`Write the parameter ${name} as ${known}.`);
    if (seen.has(name) && !REPEATABLE.has(name)) return wrong(`The parameter ${name} may be given once only.`);
    seen.add(name);
  }
  return { ok: true, fields };
}

function wrong(message: string): FieldsResult {
  return { ok: false, problem: { error: "bad_request", message } };
}

function shown(name: string): string {
  return `'${name.slice(0, 64)}'`;
}
