import type { EpochMilliseconds, PolicyDocument } from "@safeguard/core";
import type { AccountContext } from "../api/account-context.ts";
import type { PolicyRevision } from "./policy-revision.ts";
import type { PolicyServiceDeps } from "./policy-services.ts";
import { type ChangeInput, saveRevisions } from "./save-revisions.ts";

export interface PutRevision extends ChangeInput {
  readonly document: PolicyDocument;
  /** `draft` holds nothing until it is activated. */
  readonly state: "draft" | "in_force";
  /** Absent: from now on. */
  readonly from?: EpochMilliseconds;
  readonly until?: EpochMilliseconds;
}

/** Replaces the whole policy by a new revision. One that waits for its time, or ends, gives way to this one. */
export async function putRevision(
  deps: PolicyServiceDeps,
  context: AccountContext,
  policy: string,
  input: PutRevision,
): Promise<PolicyRevision> {
  const { document, state, from = context.at, until } = input;
  const [revision] = await saveRevisions(deps, context, policy, input, () => [
    { document, state, from, ...(until !== undefined && { until }) },
  ]);
  if (revision === undefined) throw new Error("one revision was planned and none was made");
  return revision;
}
