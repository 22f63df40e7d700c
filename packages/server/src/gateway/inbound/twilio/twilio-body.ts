import type { ProviderAnswer } from "../../outbound/connector.ts";

type Json = Readonly<Record<string, unknown>>;

/** The provider's answer as a Twilio Message resource; undefined when it speaks another dialect. */
export function messageBody(answer: ProviderAnswer | undefined): Json | undefined {
  const body = objectBody(answer);
  return typeof body?.["sid"] === "string" && typeof body["account_sid"] === "string" ? body : undefined;
}

/**
 * The provider's answer as a Twilio error that concerns the message, ready to be passed on; undefined when it speaks
 * another dialect, or when the error concerns our own account there (401, 403, 404).
 */
export function errorBody(answer: ProviderAnswer | undefined): Json | undefined {
  if (answer === undefined || answer.status < 400 || [401, 403, 404].includes(answer.status)) return undefined;
  const body = objectBody(answer);
  return typeof body?.["code"] === "number" && typeof body["message"] === "string" && body["status"] === answer.status
    ? body
    : undefined;
}

function objectBody(answer: ProviderAnswer | undefined): Json | undefined {
  const body = answer?.body;
  return typeof body === "object" && body !== null && !Array.isArray(body) ? (body as Json) : undefined;
}
