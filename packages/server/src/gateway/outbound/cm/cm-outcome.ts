import { CM_ERROR, type CmMessageAnswer, readCmMessageAnswer } from "../../wire/cm-answer.ts";
import { readFields } from "../../wire/cm-fields.ts";
import type { RefusalKind, Submission, SubmissionOutcome } from "../connector.ts";
import { isObject, parseJson, providerCode, providerWords, unexpected } from "../provider-words.ts";

/**
 * What CM.com's answer to `POST /v1.0/message` means for each message of the batch (CM.com, "Responses & errors (JSON)").
 * Every message has a line of its own, found by our reference: Accepted with code 0, or Rejected with another. HTTP 400
 * with an error code and without lines refuses the whole request. A message without a clear line is in doubt.
 */
export function cmOutcomes(
  answer: { readonly status: number; readonly body: string },
  batch: readonly Submission[],
  secrets: readonly string[],
): readonly SubmissionOutcome[] {
  const { status } = answer;
  const all = (outcome: SubmissionOutcome) => batch.map(() => outcome);
  const body = parseJson(answer.body);
  const fields = isObject(body) ? readFields(body) : undefined;
  const code = fields?.get("errorcode");
  const refusedWhole = (kind: RefusalKind): SubmissionOutcome => ({
    type: "refused",
    kind,
    code: code === undefined ? String(status) : providerCode(code),
    text: providerWords(fields?.get("details"), undefined, secrets) || `Refused with HTTP ${status}`,
    answer: { status, body: body ?? answer.body },
  });
  if (status === 429) return all(refusedWhole("throttled"));
  if (body === undefined)
    return all({
      type: "in_doubt",
      cause: "answer_unreadable",
      text: `The provider answered HTTP ${status} without JSON.`,
    });
  const list = fields?.get("messages") ?? [];
  if (fields === undefined || !Array.isArray(list) || typeof code !== "number")
    return all(unexpected(status, "without CM.com's error code"));
  const success = status >= 200 && status < 300;
  if (!success && !(status >= 400 && status < 500)) return all(unexpected(status, "where CM.com says 200 or 400"));
  if (list.length === 0) {
    const definite = !success && code !== CM_ERROR.none && code !== CM_ERROR.internal && code !== CM_ERROR.unknown;
    return all(definite ? refusedWhole(kindOf(code)) : unexpected(status, `with error code ${code} and no messages`));
  }
  return matchLines(list, batch, status, secrets);
}

function matchLines(
  list: readonly unknown[],
  batch: readonly Submission[],
  status: number,
  secrets: readonly string[],
): readonly SubmissionOutcome[] {
  const lines = new Map<string, { readonly line: CmMessageAnswer | undefined; readonly body: unknown }[]>();
  for (const body of list) {
    const line = readCmMessageAnswer(body);
    // A line that is not clear still says that its message had one.
    const reference = line === undefined ? referenceOf(body) : line.reference;
    if (typeof reference !== "string") continue;
    const known = lines.get(reference);
    if (known === undefined) lines.set(reference, [{ line, body }]);
    else known.push({ line, body });
  }
  return batch.map((submission): SubmissionOutcome => {
    const own = lines.get(submission.id) ?? [];
    const { line, body } = (own.length === 1 ? own[0] : undefined) ?? { line: undefined, body: undefined };
    if (line === undefined)
      return unexpected(
        status,
        own.length === 0 ? "without a line for this message" : "with an unclear line for this message",
      );
    const answer = { status, body };
    // CM.com gives no message id: the reference is ours, and its reports carry it.
    if (line.status === "Accepted") return { type: "accepted", providerId: undefined, answer };
    return {
      type: "refused",
      kind: kindOf(line.messageErrorCode),
      code: String(line.messageErrorCode),
      text: providerWords(line.messageDetails, submission, secrets) || "Rejected",
      answer,
    };
  });
}

function referenceOf(line: unknown): unknown {
  return isObject(line) ? readFields(line)?.get("reference") : undefined;
}

function kindOf(code: number): RefusalKind {
  switch (code) {
    case CM_ERROR.authentication:
    case CM_ERROR.productToken:
      return "credentials";
    case CM_ERROR.to:
    case CM_ERROR.msisdn:
      return "recipient";
    case CM_ERROR.body:
    case CM_ERROR.field:
      return "content";
    case CM_ERROR.spam:
    case CM_ERROR.blacklisted:
    case CM_ERROR.rejected:
      return "blocked";
    default:
      return "other";
  }
}
