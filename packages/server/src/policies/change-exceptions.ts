import { type PolicyDocument, type PolicyException, parseRecipient, validatePolicyDocument } from "@safeguard/core";
import type { AccountContext } from "../api/account-context.ts";
import { type Problem, ServiceError } from "../api/service-error.ts";
import { type EditedPolicy, editInForce } from "./edit-in-force.ts";
import { dotted } from "./policy-body.ts";
import type { PolicyServiceDeps } from "./policy-services.ts";
import type { ChangeInput } from "./save-revisions.ts";

export interface ChangeExceptions extends ChangeInput {
  /** One for the same range and kind is replaced. */
  readonly add: readonly PolicyException[];
  /** Ranges whose exceptions are taken away, trusted and barred ones. */
  readonly remove: readonly string[];
}

/** Trusts or bars numbers, or takes that back, and leaves the rest of the policy as it is. */
export async function changeExceptions(
  deps: PolicyServiceDeps,
  context: AccountContext,
  policy: string,
  input: ChangeExceptions,
): Promise<EditedPolicy> {
  const problems: Problem[] = [];
  const add = input.add.map((exception, index) => ({
    ...exception,
    range: canonical(exception.range, `add.${index}.range`, problems),
  }));
  const remove = input.remove.map((range, index) => canonical(range, `remove.${index}`, problems));
  if (add.length + remove.length === 0) {
    problems.push({ field: "add", message: "names nothing: put exceptions in add, or ranges in remove" });
  }
  if (problems.length === 0) problems.push(...faultsOf(add));
  if (problems.length > 0) throw new ServiceError("invalid_request", "The exceptions are not valid.", problems);
  return editInForce(deps, context, policy, input, (document) => withExceptions(document, add, remove));
}

/** What is wrong with them whatever the policy says, by their place in the request. */
function faultsOf(add: readonly PolicyException[]): readonly Problem[] {
  const validation = validatePolicyDocument({ exceptions: add });
  if (validation.ok) return [];
  return validation.problems.map(({ field, message }) => ({
    field: dotted(field).replace(/^exceptions/, "add"),
    message,
  }));
}

function withExceptions(
  document: PolicyDocument,
  add: readonly PolicyException[],
  remove: readonly string[],
): PolicyDocument {
  const before = document.exceptions ?? [];
  const replaced = new Set(add.map(({ range, kind }) => `${kind} ${range}`));
  const removed = new Set(remove);
  const kept = before.filter(({ range, kind }) => !removed.has(range) && !replaced.has(`${kind} ${range}`));
  if (add.length === 0 && kept.length === before.length) return document;
  return { ...document, exceptions: [...kept, ...add] };
}

/** Decided is on canonical numbers, so an exception must be one, too. A range with `x` is checked with the document. */
function canonical(range: string, field: string, problems: Problem[]): string {
  if (range.includes("x")) return range;
  const result = parseRecipient(range, "native");
  if (result.ok) return result.recipient.e164;
  problems.push({ field, message: "is no number: write it as +31612345678, or a range as +316123456xx" });
  return range;
}
