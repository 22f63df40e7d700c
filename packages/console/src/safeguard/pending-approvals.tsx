import { ActCard } from "../approvals/act-card.tsx";
import { PolicyCard } from "../approvals/policy-card.tsx";
import { useOpenActs, usePolicyProposals } from "../approvals/use-approvals.ts";
import { POLICY } from "./use-policy.ts";

/** What waits for a second person, where the account wants four eyes. */
export function PendingApprovals() {
  const changes = usePolicyProposals();
  const acts = useOpenActs();
  return (
    <>
      {changes.data?.items
        .filter(({ policy }) => policy === POLICY)
        .map((proposal) => (
          <PolicyCard key={proposal.number} proposal={proposal} />
        ))}
      {acts.map((proposal) => (
        <ActCard key={proposal.id} proposal={proposal} />
      ))}
    </>
  );
}
