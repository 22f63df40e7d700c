import type { Submission, SubmissionOutcome } from "../connector.ts";
import { parseJson, providerCode, providerWords, unexpected } from "../provider-words.ts";
import type { AnswerRule, HttpSettings } from "./http-settings.ts";
import { textAt, valueAt } from "./json-pointer.ts";

/** What an answer means by the operator's own rules. None or more than one of them fits: in doubt. */
export function httpOutcome(
  answer: { readonly status: number; readonly body: string },
  submission: Submission,
  settings: HttpSettings["answer"],
  secrets: readonly string[],
): SubmissionOutcome {
  const { status } = answer;
  const body = parseJson(answer.body);
  const kept = { status, body: body ?? answer.body };
  const fits = (rule: AnswerRule | undefined) => rule !== undefined && meets(rule, status, body);
  const [accepted, refused, throttled] = [fits(settings.accepted), fits(settings.refused), fits(settings.throttled)];
  if (accepted && !refused && !throttled) {
    const providerId = textAt(body, settings.id);
    if (settings.id === undefined || (providerId !== undefined && providerId !== "" && providerId.length <= 256))
      return { type: "accepted", providerId, answer: kept };
    return unexpected(status, `without an id at ${settings.id}`);
  }
  if (accepted || !(refused || throttled))
    return unexpected(
      status,
      accepted ? "which its settings call accepted and refused" : "which its settings do not name",
    );
  const code = textAt(body, settings.code);
  return {
    type: "refused",
    kind: throttled ? "throttled" : "other",
    code: code === undefined ? String(status) : providerCode(code),
    text: providerWords(textAt(body, settings.text), submission, secrets) || `Refused with HTTP ${status}`,
    answer: kept,
  };
}

function meets(rule: AnswerRule, status: number, body: unknown): boolean {
  const classOf = `${Math.floor(status / 100)}xx`;
  if (!rule.statuses.some((allowed) => allowed === status || allowed === classOf)) return false;
  return rule.where.every(({ at, equals }) => {
    if (equals === undefined) return (valueAt(body, at) ?? null) !== null;
    const found = textAt(body, at);
    return found !== undefined && equals.some((value) => String(value) === found);
  });
}
