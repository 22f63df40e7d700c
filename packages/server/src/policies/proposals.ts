import type { EpochMilliseconds } from "@safeguard/core";
import { mayBeSamePerson } from "../accounts/hands.ts";
import type { AccountContext } from "../api/account-context.ts";
import { ServiceError } from "../api/service-error.ts";
import type { PolicyRevision, Proposal } from "./policy-revision.ts";
import type { PolicyServiceDeps } from "./policy-services.ts";
import { type PlannedRevision, saveRevisions, withDecision } from "./save-revisions.ts";

export const PROPOSAL_STATES = ["open", "approved", "rejected", "withdrawn", "expired"] as const;
export type ProposalState = (typeof PROPOSAL_STATES)[number];

export function stateOfProposal({ decision, expiresAt }: Proposal, at: EpochMilliseconds): ProposalState {
  return decision?.outcome ?? (at < expiresAt ? "open" : "expired");
}

/** What waits for approval in the account: of each change its revisions, the newest change first. */
export function openProposals(
  { book }: Pick<PolicyServiceDeps, "book">,
  { account, at }: Pick<AccountContext, "account" | "at">,
): readonly (readonly PolicyRevision[])[] {
  return book
    .names(account.id)
    .flatMap((policy) => {
      const changes = Map.groupBy(
        book
          .revisions(account.id, policy)
          .filter(({ proposal }) => proposal && stateOfProposal(proposal, at) === "open"),
        ({ proposal }) => proposal?.first,
      );
      return [...changes.values()].map((revisions) => revisions.toReversed());
    })
    .sort(([one], [other]) => (other?.createdAt ?? 0) - (one?.createdAt ?? 0));
}

/**
 * Brings what another has proposed into force, as new revisions; each within its window, as far as that is not over. What
 * was changed since it was proposed must not be undone by it: then it has to be proposed again.
 */
export function approveProposal(
  deps: PolicyServiceDeps,
  context: AccountContext,
  policy: string,
  number: number,
  reason: string,
): Promise<readonly PolicyRevision[]> {
  return saveRevisions(deps, context, policy, { reason }, (earlier) => {
    const waiting = openRevisions(earlier, number, context.at);
    refuseSamePerson(deps, context, waiting);
    const last = Math.max(...waiting.map((revision) => revision.number));
    const later = earlier.find((one) => one.state === "in_force" && one.number > last);
    if (later !== undefined) {
      const problem = `Revision ${later.number} came after the proposal, which would undo it: propose it again.`;
      throw new ServiceError("conflict", problem);
    }
    const plans = waiting
      .filter(({ until }) => until === undefined || until > context.at)
      .map((revision): PlannedRevision => {
        const { document, from, until, managedBy, numberingTable } = revision;
        return {
          document,
          state: "in_force",
          from,
          ...(until !== undefined && { until }),
          ...(managedBy !== undefined && { managedBy }),
          restores: revision.number,
          numberingTable,
          approves: revision,
        };
      });
    if (plans.length === 0) throw new ServiceError("conflict", "The time for which this was proposed is over.");
    return plans;
  });
}

/** Ends a proposal without effect: `rejected` by another, `withdrawn` by who proposed it. */
export function endProposal(
  deps: PolicyServiceDeps,
  context: AccountContext,
  policy: string,
  number: number,
  reason: string,
  outcome: "rejected" | "withdrawn",
): Promise<readonly PolicyRevision[]> {
  return deps.serially(async () => {
    const { account, actor, at } = context;
    const waiting = openRevisions(deps.book.revisions(account.id, policy), number, at);
    if (outcome === "withdrawn" && !isOwn(deps, context, waiting)) {
      throw new ServiceError("forbidden", "Only who proposed it can withdraw it; you can reject it.");
    }
    const ended = waiting.map((revision) => withDecision(revision, { outcome, by: actor, at, reason }));
    await deps.changes.commit(ended.map((revision) => ({ type: "revision_saved", at, actor, revision })));
    return ended;
  });
}

/** All revisions of the change that this one belongs to, the lowest number first. */
function openRevisions(
  newestFirst: readonly PolicyRevision[],
  number: number,
  at: EpochMilliseconds,
): readonly PolicyRevision[] {
  const named = newestFirst.find((revision) => revision.number === number);
  if (named === undefined) throw new ServiceError("not_found", `The policy has no revision ${number}.`);
  const { proposal } = named;
  if (proposal === undefined) throw new ServiceError("conflict", `Revision ${number} does not wait for approval.`);
  const state = stateOfProposal(proposal, at);
  if (state !== "open") throw new ServiceError("conflict", `The proposal is ${state}.`);
  return newestFirst.filter((revision) => revision.proposal?.first === proposal.first).toReversed();
}

function refuseSamePerson(deps: PolicyServiceDeps, context: AccountContext, waiting: readonly PolicyRevision[]): void {
  if (!isOwn(deps, context, waiting)) return;
  const problem = "Somebody else must approve this: you have proposed it, or have seen the secrets of who did.";
  throw new ServiceError("forbidden", problem);
}

function isOwn(
  { directory }: PolicyServiceDeps,
  { actor }: AccountContext,
  waiting: readonly PolicyRevision[],
): boolean {
  return waiting.some(({ author }) => mayBeSamePerson(directory, author, actor));
}
