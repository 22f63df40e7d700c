import type { Submission, SubmissionOutcome } from "./connector.ts";
import type { HttpResult } from "./http-exchange.ts";

const MAX_LENGTH = 200;

/**
 * A provider's own words, fit to be kept and shown: short, one line, and without what a provider may quote back at us:
 * our credentials, the message's text, the recipient's number.
 */
export function providerWords(words: unknown, submission: Submission | undefined, secrets: readonly string[]): string {
  if (typeof words !== "string") return "";
  let clean = words;
  for (const secret of secrets) if (secret !== "") clean = clean.replaceAll(secret, "(secret)");
  if (submission !== undefined) {
    if (submission.text !== undefined && submission.text.length > 3)
      clean = clean.replaceAll(submission.text, "(text)");
    const digits = submission.to.slice(1);
    clean = clean.replaceAll(submission.to, "(number)").replaceAll(digits, "(number)");
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is to go
  clean = clean.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, " ").trim();
  return clean.length > MAX_LENGTH ? `${clean.slice(0, MAX_LENGTH - 1)}…` : clean;
}

/** A provider's error code as text; anything that does not look like a code becomes `unknown`. */
export function providerCode(code: unknown): string {
  const text = typeof code === "number" || typeof code === "string" ? String(code) : "";
  return /^[\w.:-]{1,40}$/.test(text) ? text : "unknown";
}

/** The outcome where there is no answer to read. */
export function unanswered(result: Exclude<HttpResult, { type: "answered" }>): SubmissionOutcome {
  if (result.type === "lost") return { type: "in_doubt", cause: result.cause, text: `Sent, but ${result.text}.` };
  return {
    type: "refused",
    kind: "unavailable",
    code: result.code,
    text: `Nothing was sent: ${result.text}.`,
    answer: undefined,
  };
}

/** The outcome of what this provider cannot carry. Nothing was sent. `problem` completes "…, because it …". */
export function untranslatable(problem: string): SubmissionOutcome {
  return {
    type: "refused",
    kind: "untranslatable",
    code: "untranslatable",
    text: `This provider cannot carry the message, because it ${problem}.`,
    answer: undefined,
  };
}

/** An answer that came in full and is neither a clear yes nor a clear no. */
export function unexpected(status: number, why: string): SubmissionOutcome {
  return { type: "in_doubt", cause: "answer_unexpected", text: `The provider answered HTTP ${status} ${why}.` };
}

/** Parsed JSON, or undefined (which no JSON is). */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
