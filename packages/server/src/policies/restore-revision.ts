import type { EpochMilliseconds } from "@safeguard/core";
import type { AccountContext } from "../api/account-context.ts";
import { ServiceError } from "../api/service-error.ts";
import type { PolicyRevision } from "./policy-revision.ts";
import type { PolicyServiceDeps } from "./policy-services.ts";
import { type ChangeInput, saveRevisions } from "./save-revisions.ts";

export interface RestoreRevision extends ChangeInput {
  readonly number: number;
  readonly from?: EpochMilliseconds;
  readonly until?: EpochMilliseconds;
}

/**
 * Makes a new revision with the content of an earlier one: of one that held once, or of a draft, which so comes into
 * force. A draft that is older than the latest change would undo that change, so it needs `force`.
 */
export async function restoreRevision(
  deps: PolicyServiceDeps,
  context: AccountContext,
  policy: string,
  input: RestoreRevision,
  kind: "draft" | "any",
): Promise<PolicyRevision> {
  const [made] = await saveRevisions(deps, context, policy, input, (earlier) => {
    const revision = earlier.find(({ number }) => number === input.number);
    if (revision?.state === "pending_approval") throw waitsForApproval(revision.number);
    if (revision === undefined) throw new ServiceError("not_found", `The policy has no revision ${input.number}.`);
    if (kind === "draft") refuseStaleDraft(revision, earlier, input.force === true);
    return [
      {
        document: revision.document,
        state: "in_force",
        from: input.from ?? context.at,
        ...(input.until !== undefined && { until: input.until }),
        restores: revision.number,
        // A draft of the file that keeps the policy is that file's own change.
        ...(kind === "draft" && revision.managedBy !== undefined && { managedBy: revision.managedBy }),
      },
    ];
  });
  if (made === undefined) throw new Error("one revision was planned and none was made");
  return made;
}

function waitsForApproval(number: number): ServiceError {
  return new ServiceError("conflict", `Revision ${number} was proposed: approve it, or put its content again.`);
}

function refuseStaleDraft(draft: PolicyRevision, earlier: readonly PolicyRevision[], force: boolean): void {
  if (draft.state !== "draft") {
    throw new ServiceError("conflict", `Revision ${draft.number} is no draft; restore it instead.`);
  }
  const later = earlier.find(({ number, state }) => state === "in_force" && number > draft.number);
  if (later === undefined || force) return;
  throw new ServiceError(
    "conflict",
    `Revision ${later.number} came after the draft ${draft.number}, which would undo it: look at the difference, and say force if that is right.`,
    [{ field: "force", message: `must be true, because revision ${later.number} would be undone` }],
  );
}
