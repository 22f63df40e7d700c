import type { PolicyDocument } from "@safeguard/core";
import type { AccountContext } from "../api/account-context.ts";
import { ServiceError } from "../api/service-error.ts";
import type { PolicyRevision } from "./policy-revision.ts";
import type { PolicyServiceDeps } from "./policy-services.ts";
import { type ChangeInput, type PlannedRevision, saveRevisions } from "./save-revisions.ts";
import { filledTimeline, STAND_IN } from "./timeline.ts";

export interface EditedPolicy {
  /** Empty: the change changes nothing. */
  readonly revisions: readonly PolicyRevision[];
  /** The revision of `default` that decided until now, and that the policy starts from; undefined: from its own. */
  readonly copiedFrom: PolicyRevision | undefined;
}

/**
 * Changes what is in force, now and later: where a revision with an end will give way to another, or one waits for its
 * time, each of them gets the change within its own window. So a block that is added holds in all of them, and what was
 * opened for a weekend does not stay open. Where the policy itself has none in force, what stands in for it is copied: a
 * block on top of nothing would open all that was blocked till then. Nothing is made where the change changes nothing.
 */
export async function editInForce(
  deps: PolicyServiceDeps,
  context: AccountContext,
  policy: string,
  input: ChangeInput,
  change: (document: PolicyDocument) => PolicyDocument,
): Promise<EditedPolicy> {
  let copiedFrom: PolicyRevision | undefined;
  const revisions = await saveRevisions(deps, context, policy, input, (earlier) => {
    const standIn = policy === STAND_IN ? [] : deps.book.revisions(context.account.id, STAND_IN);
    return filledTimeline(earlier, standIn, context.at).flatMap(({ revision, from, until }): PlannedRevision[] => {
      const before = revision?.document ?? {};
      const document = change(before);
      if (document === before) return [];
      const copies = revision !== undefined && revision.policy !== policy;
      if (copies) {
        refuseCopyBelow(deps, context, policy);
        copiedFrom ??= revision;
      }
      return [
        {
          document,
          state: "in_force",
          from,
          ...(until !== undefined && { until }),
          ...(copies && { numberingTable: revision.numberingTable }),
        },
      ];
    });
  });
  return { revisions, copiedFrom };
}

/**
 * Beside this account's `default` the accounts above decide by theirs, and beside its own policy of this name by their own
 * of this name, which may be looser: then only a person can say what is meant.
 */
function refuseCopyBelow(deps: PolicyServiceDeps, { account }: AccountContext, policy: string): void {
  for (let above = account.parent; above !== undefined; above = deps.directory.account(above)?.parent) {
    if (!deps.book.names(above).includes(policy)) continue;
    throw new ServiceError(
      "conflict",
      `The account has no policy ${policy} of its own yet, and an account above has one: put a whole document first, so that nothing is opened by the way.`,
    );
  }
}
