import { hash } from "node:crypto";
import { diffPolicies, type PolicyChange } from "@safeguard/core";
import type { PolicyRevision } from "../policies/policy-revision.ts";

/** A file can change thousands of rules at once; all of them stand in the revision, which `sha256` pins. */
const MOST_CHANGES = 100;

/** A revision as the audit trail keeps it. */
export interface RevisionSummary {
  readonly number: number;
  readonly state: PolicyRevision["state"];
  readonly from: number;
  readonly until?: number;
  readonly proposal?: PolicyRevision["proposal"];
  /** SHA-256 (hex) of the document's JSON. */
  readonly sha256: string;
  /** The first of what differs from what decided before. */
  readonly changes?: readonly PolicyChange[];
  /** How many there are. */
  readonly changed?: number;
}

export function summaryOfRevision(revision: PolicyRevision, before: PolicyRevision | undefined): RevisionSummary {
  const { number, state, from, until, proposal, document } = revision;
  const summary = {
    number,
    state,
    from,
    ...(until !== undefined && { until }),
    ...(proposal !== undefined && { proposal }),
    sha256: hash("sha256", JSON.stringify(document), "hex"),
  };
  if (before === revision) return summary;
  const changes = diffPolicies(before?.document ?? {}, document);
  return { ...summary, changes: changes.slice(0, MOST_CHANGES), changed: changes.length };
}
