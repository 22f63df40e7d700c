import type { EpochMilliseconds, PolicyDocument } from "@safeguard/core";
import type { AccountContext } from "../api/account-context.ts";
import { holdsAt } from "./policy-book.ts";
import type { PolicyRevision } from "./policy-revision.ts";
import type { PolicyServiceDeps } from "./policy-services.ts";
import { type ChangeInput, type PlannedRevision, saveRevisions } from "./save-revisions.ts";

/**
 * Changes what is in force, now and later: where a revision with an end will give way to another, or one waits for its
 * time, each of them gets the change within its own window. So a block that is added holds in all of them, and what was
 * opened for a weekend does not stay open. Nothing is made where the change changes nothing.
 */
export function editInForce(
  deps: PolicyServiceDeps,
  context: AccountContext,
  policy: string,
  input: ChangeInput,
  change: (document: PolicyDocument) => PolicyDocument,
): Promise<readonly PolicyRevision[]> {
  return saveRevisions(deps, context, policy, input, (earlier) =>
    timeline(earlier, context.at).flatMap(({ revision, from, until }): PlannedRevision[] => {
      const before = revision?.document ?? {};
      const document = change(before);
      if (document === before) return [];
      return [{ document, state: "in_force", from, ...(until !== undefined && { until }) }];
    }),
  );
}

export interface Stretch {
  /** Undefined: none is in force. */
  readonly revision: PolicyRevision | undefined;
  readonly from: EpochMilliseconds;
  /** Absent: for ever. */
  readonly until?: EpochMilliseconds;
}

/** Which revision holds from `at` on, and when another takes over. */
export function timeline(newestFirst: readonly PolicyRevision[], at: EpochMilliseconds): readonly Stretch[] {
  const changes = newestFirst
    .filter(({ state }) => state === "in_force")
    .flatMap(({ from, until }) => (until === undefined ? [from] : [from, until]))
    .filter((time) => time > at)
    .sort((one, other) => one - other);
  const stretches: Stretch[] = [];
  for (const from of [at, ...changes]) {
    const revision = newestFirst.find((candidate) => holdsAt(candidate, from));
    const last = stretches.at(-1);
    if (last?.revision === revision && last !== undefined) continue;
    if (last !== undefined) stretches[stretches.length - 1] = { ...last, until: from };
    stretches.push({ revision, from });
  }
  return stretches;
}
