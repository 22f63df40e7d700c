import type { EpochMilliseconds } from "@safeguard/core";
import type { PolicyRevision } from "./policy-revision.ts";

/**
 * A kept revision as it holds from a start on. One that was in force as soon as it was saved is in force now, also where the
 * clock was set back since and says that its time is still to come: or what it forbids would be let pass until then.
 */
export function revisionSinceStart(revision: PolicyRevision, startedAt: EpochMilliseconds): PolicyRevision {
  const { from, createdAt } = revision;
  return from > startedAt && from <= createdAt ? { ...revision, from: startedAt } : revision;
}
