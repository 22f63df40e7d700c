import type { IncomingHttpHeaders } from "node:http";
import type { RefusalKind, Submission, SubmissionOutcome } from "../connector.ts";
import { isObject, parseJson, providerCode, providerWords, unexpected } from "../provider-words.ts";

/**
 * What Twilio's answer to `POST …/Messages.json` means (Twilio, "Message resource" and "Errors"). 2xx with a message SID:
 * accepted. 4xx with Twilio's error object: refused, nothing was created. 429: refused before anything else. Everything
 * else, such as 5xx, a redirect, or a page of some proxy, says neither, so it is in doubt.
 */
export function twilioOutcome(
  answer: { readonly status: number; readonly headers?: IncomingHttpHeaders; readonly body: string },
  submission: Submission,
  secrets: readonly string[],
): SubmissionOutcome {
  const { status } = answer;
  const body = parseJson(answer.body);
  const kept = { status, body: body ?? answer.body, ...retryAfter(answer.headers) };
  if (status === 429)
    return {
      type: "refused",
      kind: "throttled",
      code: isObject(body) ? providerCode(body["code"]) : "20429",
      text: providerWords(isObject(body) ? body["message"] : undefined, submission, secrets) || "Too many requests",
      answer: kept,
    };
  if (body === undefined)
    return { type: "in_doubt", cause: "answer_unreadable", text: `The provider answered HTTP ${status} without JSON.` };
  if (!isObject(body)) return unexpected(status, "with JSON that is no object");
  if (status >= 200 && status < 300) {
    const sid = body["sid"];
    if (typeof sid === "string" && /^[A-Z]{2}[0-9a-zA-Z]{1,62}$/.test(sid))
      return { type: "accepted", providerId: sid, answer: kept };
    return unexpected(status, "without a message SID");
  }
  if (status >= 400 && status < 500) {
    const code = body["code"];
    if (typeof code === "number" && Number.isSafeInteger(code))
      return {
        type: "refused",
        kind: kindOf(code, status),
        code: String(code),
        text: providerWords(body["message"], submission, secrets) || `Refused with HTTP ${status}`,
        answer: kept,
      };
  }
  return unexpected(status, "without Twilio's error code");
}

/** `Retry-After` in whole seconds, as Twilio gives it with 429. */
function retryAfter(headers: IncomingHttpHeaders = {}): { readonly retryAfterSeconds?: number } {
  const value = headers["retry-after"];
  return value !== undefined && /^\d{1,6}$/.test(value) ? { retryAfterSeconds: Number(value) } : {};
}

/** Codes of Twilio's error dictionary by what the message's owner has to do about them. */
const KINDS: readonly (readonly [RefusalKind, readonly number[]])[] = [
  ["credentials", [20001, 20003, 20005, 20006, 20008, 20403, 20404, 20426]],
  ["throttled", [14107, 20429, 21611, 30022, 63018, 63038]],
  ["recipient", [21211, 21214, 21217, 21219, 21265, 21401, 21407, 21421, 21604, 21608, 21612, 21614, 21656]],
  ["blocked", [21408, 21610, 30004, 30007, 30450, 30453, 60410, 60605]],
  ["content", [21602, 21605, 21617, 21619, 21620, 21622, 21623, 21654, 21655, 21664]],
];
const KIND_BY_CODE: ReadonlyMap<number, RefusalKind> = new Map(
  KINDS.flatMap(([kind, codes]) => codes.map((code) => [code, kind] as const)),
);

function kindOf(code: number, status: number): RefusalKind {
  return KIND_BY_CODE.get(code) ?? (status === 401 ? "credentials" : "other");
}
