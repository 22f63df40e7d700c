import type { AccountId, EpochMilliseconds } from "@safeguard/core";
import type { Directory } from "../accounts/directory.ts";
import { mayBeSamePerson } from "../accounts/hands.ts";
import { randomId } from "../accounts/random-id.ts";
import type { Serially } from "../accounts/serially.ts";
import type { AccountContext } from "../api/account-context.ts";
import { ServiceError } from "../api/service-error.ts";
import type { Changes, LiveView } from "../changes.ts";
import { type ProposalState, stateOfProposal } from "../policies/proposals.ts";
import { type ActProposal, type LooseningAct, wordsOfAct } from "./act-proposal.ts";
import { loosensAccount } from "./loosens-account.ts";

const HOUR_MS = 3_600_000;
/** So that no client can fill the memory. */
const MOST_OPEN = 100;

export interface ActApprovalsDeps {
  readonly directory: Directory;
  readonly changes: Changes;
  readonly serially: Serially;
  /** Does what was approved, as whoever approved it; refuses what no longer fits. */
  readonly perform: (act: LooseningAct, context: AccountContext) => Promise<void>;
}

/** A second person for what loosens, besides policies, where the account wants one. */
export interface ActApprovals extends LiveView {
  /** Resolves where nobody has to be asked; else the act waits, and `approval_pending` is thrown. */
  guard(context: AccountContext, act: LooseningAct): Promise<void>;
  /** Newest first; those of the account only. */
  list(account: AccountId): readonly ActProposal[];
  approve(context: AccountContext, id: string, reason: string): Promise<ActProposal>;
  /** `rejected` by another, `withdrawn` by who proposed it. */
  end(context: AccountContext, id: string, reason: string, outcome: "rejected" | "withdrawn"): Promise<ActProposal>;
}

export function stateOfAct(proposal: ActProposal, at: EpochMilliseconds): ProposalState {
  return stateOfProposal({ first: 0, ...proposal }, at);
}

export function createActApprovals({ directory, changes, serially, perform }: ActApprovalsDeps): ActApprovals {
  const proposals = new Map<string, ActProposal>();
  const list = (account: AccountId): readonly ActProposal[] =>
    [...proposals.values()].filter((proposal) => proposal.account === account).reverse();

  async function save(
    { actor, at }: Pick<AccountContext, "actor" | "at">,
    proposal: ActProposal,
  ): Promise<ActProposal> {
    await changes.commit([{ type: "act_proposal_saved", at, actor, proposal }]);
    return proposal;
  }

  function openProposal({ account, at }: AccountContext, id: string): ActProposal {
    const proposal = proposals.get(id);
    // A foreign one is as a missing one.
    if (proposal === undefined || proposal.account !== account.id) {
      throw new ServiceError("not_found", "There is no such proposal.");
    }
    const state = stateOfAct(proposal, at);
    if (state !== "open") throw new ServiceError("conflict", `The proposal is ${state}.`);
    return proposal;
  }

  return {
    apply(record) {
      if (record.type === "act_proposal_saved") proposals.set(record.proposal.id, record.proposal);
    },
    list,
    guard: (context, act) =>
      serially(async () => {
        const { account, actor, at } = context;
        // (as it is now, not as it was when the request came)
        const fourEyes = directory.account(account.id)?.fourEyes;
        if (fourEyes === undefined || isAbove(context, act) || !loosensAccount(directory, account.id, act)) return;
        const open = list(account.id).filter((proposal) => stateOfAct(proposal, at) === "open");
        const known = open.find((proposal) => JSON.stringify(proposal.act) === JSON.stringify(act));
        if (known !== undefined) throw pending(known);
        if (open.length >= MOST_OPEN) {
          throw new ServiceError("conflict", `At most ${MOST_OPEN} proposals can wait: decide on some first.`);
        }
        const expiresAt = (at + fourEyes.expiresAfterHours * HOUR_MS) as EpochMilliseconds;
        const proposal = { id: randomId("prp_"), account: account.id, act, author: actor, createdAt: at, expiresAt };
        throw pending(await save(context, proposal));
      }),
    approve: (context, id, reason) =>
      serially(async () => {
        const proposal = openProposal(context, id);
        if (mayBeSamePerson(directory, proposal.author, context.actor)) {
          const problem = "Somebody else must approve this: you have proposed it, or have seen the secrets of who did.";
          throw new ServiceError("forbidden", problem);
        }
        await perform(proposal.act, context);
        const { actor: by, at } = context;
        return save(context, { ...proposal, decision: { outcome: "approved", by, at, reason } });
      }),
    end: (context, id, reason, outcome) =>
      serially(async () => {
        const proposal = openProposal(context, id);
        if (outcome === "withdrawn" && !mayBeSamePerson(directory, proposal.author, context.actor)) {
          throw new ServiceError("forbidden", "Only who proposed it can withdraw it; you can reject it.");
        }
        const { actor: by, at } = context;
        return save(context, { ...proposal, decision: { outcome, by, at, reason } });
      }),
  };
}

/** Who is who in an account is also said from above it, where four eyes are turned on and off. */
function isAbove({ principal, account }: AccountContext, { type }: LooseningAct): boolean {
  if (type !== "add_member" && type !== "change_member" && type !== "widen_key") return false;
  return principal.type === "operator" || principal.account.id !== account.id;
}

function pending(proposal: ActProposal): ServiceError {
  const until = new Date(proposal.expiresAt).toISOString();
  return new ServiceError(
    "approval_pending",
    `To ${wordsOfAct(proposal.act)} takes a second person. It waits as ${proposal.id}, and is void after ${until}.`,
  );
}
