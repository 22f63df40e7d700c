import { diffPolicies, loosens } from "@safeguard/core";
import type { AlertDue } from "../incidents/alerts-due.ts";
import type { PolicyRevision } from "../policies/policy-revision.ts";

const MOST_CHANGES = 10;
const MOST_CHARACTERS = 200;

/** What a new revision changes against the one that decided before. */
export function policyChanged(revision: PolicyRevision, before: PolicyRevision | undefined): AlertDue {
  const { policy, number, author, reason, state } = revision;
  const changes = diffPolicies(before?.document ?? {}, revision.document);
  const by = author.type === "key" ? `key ${author.key}` : author.name;
  const kind = state === "in_force" ? "" : ` (${state.replaceAll("_", " ")})`;
  const count = changes.length === 1 ? "1 change" : `${changes.length} changes`;
  return {
    code: "policy_changed",
    sentence: `Policy ${policy}: revision ${number}${kind}, ${count}: ${masked(reason)}`,
    facts: {
      code: "policy_changed",
      policy,
      revision: number,
      author: by,
      reason: masked(reason),
      changes: changes
        .slice(0, MOST_CHANGES)
        .map(({ path, before: was, after: is }) => ({ path: masked(path), before: words(was), after: words(is) })),
      changeCount: changes.length,
      loosens: loosens(changes),
    },
  };
}

function words(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = masked(typeof value === "string" ? value : JSON.stringify(value));
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text;
}

/** A rule can name one person's number. */
function masked(text: string): string {
  return text.replaceAll(/\+?\d{7,}/g, (digits) => `${digits.slice(0, 5)}${"*".repeat(digits.length - 5)}`);
}
