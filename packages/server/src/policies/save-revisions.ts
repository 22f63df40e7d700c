import { type EpochMilliseconds, NUMBERING_TABLE, type PolicyDocument, validatePolicyDocument } from "@safeguard/core";
import type { AccountContext } from "../api/account-context.ts";
import { ServiceError } from "../api/service-error.ts";
import { loosenedBy } from "./loosening-plans.ts";
import { dotted } from "./policy-body.ts";
import { managerOf } from "./policy-book.ts";
import type { PolicyRevision, ProposalDecision } from "./policy-revision.ts";
import type { PolicyServiceDeps } from "./policy-services.ts";

/** What every change of a policy says, whatever it changes. */
export interface ChangeInput {
  /** Why; shown in the history. Required of each revision. */
  readonly reason: string;
  /** The number that the change started from; another latest one is a conflict. Absent: whatever is latest. 0: none. */
  readonly baseRevision?: number;
  /** The file (or program) that keeps the policy. */
  readonly managedBy?: string;
  /** Change it although a file keeps it, and take it away from that file. */
  readonly force?: boolean;
}

/** One revision to be made. */
export interface PlannedRevision {
  readonly document: PolicyDocument;
  readonly state: "draft" | "in_force";
  /** A time that is past means now. */
  readonly from: EpochMilliseconds;
  readonly until?: EpochMilliseconds;
  readonly restores?: number;
  /** The file that keeps this one. Default: the input's. */
  readonly managedBy?: string;
  /** Read by this numbering table, besides the present one. Default: as what is in force. */
  readonly numberingTable?: string;
  /** A person has seen what the present numbering table changes, and confirms it. */
  readonly confirmsNumbering?: boolean;
  /** The revision that waited for approval and hereby has it. */
  readonly approves?: PolicyRevision;
}

/** So that no client can fill the memory. */
const MOST_POLICIES = 100;

const HOUR_MS = 3_600_000;

/**
 * Makes the next revisions: the one way in which a policy changes. `makePlan` sees the revisions as they are (newest first) and
 * says what is to be made of them. Durable and in force when it resolves, unless a window says later, or it loosens and the
 * account wants a second pair of eyes: then all of it waits for approval.
 */
export function saveRevisions(
  deps: PolicyServiceDeps,
  context: AccountContext,
  policy: string,
  input: ChangeInput,
  makePlan: (earlier: readonly PolicyRevision[]) => readonly PlannedRevision[],
): Promise<readonly PolicyRevision[]> {
  return deps.serially(async () => {
    const { account, actor, at } = context;
    const earlier = deps.book.revisions(account.id, policy);
    const latest = earlier[0]?.number ?? 0;
    refuseOverwrite(input, latest);
    const planned = makePlan(earlier);
    for (const { state, managedBy = input.managedBy } of planned) {
      if (state === "in_force") refuseForeignManager(managedBy, input.force === true, managerOf(earlier, at));
    }
    const approved = planned.flatMap(({ approves }) => approves ?? []);
    // (as it is now, not as it was when the request came)
    const fourEyes = deps.directory.account(account.id)?.fourEyes;
    const waits =
      fourEyes !== undefined && approved.length === 0 && loosenedBy(deps, context, policy, earlier, planned);
    const proposal = {
      first: latest + 1,
      expiresAt: (at + (fourEyes?.expiresAfterHours ?? 0) * HOUR_MS) as EpochMilliseconds,
    };
    if (latest === 0 && deps.book.names(account.id).length >= MOST_POLICIES) {
      throw invalid("policy", `is one too many: an account has at most ${MOST_POLICIES} policies`);
    }
    // A new table must not loosen, so what is in force goes on under its own until a person confirms the new one.
    const formerTable = earlier.find(({ state }) => state === "in_force")?.numberingTable ?? NUMBERING_TABLE;
    const revisions = planned.map((plan, index): PolicyRevision => {
      const { document, state, from, until, restores, confirmsNumbering, approves, managedBy = input.managedBy } = plan;
      const begins = Math.max(from, at) as EpochMilliseconds;
      if (until !== undefined && until <= begins) throw invalid("until", "must be later than now, and than from");
      return {
        account: account.id,
        policy,
        number: latest + 1 + index,
        document: checked(document),
        state: waits && state === "in_force" ? "pending_approval" : state,
        from: begins,
        ...(until !== undefined && { until }),
        author: approves?.author ?? actor,
        reason: approves?.reason ?? input.reason,
        createdAt: at,
        ...(restores !== undefined && { restores }),
        ...(managedBy !== undefined && { managedBy }),
        numberingTable: confirmsNumbering === true ? NUMBERING_TABLE : (plan.numberingTable ?? formerTable),
        ...(waits && state === "in_force" && { proposal }),
        ...(approves !== undefined && { approvedBy: actor }),
      };
    });
    if (revisions.length > 0) {
      const decision = { outcome: "approved", by: actor, at, reason: input.reason } as const;
      const decided = approved.map((revision) => withDecision(revision, decision));
      await deps.changes.commit(
        [...decided, ...revisions].map((revision) => ({ type: "revision_saved", at, actor, revision })),
      );
    }
    return revisions;
  });
}

/** The revision that waited, with what became of it. */
export function withDecision(revision: PolicyRevision, decision: ProposalDecision): PolicyRevision {
  const { proposal } = revision;
  return proposal === undefined ? revision : { ...revision, proposal: { ...proposal, decision } };
}

function refuseOverwrite({ baseRevision }: ChangeInput, latest: number): void {
  if (baseRevision === undefined || baseRevision === latest) return;
  throw new ServiceError(
    "conflict",
    latest === 0
      ? `The policy has no revision yet, so it cannot be changed from revision ${baseRevision}: leave baseRevision out.`
      : `The policy was changed meanwhile: its latest revision is ${latest}, not ${baseRevision}. Read it and decide again.`,
    [{ field: "baseRevision", message: `the latest revision is ${latest}` }],
  );
}

function refuseForeignManager(managedBy: string | undefined, force: boolean, manager: string | undefined): void {
  if (force || manager === undefined || manager === managedBy) return;
  throw new ServiceError(
    "conflict",
    `This policy is kept in ${manager}: change it there and apply it. To change it here all the same, and take it away from there, say force.`,
    [{ field: "force", message: `must be true, because the policy is kept in ${manager}` }],
  );
}

function checked(document: PolicyDocument): PolicyDocument {
  const validation = validatePolicyDocument(document);
  if (validation.ok) return validation.document;
  throw new ServiceError(
    "invalid_request",
    "The policy would not be valid.",
    validation.problems.map(({ field, message }) => ({
      field: field === "" ? "document" : `document.${dotted(field)}`,
      message,
    })),
  );
}

function invalid(field: string, message: string): ServiceError {
  return new ServiceError("invalid_request", `Not valid: ${field}.`, [{ field, message }]);
}
